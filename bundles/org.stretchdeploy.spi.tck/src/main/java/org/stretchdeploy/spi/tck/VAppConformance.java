package org.stretchdeploy.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Catalogs.Template;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.VAppNetwork.FenceMode;
import org.stretchdeploy.spi.VApps.NetworkSpec;
import org.stretchdeploy.spi.VApps.VAppSpec;
import org.stretchdeploy.spi.Vm;

/** Chapter 3: vApps as a whole. */
public abstract class VAppConformance extends ConformanceTest {
    @Test
    void rule_3_1_creationIsIdempotentByTag() {
        var spec = new VAppSpec(name("once"), "", List.of());
        ObjectId first = vApp("once");
        ObjectId second = done(() -> cloud.vApps().create(subject.vdc(), spec, tag("once")));
        assertThat(second).isEqualTo(first);
        assertThat(cloud.inventory().vApps())
                .filteredOn(entry -> entry.name().equals(name("once")))
                .hasSize(1);
    }

    @Test
    void rule_3_2_deletingAnAbsentVAppSucceeds() {
        done(() -> cloud.vApps().delete(subject.absent("VApp")));
        ObjectId id = vApp("gone");
        deleteVApp(id);
        deleteVApp(id);
    }

    @Test
    void rule_3_3_aTakenNameIsAConflict() {
        vApp("taken");
        var spec = new VAppSpec(name("taken"), "", List.of());
        refused(() -> cloud.vApps().create(subject.vdc(), spec, tag("other")), Category.CONFLICT);
    }

    @Test
    void rule_3_4_theDescriptionIsKeptAndCarriesTheTag() {
        String description = "Three words, <angle> & \"quotes\" and äöü";
        var spec = new VAppSpec(name("described"), description, List.of());
        ObjectId id = done(() -> cloud.vApps().create(subject.vdc(), spec, tag("described")));
        later(() -> deleteVApp(id));
        assertThat(read(id).description()).startsWith(description);
        assertThat(Tag.in(read(id).description())).contains(tag("described"));
    }

    @Test
    void rule_3_5_aRoutedNetworkIsMadeAsAsked() {
        if (!has(Capability.ROUTED_VAPP_NETWORK)) {
            var spec = new VAppSpec(name("routed"), "", List.of(routed("inner")));
            refusedFor(Capability.ROUTED_VAPP_NETWORK, () -> cloud.vApps().create(subject.vdc(), spec, tag("routed")));
            return;
        }
        VAppNetwork network =
                read(vApp("routed", routed("inner"))).network("inner").orElseThrow();
        assertThat(network.fenceMode()).isEqualTo(FenceMode.NAT_ROUTED);
        assertThat(network.parent()).contains(subject.network());
        Subnet subnet = network.subnet().orElseThrow();
        assertThat(subnet.gateway()).isEqualTo(subnet().gateway());
        assertThat(subnet.prefixLength()).isEqualTo(subnet().prefixLength());
        assertThat(subnet.ranges()).isEqualTo(subnet().ranges());
    }

    @Test
    void rule_3_6_addingTheSameNetworkAgainIsDone() {
        ObjectId id = vApp("again");
        done(() -> cloud.vApps().addNetwork(id, isolated("inner")));
        done(() -> cloud.vApps().addNetwork(id, isolated("inner")));
        assertThat(read(id).networks())
                .filteredOn(network -> network.name().equals("inner"))
                .hasSize(1);
    }

    @Test
    void rule_3_7_anotherNetworkOfTheSameNameIsAConflict() {
        ObjectId id = vApp("shape", isolated("inner"));
        var other = new NetworkSpec(
                "inner",
                "",
                FenceMode.ISOLATED,
                Optional.empty(),
                Optional.of(new Subnet("10.98.0.1", 24, List.of(), "", List.of("10.98.0.10-10.98.0.20"))),
                false);
        refused(() -> cloud.vApps().addNetwork(id, other), Category.CONFLICT);
    }

    @Test
    void rule_3_8_removingAnAbsentNetworkSucceeds() {
        ObjectId id = vApp("shrinking", isolated("inner"));
        done(() -> cloud.vApps().removeNetwork(id, "inner"));
        assertThat(read(id).network("inner")).isEmpty();
        done(() -> cloud.vApps().removeNetwork(id, "inner"));
    }

    @Test
    void rule_3_9_deletingTakesARunningVAppToo() {
        ObjectId id = vAppWithVm("running");
        Vm vm = onlyVm(id);
        done(() -> cloud.vApps().powerOn(vm.id()));
        deleteVApp(id);
        assertThat(cloud.inventory().findVApp(id)).isEmpty();
    }

    @Test
    void rule_3_10_theStartOrderIsKept() {
        ObjectId id = vAppWithVm("ordered");
        var entry = new VApp.Startup(onlyVm(id).name(), 3, "powerOn", 7, "powerOff", 11);
        done(() -> cloud.vApps().setStartup(id, List.of(entry)));
        assertThat(read(id).startup()).contains(entry);
        done(() -> cloud.vApps().setStartup(id, List.of(entry)));
        assertThat(read(id).startup()).hasSize(1);
    }

    @Test
    void rule_3_11_metadataIsSetAndRemoved() {
        ObjectId id = vApp("noted");
        done(() -> cloud.vApps().setMetadata(id, "kit-key", "value with ü & <"));
        assertThat(read(id).metadata()).containsEntry("kit-key", "value with ü & <");
        done(() -> cloud.vApps().setMetadata(id, "kit-key", "second"));
        assertThat(read(id).metadata()).containsEntry("kit-key", "second");
        done(() -> cloud.vApps().removeMetadata(id, "kit-key"));
        done(() -> cloud.vApps().removeMetadata(id, "kit-key"));
        assertThat(read(id).metadata()).doesNotContainKey("kit-key");
    }

    @Test
    void rule_3_12_anInstantiatedVAppIsStoppedAndOffAllNetworks() {
        Template template = template();
        VApp vApp = read(vAppWithVm("instance"));
        assertThat(vApp.vms()).hasSameSizeAs(template.vms());
        for (Vm vm : vApp.vms()) {
            assertThat(vm.state()).isEqualTo(PowerState.OFF);
            assertThat(vm.disks()).isNotEmpty();
            assertThat(vm.nics()).isNotEmpty().allSatisfy(nic -> assertThat(nic.network())
                    .isEmpty());
        }
    }

    @Test
    void rule_3_13_instantiationIsIdempotentByTag() {
        ObjectId first = vAppWithVm("instance");
        ObjectId second = done(() -> cloud.vApps()
                .instantiate(subject.vdc(), name("instance"), template().id(), tag("instance")));
        assertThat(second).isEqualTo(first);
        assertThat(cloud.inventory().tagged(operation))
                .filteredOn(t -> t.kind().equals("VApp"))
                .hasSize(1);
    }

    @Test
    void rule_3_14_undeployingAStoppedVAppSucceeds() {
        ObjectId id = vAppWithVm("undeployed");
        done(() -> cloud.vApps().undeployVApp(id));
        assertThat(onlyVm(id).state()).isEqualTo(PowerState.OFF);
    }

    @Test
    void rule_3_15_anUnknownParentNetworkIsRefusedAndLeavesNothing() {
        var network = new NetworkSpec(
                "outer", "", FenceMode.BRIDGED, Optional.of(name("no-such-network")), Optional.empty(), false);
        var spec = new VAppSpec(name("orphan"), "", List.of(network));
        refused(() -> cloud.vApps().create(subject.vdc(), spec, tag("orphan")), Category.USER, Category.NOT_FOUND);
        cloud.inventory().tagged(operation).forEach(left -> later(() -> deleteVApp(left.id())));
        assertThat(cloud.inventory().tagged(operation)).isEmpty();
    }

    @Test
    void rule_3_16_anUnknownTemplateIsNotFound() {
        refused(
                () -> cloud.vApps()
                        .instantiate(subject.vdc(), name("nothing"), subject.absent("VAppTemplate"), tag("nothing")),
                Category.NOT_FOUND);
    }

    @Test
    void rule_3_17_aWholeVAppStartsAndUndeploys() {
        ObjectId id = vAppWithVm("whole");
        done(() -> cloud.vApps().powerOnVApp(id));
        assertThat(onlyVm(id).state()).isEqualTo(PowerState.ON);
        done(() -> cloud.vApps().undeployVApp(id));
        assertThat(onlyVm(id).state()).isEqualTo(PowerState.OFF);
    }

    @Test
    void rule_3_18_aBridgedNetworkHasItsParent() {
        var network = new NetworkSpec(
                subject.network(), "", FenceMode.BRIDGED, Optional.of(subject.network()), Optional.empty(), false);
        VAppNetwork made =
                read(vApp("bridged", network)).network(subject.network()).orElseThrow();
        assertThat(made.fenceMode()).isEqualTo(FenceMode.BRIDGED);
        assertThat(made.parent()).contains(subject.network());
    }
}
