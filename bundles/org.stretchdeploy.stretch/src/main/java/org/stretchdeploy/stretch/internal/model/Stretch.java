package org.stretchdeploy.stretch.internal.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.spi.Vm;

/**
 * A vApp that is stretched now: what has to be known to bring it home, long after the deploy.
 *
 * @param deploy      the plan that opened it
 * @param operation   id of the operation that opened it; its tags are on what belongs to the stretch
 * @param targetVApp  the routed vApp in the target cloud
 * @param sourceEnd   appliance in the source vApp
 * @param trials       deploys that are on trial, or were and are committed
 * @param sourceBefore canonical text of the source cloud's side before anything was changed
 */
public record Stretch(
        String id,
        String operation,
        DeployPlan deploy,
        String targetVApp,
        ApplianceEnd sourceEnd,
        ApplianceEnd targetEnd,
        List<MovedVm> vms,
        Snapshot sourceBefore,
        Snapshot targetBefore,
        List<TrialMark> trials) {

    public Stretch {
        trials = trials == null ? List.of() : List.copyOf(trials);
    }

    /**
     * A deploy on trial, or one that was and is committed.
     *
     * @param operation   the deploy
     * @param endsAt      when its machines return by themselves
     * @param discard     what they wrote in the target is lost then
     * @param committedAt when it was committed; the machines stay
     * @param vms         names of its machines
     */
    public record TrialMark(
            String operation, Instant endsAt, boolean discard, Optional<Instant> committedAt, List<String> vms) {
        public TrialMark committed(Instant at) {
            return new TrialMark(operation, endsAt, discard, committedAt.or(() -> Optional.of(at)), vms);
        }

        TrialMark without(List<String> gone) {
            return new TrialMark(
                    operation,
                    endsAt,
                    discard,
                    committedAt,
                    vms.stream().filter(vm -> !gone.contains(vm)).toList());
        }

        public boolean open() {
            return committedAt.isEmpty();
        }
    }

    /**
     * @param agent      agent's id
     * @param vm         identity of the appliance VM
     * @param uplinkAddress address that the cloud gave it on the uplink network
     * @param networkMacs MAC addresses of its NICs on the stretched networks
     * @param standby    the second appliance of this end, if it has one
     */
    public record ApplianceEnd(
            String agent, String vm, String uplinkAddress, List<String> networkMacs, Optional<ApplianceEnd> standby) {
        public ApplianceEnd {
            standby = standby == null ? Optional.empty() : standby;
        }

        public ApplianceEnd withStandby(Optional<ApplianceEnd> second) {
            return new ApplianceEnd(agent, vm, uplinkAddress, networkMacs, second);
        }

        /** The appliances of this end, the first one first. */
        public List<ApplianceEnd> members() {
            return standby.map(second -> List.of(this, second)).orElse(List.of(this));
        }
    }

    /**
     * @param placeholder the fenced VM that stays in the source vApp
     * @param remote      the live VM in the target
     * @param ranAtHome   it ran when it was deployed
     */
    public record MovedVm(
            String name,
            String placeholder,
            String remote,
            String description,
            String localId,
            int order,
            List<Vm.Nic> nics,
            java.util.Map<String, String> metadata,
            boolean ranAtHome) {}

    public Stretch withVms(List<MovedVm> moved) {
        return new Stretch(
                id,
                operation,
                deploy,
                targetVApp,
                sourceEnd,
                targetEnd,
                List.copyOf(moved),
                sourceBefore,
                targetBefore,
                trials);
    }

    public Stretch withTrials(List<TrialMark> marks) {
        return new Stretch(
                id, operation, deploy, targetVApp, sourceEnd, targetEnd, vms, sourceBefore, targetBefore, marks);
    }

    /** The stretch with these machines and trials added; what has the same name or operation is replaced. */
    public Stretch with(List<MovedVm> added, List<TrialMark> marks) {
        List<MovedVm> all = new ArrayList<>(vms);
        all.removeIf(old -> added.stream().anyMatch(vm -> vm.name().equals(old.name())));
        all.addAll(added);
        List<TrialMark> allMarks = new ArrayList<>(trials);
        allMarks.removeIf(old -> marks.stream().anyMatch(m -> m.operation().equals(old.operation())));
        allMarks.addAll(marks);
        return withVms(all).withTrials(allMarks);
    }

    /** The stretch after these machines have gone home: a trial of which none is left is over. */
    public Stretch without(List<String> gone) {
        List<MovedVm> left =
                vms.stream().filter(vm -> !gone.contains(vm.name())).toList();
        List<TrialMark> marks = trials.stream()
                .map(t -> t.without(gone))
                .filter(t -> !t.vms().isEmpty())
                .toList();
        return withVms(left).withTrials(marks);
    }

    public Optional<TrialMark> trial(String ofOperation) {
        return trials.stream().filter(t -> t.operation().equals(ofOperation)).findFirst();
    }
}
