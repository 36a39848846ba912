package org.stretchdeploy.stretch.internal.run;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.Relocation;
import org.stretchdeploy.stretch.internal.register.FenceBreaches;
import org.stretchdeploy.workflow.StepResult;
import org.stretchdeploy.workflow.StepScope;

/**
 * The fence around a copy that must not live: marked, so that a cloud with a rule for it refuses its people (ADR 0028);
 * off; unplugged. The mark comes first and goes first, so that it is never missing from what is fenced and never left on
 * what is not. A cloud that has no marks, or refuses ours, still has the other two, and the fence watch.
 */
public final class Fence {
    private static final Logger LOG = LoggerFactory.getLogger(Fence.class);

    private Fence() {}

    /** @param number of the VM in its plan, part of the pieces' names; @param nics as they are when it is not fenced */
    static boolean closed(Work work, Cloud cloud, int number, String vm, List<Vm.Nic> nics, String why) {
        ObjectId id = new ObjectId(vm);
        return work.done("mark-" + number, () -> marked(cloud, id, why))
                && work.done("off-" + number, () -> cloud.vApps().powerOff(id))
                && work.done("unplug-" + number, () -> cloud.vApps().setNics(id, DeploySteps.unplugged(nics)));
    }

    /** Waits for a fence watch that has its hands on the machine: see {@link FenceBreaches#free}. */
    static boolean opened(
            StepScope<?> scope, Parts parts, Work work, String cloudName, int number, String vm, List<Vm.Nic> nics) {
        ObjectId id = new ObjectId(vm);
        Cloud cloud = parts.cloud(cloudName);
        return parts.breaches().free(cloudName, id, scope.now())
                && work.done("unmark-" + number, () -> unmarked(cloud, id))
                && work.done("plug-" + number, () -> cloud.vApps().setNics(id, nics));
    }

    /**
     * Puts a copy out of the arrival vApp into its place, marked before it gets there and unplugged there, where it waits
     * for the row that opens its fence (ADR 0031).
     *
     * @param nics as they will be when it is opened
     */
    static <I> StepResult placed(
            CopySteps<I> copy,
            StepScope<I> scope,
            Cloud cloud,
            ObjectId vApp,
            Relocation.Item item,
            Copied copied,
            String why) {
        Work work = new Work(scope, cloud);
        ObjectId arrival = new ObjectId(scope.require("arrivalVApp", String.class));
        boolean marked = work.done("mark", () -> Found.vm(cloud, arrival, item.name())
                .map(vm -> marked(cloud, vm.id(), why))
                .orElseGet(CloudTask::done));
        return marked
                ? copy.place(
                        scope, item, vApp, copied.description(), DeploySteps.unplugged(copied.nics()), copied.localId())
                : work.pause();
    }

    /** What a copy has of its original. */
    record Copied(String description, List<Vm.Nic> nics, String localId) {}

    /** What the mark says to the people of that cloud. */
    public static String why(String stretch) {
        return "stretch " + stretch;
    }

    /** Puts the mark on, in a cloud that has marks and takes ours. */
    public static CloudTask marked(Cloud cloud, ObjectId vm, String why) {
        if (!cloud.capabilities().contains(Capability.FENCE_MARK)) {
            return CloudTask.done(vm);
        }
        try {
            return cloud.vApps().fence(vm, why);
        } catch (CloudException e) {
            if (e.category() != CloudException.Category.DENIED) {
                throw e;
            }
            LOG.warn("event=fence-mark-denied vm={} reason=\"{}\"", vm.value(), e.getMessage());
            return CloudTask.done(vm);
        }
    }

    private static CloudTask unmarked(Cloud cloud, ObjectId vm) {
        return cloud.capabilities().contains(Capability.FENCE_MARK)
                ? cloud.vApps().unfence(vm)
                : CloudTask.done(vm);
    }
}
