package org.stretchdeploy.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.EdgeGateway;
import org.stretchdeploy.spi.Inventory.Tagged;
import org.stretchdeploy.spi.Inventory.VAppEntry;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.OrgVdc;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VApps.VAppSpec;
import org.stretchdeploy.spi.Vm;

/** Chapter 2: reads. */
public abstract class InventoryConformance extends ConformanceTest {
    @Test
    void rule_2_1_theVdcIsListedWithRoom() {
        OrgVdc vdc = cloud.inventory().vdcs().stream()
                .filter(candidate -> candidate.id().equals(subject.vdc()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the VDC is not listed"));
        assertThat(vdc.name()).isNotBlank();
        assertThat(vdc.enabled()).isTrue();
        assertThat(vdc.storageFreeMb()).isPositive();
        assertThat(vdc.memoryFreeMb()).isPositive();
        assertThat(vdc.vmQuotaLeft()).isPositive();
    }

    @Test
    void rule_2_2_theNetworkIsListedWithItsSubnet() {
        List<OrgVdcNetwork> networks = cloud.inventory().networks(subject.vdc());
        OrgVdcNetwork network = networks.stream()
                .filter(candidate -> candidate.name().equals(subject.network()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the network is not listed"));
        assertThat(network.vdc()).isEqualTo(subject.vdc());
        assertThat(network.subnet()).isPresent();
        assertThat(network.subnet().get().prefixLength()).isBetween(1, 30);
        assertThat(network.freeAddresses()).isPositive();
    }

    @Test
    void rule_2_3_theEdgeGatewayIsListedWithAddresses() {
        EdgeGateway gateway = cloud.inventory().edgeGateways(subject.vdc()).stream()
                .filter(candidate -> candidate.id().equals(subject.edgeGateway()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the edge gateway is not listed"));
        assertThat(gateway.externalAddresses()).isNotEmpty();
    }

    @Test
    void rule_2_4_anUnknownVAppIsNotFound() {
        refused(Set.of(Category.NOT_FOUND), () -> cloud.inventory().vApp(subject.absent("VApp")));
    }

    @Test
    void rule_2_5_findingAnUnknownVAppGivesNothing() {
        assertThat(cloud.inventory().findVApp(subject.absent("VApp"))).isEmpty();
    }

    @Test
    void rule_2_6_aNewVAppIsListedAndRead() {
        ObjectId id = vApp("listed", isolated("inner"));
        VAppEntry entry = cloud.inventory().vApps().stream()
                .filter(candidate -> candidate.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the vApp is not listed"));
        assertThat(entry.name()).isEqualTo(name("listed"));
        assertThat(entry.vdc()).isEqualTo(subject.vdc());
        VApp vApp = read(id);
        assertThat(vApp.name()).isEqualTo(name("listed"));
        assertThat(vApp.vdc()).isEqualTo(subject.vdc());
        assertThat(vApp.vms()).isEmpty();
        assertThat(vApp.state()).isNotEqualTo(PowerState.ON);
        assertThat(vApp.network("inner")).isPresent();
    }

    @Test
    void rule_2_7_aTaggedVAppIsFoundFromTheMomentItExists() {
        CloudTask task = call(
                () -> cloud.vApps().create(subject.vdc(), new VAppSpec(name("tagged"), "", List.of()), tag("tagged")));
        List<Tagged> atOnce = cloud.inventory().tagged(operation);
        ended(task);
        List<Tagged> afterwards = cloud.inventory().tagged(operation);
        afterwards.forEach(tagged -> later(() -> deleteVApp(tagged.id())));
        assertThat(atOnce).as("before the task has ended").hasSize(1);
        assertThat(afterwards).singleElement().satisfies(tagged -> {
            assertThat(tagged.kind()).isEqualTo("VApp");
            assertThat(tagged.name()).isEqualTo(name("tagged"));
            assertThat(tagged.tag()).isEqualTo(tag("tagged"));
        });
    }

    @Test
    void rule_2_8_anotherOperationOwnsNothing() {
        vApp("owned");
        assertThat(cloud.inventory().tagged("kit-nobody")).isEmpty();
        assertThat(cloud.inventory().tagged(operation + "x")).isEmpty();
    }

    @Test
    void rule_2_9_networksOfAnUnknownVdcAreNotFound() {
        refused(Set.of(Category.NOT_FOUND), () -> cloud.inventory().networks(subject.absent("OrgVdc")));
    }

    @Test
    void rule_2_10_aDeletedVAppIsGoneFromAllReads() {
        ObjectId id = vApp("deleted");
        deleteVApp(id);
        assertThat(cloud.inventory().findVApp(id)).isEmpty();
        assertThat(cloud.inventory().vApps()).noneMatch(entry -> entry.id().equals(id));
        assertThat(cloud.inventory().tagged(operation)).isEmpty();
    }

    @Test
    void rule_2_11_whatRunsIsToldInOneLook() {
        Vm vm = onlyVm(vAppWithVm("runs"));
        Vm off = onlyVm(vAppWithVm("rests"));
        Set<ObjectId> asked = Set.of(vm.id(), off.id(), subject.absent("Vm"));
        assertThat(call(() -> cloud.inventory().running(asked))).isEmpty();
        done(() -> cloud.vApps().powerOn(vm.id()));
        assertThat(call(() -> cloud.inventory().running(asked))).containsExactly(vm.id());
        assertThat(call(() -> cloud.inventory().running(Set.of(off.id())))).isEmpty();
        done(() -> cloud.vApps().powerOff(vm.id()));
        assertThat(call(() -> cloud.inventory().running(asked))).isEmpty();
    }
}
