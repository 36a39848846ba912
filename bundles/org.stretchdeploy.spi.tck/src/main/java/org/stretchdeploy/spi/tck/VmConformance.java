package org.stretchdeploy.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApps.Mode;
import org.stretchdeploy.spi.VApps.VmSpec;
import org.stretchdeploy.spi.Vm;

/** Chapter 4: single VMs. */
public abstract class VmConformance extends ConformanceTest {
    private static final String ADDRESS = "10.99.7.20";

    private VmSpec copyOf(Vm vm, List<Vm.Nic> nics) {
        return new VmSpec(vm.id(), "copied", Mode.COPY, "a copy", nics, Optional.empty());
    }

    private static VmSpec moveOf(Vm vm, List<Vm.Nic> nics) {
        return new VmSpec(vm.id(), vm.name(), Mode.MOVE, "moved here", nics, Optional.empty());
    }

    private Vm reread(ObjectId vApp, ObjectId vm) {
        return read(vApp).vms().stream()
                .filter(candidate -> candidate.id().equals(vm))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the VM is not in the vApp"));
    }

    @Test
    void rule_4_1_aCopyHasTheHardwareTheDisksAndTheGivenNics() {
        Vm source = onlyVm(vAppWithVm("from"));
        ObjectId to = vApp("to", isolated("inner"));
        List<Vm.Nic> nics = nics(source, "inner", ADDRESS, true);
        if (!has(Capability.COPY_VM)) {
            refusedFor(Capability.COPY_VM, () -> cloud.vApps().addVm(to, copyOf(source, nics), tag("copy")));
            return;
        }
        done(() -> cloud.vApps().addVm(to, copyOf(source, nics), tag("copy")));
        Vm copy = onlyVm(to);
        assertThat(copy.name()).isEqualTo("copied");
        assertThat(copy.state()).isEqualTo(PowerState.OFF);
        assertThat(copy.hardware().cpus()).isEqualTo(source.hardware().cpus());
        assertThat(copy.hardware().memoryMb()).isEqualTo(source.hardware().memoryMb());
        assertThat(copy.disks())
                .extracting(Vm.Disk::capacityMb)
                .isEqualTo(source.disks().stream().map(Vm.Disk::capacityMb).toList());
        assertSameNic(copy, nics.get(0));
        assertThat(copy.description()).startsWith("a copy");
        assertThat(Tag.in(copy.description())).contains(tag("copy"));
    }

    private static void assertSameNic(Vm vm, Vm.Nic wanted) {
        assertThat(vm.nics()).singleElement().satisfies(nic -> {
            assertThat(nic.mac()).as("MAC address").isEqualTo(wanted.mac());
            assertThat(nic.address()).as("address").isEqualTo(wanted.address());
            assertThat(nic.network()).as("network").isEqualTo(wanted.network());
            assertThat(nic.connected()).as("connected").isEqualTo(wanted.connected());
        });
    }

    @Test
    void rule_4_2_copyingIsIdempotentByTag() {
        Vm source = onlyVm(vAppWithVm("from"));
        ObjectId to = vApp("to");
        if (!has(Capability.COPY_VM)) {
            refusedFor(Capability.COPY_VM, () -> cloud.vApps().addVm(to, copyOf(source, List.of()), tag("copy")));
            return;
        }
        ObjectId first = done(() -> cloud.vApps().addVm(to, copyOf(source, List.of()), tag("copy")));
        ObjectId second = done(() -> cloud.vApps().addVm(to, copyOf(source, List.of()), tag("copy")));
        assertThat(read(to).vms()).hasSize(1);
        assertThat(second).isEqualTo(first);
    }

    @Test
    void rule_4_3_theSourceOfACopyStaysAsItIs() {
        ObjectId from = vAppWithVm("from");
        Vm source = onlyVm(from);
        ObjectId to = vApp("to", isolated("inner"));
        if (!has(Capability.COPY_VM)) {
            refusedFor(Capability.COPY_VM, () -> cloud.vApps().addVm(to, copyOf(source, List.of()), tag("copy")));
            return;
        }
        done(() -> cloud.vApps().addVm(to, copyOf(source, nics(source, "inner", ADDRESS, true)), tag("copy")));
        assertThat(onlyVm(from)).isEqualTo(source);
    }

    @Test
    void rule_4_4_aMovedVmIsTheVmItself() {
        ObjectId from = vAppWithVm("from");
        Vm vm = onlyVm(from);
        ObjectId to = vApp("to", isolated("inner"));
        List<Vm.Nic> nics = nics(vm, "inner", ADDRESS, true);
        if (!has(Capability.MOVE_VM)) {
            refusedFor(Capability.MOVE_VM, () -> cloud.vApps().addVm(to, moveOf(vm, nics), tag("move")));
            return;
        }
        done(() -> cloud.vApps().addVm(to, moveOf(vm, nics), tag("move")));
        assertThat(read(from).vms()).as("the vApp that it was in").isEmpty();
        Vm moved = onlyVm(to);
        assertThat(moved.name()).isEqualTo(vm.name());
        assertThat(moved.disks()).hasSameSizeAs(vm.disks());
        assertSameNic(moved, nics.get(0));
        assertThat(moved.description()).as("no tag in it").isEqualTo("moved here");
    }

    @Test
    void rule_4_5_movingTwiceIsDone() {
        Vm vm = onlyVm(vAppWithVm("from"));
        ObjectId to = vApp("to");
        if (!has(Capability.MOVE_VM)) {
            refusedFor(Capability.MOVE_VM, () -> cloud.vApps().addVm(to, moveOf(vm, List.of()), tag("move")));
            return;
        }
        done(() -> cloud.vApps().addVm(to, moveOf(vm, List.of()), tag("move")));
        done(() -> cloud.vApps().addVm(to, moveOf(vm, List.of()), tag("move")));
        assertThat(read(to).vms()).hasSize(1);
    }

    @Test
    void rule_4_6_poweringOnTwiceIsDone() {
        ObjectId home = vAppWithVm("home");
        Vm vm = onlyVm(home);
        done(() -> cloud.vApps().powerOn(vm.id()));
        assertThat(onlyVm(home).state()).isEqualTo(PowerState.ON);
        done(() -> cloud.vApps().powerOn(vm.id()));
        assertThat(onlyVm(home).state()).isEqualTo(PowerState.ON);
    }

    @Test
    void rule_4_7_poweringOffTwiceIsDone() {
        ObjectId home = vAppWithVm("home");
        Vm vm = onlyVm(home);
        done(() -> cloud.vApps().powerOff(vm.id()));
        done(() -> cloud.vApps().powerOn(vm.id()));
        done(() -> cloud.vApps().powerOff(vm.id()));
        assertThat(onlyVm(home).state()).as("off and undeployed").isEqualTo(PowerState.OFF);
        done(() -> cloud.vApps().powerOff(vm.id()));
        done(() -> cloud.vApps().powerOff(subject.absent("Vm")));
    }

    @Test
    void rule_4_8_nicsBecomeWhatIsGiven() {
        ObjectId home = vAppWithVm("home");
        done(() -> cloud.vApps().addNetwork(home, isolated("inner")));
        Vm vm = onlyVm(home);
        List<Vm.Nic> nics = nics(vm, "inner", ADDRESS, true);
        done(() -> cloud.vApps().setNics(vm.id(), nics));
        assertSameNic(onlyVm(home), nics.get(0));
        done(() -> cloud.vApps().setNics(vm.id(), nics));
        assertSameNic(onlyVm(home), nics.get(0));
    }

    @Test
    void rule_4_9_aNicCanBeDisconnectedAndKeepsItsIdentity() {
        ObjectId home = vAppWithVm("home");
        done(() -> cloud.vApps().addNetwork(home, isolated("inner")));
        Vm vm = onlyVm(home);
        Vm.Nic on = nics(vm, "inner", ADDRESS, true).get(0);
        done(() -> cloud.vApps().setNics(vm.id(), List.of(on)));
        var off = on.connected(false);
        done(() -> cloud.vApps().setNics(vm.id(), List.of(off)));
        assertSameNic(onlyVm(home), off);
    }

    @Test
    void rule_4_10_theMacAddressOfARunningVmStays() {
        ObjectId home = vAppWithVm("home");
        Vm vm = onlyVm(home);
        done(() -> cloud.vApps().powerOn(vm.id()));
        Vm.Nic now = onlyVm(home).nics().get(0);
        var other = new Vm.Nic(
                now.index(),
                now.network(),
                "02:0a:0b:0c:0d:0e",
                now.address(),
                now.allocation(),
                now.connected(),
                now.primary(),
                now.adapter());
        refused(() -> cloud.vApps().setNics(vm.id(), List.of(other)), Category.USER, Category.CONFLICT);
        assertThat(onlyVm(home).nics().get(0).mac()).isEqualTo(now.mac());
    }

    @Test
    void rule_4_11_anUnknownNetworkOfANicIsRefused() {
        ObjectId home = vAppWithVm("home");
        Vm vm = onlyVm(home);
        refused(
                () -> cloud.vApps().setNics(vm.id(), nics(vm, "no-such-network", ADDRESS, true)),
                Category.USER,
                Category.CONFLICT,
                Category.NOT_FOUND);
    }

    @Test
    void rule_4_12_deletingAnAbsentVmSucceeds() {
        done(() -> cloud.vApps().deleteVm(subject.absent("Vm")));
        ObjectId home = vAppWithVm("home");
        Vm vm = onlyVm(home);
        done(() -> cloud.vApps().deleteVm(vm.id()));
        assertThat(read(home).vms()).isEmpty();
        done(() -> cloud.vApps().deleteVm(vm.id()));
    }

    @Test
    void rule_4_13_aRunningVmIsNotDeleted() {
        ObjectId home = vAppWithVm("home");
        Vm vm = onlyVm(home);
        done(() -> cloud.vApps().powerOn(vm.id()));
        refused(() -> cloud.vApps().deleteVm(vm.id()), Category.USER, Category.CONFLICT);
        assertThat(onlyVm(home).state()).isEqualTo(PowerState.ON);
    }

    @Test
    void rule_4_14_nameAndDescriptionAreSet() {
        ObjectId home = vAppWithVm("home");
        Vm vm = onlyVm(home);
        done(() -> cloud.vApps().describeVm(vm.id(), "renamed", "a <new> text"));
        Vm renamed = reread(home, vm.id());
        assertThat(renamed.name()).isEqualTo("renamed");
        assertThat(renamed.description()).isEqualTo("a <new> text");
        assertThat(renamed.nics()).isEqualTo(vm.nics());
    }

    @Test
    void rule_4_15_propertiesAreSet() {
        ObjectId home = vAppWithVm("home");
        Vm vm = onlyVm(home);
        if (!has(Capability.OVF_PROPERTIES)) {
            refusedFor(
                    Capability.OVF_PROPERTIES, () -> cloud.vApps().setProperties(vm.id(), Map.of("kit.key", "a & b")));
            return;
        }
        done(() -> cloud.vApps().setProperties(vm.id(), Map.of("kit.key", "a & b")));
        assertThat(onlyVm(home).properties()).containsEntry("kit.key", "a & b");
    }

    @Test
    void rule_4_16_aShutDownVmIsOff() {
        ObjectId home = vAppWithVm("home");
        Vm vm = onlyVm(home);
        done(() -> cloud.vApps().powerOn(vm.id()));
        var status = ended(() -> cloud.vApps().shutdown(vm.id()));
        if (status.failure().isPresent()) {
            assertThat(has(Capability.GUEST_SHUTDOWN))
                    .as("a guest that was asked may not have listened")
                    .isTrue();
            return;
        }
        assertThat(onlyVm(home).state()).isEqualTo(PowerState.OFF);
    }

    @Test
    void rule_4_17_theLocalIdentityIsKept() {
        Vm source = onlyVm(vAppWithVm("from"));
        ObjectId to = vApp("to");
        String localId = "8d2c8f1e-5b1d-4c0a-9d55-1c2b3a4d5e6f";
        var spec = new VmSpec(source.id(), "kept", Mode.COPY, "", List.of(), Optional.of(localId));
        if (!has(Capability.COPY_VM)) {
            refusedFor(Capability.COPY_VM, () -> cloud.vApps().addVm(to, spec, tag("kept")));
            return;
        }
        done(() -> cloud.vApps().addVm(to, spec, tag("kept")));
        assertThat(onlyVm(to).localId()).isEqualTo(localId);
    }

    @Test
    void rule_4_18_aRunningVmIsNeitherCopiedNorMoved() {
        ObjectId from = vAppWithVm("from");
        Vm vm = onlyVm(from);
        ObjectId to = vApp("to");
        done(() -> cloud.vApps().powerOn(vm.id()));
        refused(() -> cloud.vApps().addVm(to, copyOf(vm, List.of()), tag("copy")), Category.USER, Category.CONFLICT);
        refused(() -> cloud.vApps().addVm(to, moveOf(vm, List.of()), tag("move")), Category.USER, Category.CONFLICT);
        assertThat(onlyVm(from).state()).isEqualTo(PowerState.ON);
        assertThat(read(to).vms()).isEmpty();
    }

    @Test
    void rule_4_19_aTakenAddressIsRefused() {
        ObjectId home = vAppWithVm("home");
        done(() -> cloud.vApps().addNetwork(home, isolated("inner")));
        Vm vm = onlyVm(home);
        List<Vm.Nic> nics = nics(vm, "inner", ADDRESS, true);
        done(() -> cloud.vApps().setNics(vm.id(), nics));
        if (!has(Capability.COPY_VM)) {
            refusedFor(Capability.COPY_VM, () -> cloud.vApps().addVm(home, copyOf(vm, List.of()), tag("second")));
            return;
        }
        ObjectId second = done(() -> cloud.vApps().addVm(home, copyOf(vm, List.of()), tag("second")));
        refused(
                () -> cloud.vApps().setNics(second, nics(vm, "inner", ADDRESS, true)),
                Category.USER,
                Category.CONFLICT);
    }

    @Test
    void rule_4_20_anUnknownVmIsNotFound() {
        refused(() -> cloud.vApps().powerOn(subject.absent("Vm")), Category.NOT_FOUND);
    }

    @Test
    void rule_4_21_metadataOfAVmIsSetAndRemoved() {
        ObjectId home = vAppWithVm("home");
        Vm vm = onlyVm(home);
        done(() -> cloud.vApps().setMetadata(vm.id(), "kit-key", "v"));
        assertThat(onlyVm(home).metadata()).containsEntry("kit-key", "v");
        done(() -> cloud.vApps().removeMetadata(vm.id(), "kit-key"));
        assertThat(onlyVm(home).metadata()).doesNotContainKey("kit-key");
    }

    @Test
    void rule_4_22_theFenceComesAndGoes() {
        ObjectId home = vAppWithVm("home");
        done(() -> cloud.vApps().addNetwork(home, isolated("inner")));
        Vm bare = onlyVm(home);
        if (!has(Capability.FENCE_MARK)) {
            refusedFor(Capability.FENCE_MARK, () -> cloud.vApps().fence(bare.id(), "why"));
            return;
        }
        List<Vm.Nic> plugged = nics(bare, "inner", ADDRESS, true);
        List<Vm.Nic> unplugged = nics(bare, "inner", ADDRESS, false).stream()
                .map(nic -> withMac(nic, plugged.get(0).mac()))
                .toList();
        done(() -> cloud.vApps().setNics(bare.id(), unplugged));
        Vm before = onlyVm(home);
        done(() -> cloud.vApps().fence(bare.id(), "lives elsewhere"));
        done(() -> cloud.vApps().fence(bare.id(), "lives elsewhere"));
        assertThat(onlyVm(home)).as("the mark is no user metadata").isEqualTo(before);
        done(() -> cloud.vApps().powerOff(bare.id()));
        done(() -> cloud.vApps().setNics(bare.id(), unplugged));
        if (subject.refusesFenced()) {
            refused(() -> cloud.vApps().powerOn(bare.id()), Category.USER, Category.CONFLICT, Category.DENIED);
            refused(() -> cloud.vApps().powerOnVApp(home), Category.USER, Category.CONFLICT, Category.DENIED);
            refused(() -> cloud.vApps().setNics(bare.id(), plugged), Category.USER, Category.CONFLICT, Category.DENIED);
            assertThat(onlyVm(home)).isEqualTo(before);
        }
        done(() -> cloud.vApps().unfence(bare.id()));
        done(() -> cloud.vApps().unfence(bare.id()));
        assertThat(onlyVm(home)).isEqualTo(before);
        done(() -> cloud.vApps().setNics(bare.id(), plugged));
        done(() -> cloud.vApps().powerOn(bare.id()));
        assertThat(onlyVm(home).state()).isEqualTo(PowerState.ON);
        done(() -> cloud.vApps().unfence(subject.absent("Vm")));
    }

    private static Vm.Nic withMac(Vm.Nic nic, String mac) {
        return new Vm.Nic(
                nic.index(),
                nic.network(),
                mac,
                nic.address(),
                nic.allocation(),
                nic.connected(),
                nic.primary(),
                nic.adapter());
    }
}
