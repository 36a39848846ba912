package org.stretchdeploy.stretch.internal.plan;

import static org.stretchdeploy.api.Finding.Severity.BLOCKER;
import static org.stretchdeploy.api.Finding.Severity.WARNING;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.OnFailure;
import org.stretchdeploy.api.StretchRequest.CopyMode;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.OrgVdc;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.Tier;

/**
 * The prechecks of a deploy: pure functions of the survey, one method a topic, in the order in which a person would
 * look. docs/prechecks.md has a paragraph per id.
 */
public final class Prechecks {
    private static final Duration MOST_SKEW = Duration.ofMinutes(5);
    private static final List<BiConsumer<Survey, Consumer<Finding>>> ALL = List.of(
            Prechecks::request,
            Prechecks::operations,
            Prechecks::capabilities,
            Prechecks::clocks,
            Prechecks::machines,
            Prechecks::startOrders,
            Prechecks::disks,
            NetworkPrechecks::networks,
            Prechecks::targetVdc,
            Prechecks::room,
            NetworkPrechecks::uplinks,
            TunnelPrechecks::tunnel,
            NetworkPrechecks::conflicts);

    private Prechecks() {}

    /** All findings, worst first. */
    public static List<Finding> run(Survey survey) {
        List<Finding> findings = new ArrayList<>();
        ALL.forEach(check -> check.accept(survey, findings::add));
        findings.sort(Comparator.comparing(Finding::severity).reversed());
        return findings;
    }

    /** A package of these disks has to find room on this node. */
    static void staging(Consumer<Finding> out, long diskMb, long freeBytes) {
        if (freeBytes < diskMb * 1_048_576) {
            block(
                    out,
                    "no-staging-space",
                    "",
                    "staging area of this node",
                    "The package may need " + diskMb + " MB; there, packages may take " + freeBytes / 1_048_576
                            + " MB more (a tenth of the disk, at most 1 GiB, is left free).",
                    "Free disk space on the controller or raise stagingQuotaMb.");
        }
    }

    static void block(Consumer<Finding> out, String id, String cloud, String subject, String message, String remedy) {
        out.accept(new Finding(id, BLOCKER, cloud, subject, message, remedy));
    }

    static void warn(Consumer<Finding> out, String id, String cloud, String subject, String message, String remedy) {
        out.accept(new Finding(id, WARNING, cloud, subject, message, remedy));
    }

    private static void request(Survey s, Consumer<Finding> out) {
        String cloud = s.source().cloud();
        s.missingVms()
                .forEach(vm -> block(
                        out,
                        "unknown-vm",
                        cloud,
                        vm,
                        "The vApp " + s.vApp().name() + " has no VM of that name.",
                        "Name one of: "
                                + String.join(
                                        ", ",
                                        s.vApp().vms().stream().map(Vm::name).toList()) + "."));
        if (s.vms().isEmpty() && s.missingVms().isEmpty()) {
            block(out, "empty-vapp", cloud, s.vApp().name(), "The vApp has no VM to move.", "Choose another vApp.");
        }
        if (s.request().copyMode() == CopyMode.MOVE) {
            block(
                    out,
                    "move-mode-unsupported",
                    cloud,
                    s.vApp().name(),
                    "Taking the VM out of its vApp instead of copying it would drop the NAT rules that name it.",
                    "Use the copy mode.");
        }
    }

    private static void operations(Survey s, Consumer<Finding> out) {
        String cloud = s.source().cloud();
        s.runningOperation()
                .ifPresent(op -> block(
                        out,
                        "operation-running",
                        cloud,
                        s.vApp().name(),
                        "Operation " + op + " works on this vApp.",
                        "Wait until it has ended, or cancel it."));
        if (s.vApp().busy()) {
            block(
                    out,
                    "vapp-busy",
                    cloud,
                    s.vApp().name(),
                    "Another task of the cloud holds the vApp.",
                    "Wait until that task has ended.");
        }
        s.stretch().ifPresent(stretch -> {
            if (!stretch.deploy().target().equals(s.request().target().value())) {
                block(
                        out,
                        "stretched-elsewhere",
                        cloud,
                        s.vApp().name(),
                        "The vApp is stretched to cloud " + stretch.deploy().target() + " already.",
                        "Bring its VMs back first, or choose that cloud as the target.");
            }
            stretch.vms().stream()
                    .filter(m -> s.vms().stream().anyMatch(vm -> vm.name().equals(m.name())))
                    .forEach(m -> block(
                            out,
                            "already-stretched",
                            cloud,
                            m.name(),
                            "The VM runs in cloud " + stretch.deploy().target() + " already.",
                            "Leave it out of the request."));
        });
    }

    private static void capabilities(Survey s, Consumer<Finding> out) {
        for (Capability c : List.of(
                Capability.COPY_VM, Capability.IDENTITY_EXPORT, Capability.MOVE_VM, Capability.OVF_PROPERTIES)) {
            need(out, s.source(), c);
        }
        for (Capability c : List.of(
                Capability.ROUTED_VAPP_NETWORK,
                Capability.VAPP_EDGE_SERVICES,
                Capability.MOVE_VM,
                Capability.OVF_PROPERTIES)) {
            need(out, s.target(), c);
        }
    }

    private static void need(Consumer<Finding> out, Survey.Site site, Capability capability) {
        if (!site.capabilities().contains(capability)) {
            block(
                    out,
                    "missing-capability",
                    site.cloud(),
                    capability.name(),
                    "The cloud does not offer " + capability.name() + ", which a stretch deploy needs.",
                    "Use a newer version of the cloud, or another cloud.");
        }
    }

    private static void clocks(Survey s, Consumer<Finding> out) {
        for (Survey.Site site : List.of(s.source(), s.target())) {
            if (site.clockSkew().abs().compareTo(MOST_SKEW) > 0) {
                block(
                        out,
                        "clock-skew",
                        site.cloud(),
                        site.cloud(),
                        "Its clock differs from ours by "
                                + site.clockSkew().abs().toSeconds() + " s.",
                        "Set both clocks by NTP; certificates would not be valid otherwise.");
            }
        }
    }

    private static void machines(Survey s, Consumer<Finding> out) {
        for (Vm vm : s.vms()) {
            state(s, out, vm);
            if (vm.snapshot()) {
                warn(
                        out,
                        "snapshot-lost",
                        s.source().cloud(),
                        vm.name(),
                        "Its snapshot does not survive the move.",
                        "Accept the loss, or remove the snapshot first.");
            }
            vm.media()
                    .forEach(medium -> warn(
                            out,
                            "media-ejected",
                            s.source().cloud(),
                            vm.name(),
                            "The inserted medium " + medium + " does not move along.",
                            "Accept the loss, or eject it first."));
            hardware(s, out, vm);
        }
    }

    private static void startOrders(Survey s, Consumer<Finding> out) {
        List<Tier<DeployPlan.VmPlan>> tiers = Planner.tiers(s);
        if (s.request().onFailure() == OnFailure.ROLLBACK
                && tiers.stream().anyMatch(t -> t.gate().isPresent())) {
            out.accept(GateFindings.writesAtStake(s.target().cloud(), tiers));
        }
        GateFindings.services(s.source().cloud(), s.request().gate(), tiers, Planner.questions(s))
                .forEach(out);
    }

    private static void state(Survey s, Consumer<Finding> out, Vm vm) {
        if (vm.state() == PowerState.SUSPENDED) {
            block(
                    out,
                    "vm-suspended",
                    s.source().cloud(),
                    vm.name(),
                    "The VM is suspended; its memory cannot be moved.",
                    "Resume it, or discard its suspended state.");
        } else if (vm.state() == PowerState.UNRESOLVED || vm.state() == PowerState.MIXED) {
            block(
                    out,
                    "vm-not-ready",
                    s.source().cloud(),
                    vm.name(),
                    "The VM is in state " + vm.state() + ".",
                    "Wait until the cloud has finished with it, or repair it.");
        }
    }

    private static void hardware(Survey s, Consumer<Finding> out, Vm vm) {
        String version = vm.hardware().version();
        boolean known = s.target()
                .vdc()
                .map(v -> v.hardwareVersions().isEmpty() || v.hardwareVersions().contains(version))
                .orElse(true);
        if (!version.isEmpty() && !known) {
            block(
                    out,
                    "hardware-version",
                    s.target().cloud(),
                    vm.name(),
                    "The target does not support virtual hardware " + version + ".",
                    "Choose a target VDC that supports it.");
        }
    }

    private static void disks(Survey s, Consumer<Finding> out) {
        for (Vm vm : s.vms()) {
            for (Vm.Disk disk : vm.disks()) {
                if (disk.independent() || disk.shared()) {
                    block(
                            out,
                            disk.shared() ? "shared-disk" : "independent-disk",
                            s.source().cloud(),
                            vm.name(),
                            "Disk " + disk.id() + " is " + (disk.shared() ? "shared with other VMs" : "independent")
                                    + " and would stay behind.",
                            "Detach it, or make it an ordinary disk of the VM.");
                }
            }
            if (vm.disks().isEmpty()) {
                block(
                        out,
                        "no-disk",
                        s.source().cloud(),
                        vm.name(),
                        "The VM has no disk to move.",
                        "Leave it out of the request.");
            }
        }
    }

    private static void targetVdc(Survey s, Consumer<Finding> out) {
        String cloud = s.target().cloud();
        Optional<OrgVdc> vdc = s.target().vdc();
        String names =
                String.join(", ", s.target().vdcs().stream().map(OrgVdc::name).toList());
        if (vdc.isEmpty()) {
            boolean named = s.request().targetVdc().isPresent();
            block(
                    out,
                    named ? "unknown-target-vdc" : "ambiguous-target-vdc",
                    cloud,
                    s.request().targetVdc().orElse(cloud),
                    named ? "The target has no such organization VDC." : "The target has several organization VDCs.",
                    "Name one with targetVdc: " + names + ".");
            return;
        }
        if (!vdc.get().enabled()) {
            block(
                    out,
                    "target-vdc-disabled",
                    cloud,
                    vdc.get().name(),
                    "The VDC is disabled.",
                    "Choose another or enable it.");
        }
        if (!vdc.get().routedVAppNetworks()) {
            block(
                    out,
                    "no-routed-vapp-networks",
                    cloud,
                    vdc.get().name(),
                    "The VDC cannot make routed vApp networks.",
                    "Choose a VDC whose edge cluster serves vApps.");
        }
    }

    private static void room(Survey s, Consumer<Finding> out) {
        long needed = 2 * s.diskMb();
        s.target()
                .vdc()
                .filter(v -> v.storageFreeMb() < needed)
                .ifPresent(v -> block(
                        out,
                        "no-target-storage",
                        s.target().cloud(),
                        v.name(),
                        "The copy needs " + needed + " MB for a while, " + v.storageFreeMb() + " MB are free.",
                        "Free storage, raise the quota or choose another VDC."));
        s.source()
                .vdc()
                .filter(v -> v.storageFreeMb() < needed)
                .ifPresent(v -> block(
                        out,
                        "no-source-storage",
                        s.source().cloud(),
                        v.name(),
                        "The temporary copy and its template need " + needed + " MB, " + v.storageFreeMb()
                                + " MB are free.",
                        "Free storage or raise the quota."));
        staging(out, s.diskMb(), s.stagingBytes());
        long memory = s.vms().stream().mapToLong(vm -> vm.hardware().memoryMb()).sum();
        s.target()
                .vdc()
                .filter(v -> v.memoryFreeMb() < memory)
                .ifPresent(v -> block(
                        out,
                        "no-target-memory",
                        s.target().cloud(),
                        v.name(),
                        "The VMs need " + memory + " MB of memory, " + v.memoryFreeMb() + " MB are free.",
                        "Free memory, raise the quota or choose another VDC."));
        int vmsNeeded = s.vms().size() + TunnelPlanner.appliances(s, DeployPlan.Side.TARGET);
        s.target()
                .vdc()
                .filter(v -> v.vmQuotaLeft() < vmsNeeded)
                .ifPresent(v -> block(
                        out,
                        "no-target-quota",
                        s.target().cloud(),
                        v.name(),
                        "The VMs and the edge appliances need " + vmsNeeded + " of the VM quota, " + v.vmQuotaLeft()
                                + " are left.",
                        "Raise the quota or choose another VDC."));
    }
}
