package org.stretchdeploy.stretch.internal.run;

import java.util.List;
import java.util.Optional;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.ReturnPlan.VmPlan;
import org.stretchdeploy.workflow.StepScope;

/** The way of a placeholder into its parking vApp and back. */
final class Parking {
    private Parking() {}

    /** Whether the machine is not in the first vApp any more; begins to move it if it is. */
    static boolean moved(
            Work work,
            String piece,
            Cloud cloud,
            ObjectId from,
            ObjectId to,
            VmPlan vm,
            StepScope<?> scope,
            List<Vm.Nic> nics) {
        return work.done(piece, () -> {
            Optional<Vm> there = Found.vm(cloud, from, vm.name());
            if (there.isEmpty()) {
                return CloudTask.done();
            }
            var wanted = new VApps.VmSpec(
                    there.get().id(),
                    vm.name(),
                    VApps.Mode.MOVE,
                    there.get().description(),
                    nics,
                    Optional.of(vm.localId()));
            return cloud.vApps().addVm(to, wanted, new Tag(scope.operationId().value(), piece + "-vm." + vm.number()));
        });
    }
}
