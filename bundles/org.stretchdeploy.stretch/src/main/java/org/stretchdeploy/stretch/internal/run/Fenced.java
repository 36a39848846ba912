package org.stretchdeploy.stretch.internal.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.ReturnPlan;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.workflow.OperationState;
import org.stretchdeploy.workflow.StepStatus;
import org.stretchdeploy.workflow.Workflow;

/**
 * A machine that must be off and unplugged now.
 *
 * @param cloud   name of the cloud it is in
 * @param nics    as they are when it is not fenced
 * @param stretch id of the stretch
 */
public record Fenced(String cloud, ObjectId vm, String name, List<Vm.Nic> nics, String stretch) {
    /** How a row stands that opens a fence, as long as the fence is closed. */
    private static final Set<StepStatus> NOT_OPENED = Set.of(StepStatus.PENDING, StepStatus.SKIPPED, StepStatus.UNDONE);

    public List<Vm.Nic> unplugged() {
        return DeploySteps.unplugged(nics);
    }

    /**
     * What is fenced, from the records of the stretches and the journals of the operations that go on. A fence counts
     * from its row's end until the journal says that it is to be opened: in between nobody else's hands are on it.
     *
     * @param open operations that hold a vApp
     */
    public static List<Fenced> of(
            List<Stretch> stretches,
            List<OperationState> open,
            Workflow<DeployPlan> deploys,
            Workflow<ReturnPlan> returns) {
        Map<String, Fenced> all = new LinkedHashMap<>();
        for (Stretch s : stretches) {
            s.vms()
                    .forEach(vm -> add(
                            all, new Fenced(s.deploy().source(), id(vm.placeholder()), vm.name(), vm.nics(), s.id())));
        }
        for (OperationState operation : open) {
            if (operation.workflow().equals(deploys.name()) && stands(operation, "fence-source")) {
                DeployPlan plan = deploys.decode(operation.input());
                plan.vms()
                        .forEach(vm -> add(
                                all, new Fenced(plan.source(), id(vm.id()), vm.name(), vm.nics(), plan.stretchId())));
            } else if (operation.workflow().equals(returns.name())) {
                home(all, operation, returns.decode(operation.input()));
            }
        }
        return new ArrayList<>(all.values());
    }

    private static void home(Map<String, Fenced> all, OperationState operation, ReturnPlan plan) {
        boolean opened = operation.steps().stream()
                .anyMatch(s -> s.name().equals("open-home") && !NOT_OPENED.contains(s.status()));
        for (ReturnPlan.VmPlan vm : plan.vms()) {
            if (opened && plan.discard()) {
                all.remove(plan.source() + "/" + vm.placeholderId());
            }
            // what was brought home waits there, fenced, for its turn
            operation
                    .output("placed." + vm.number())
                    .filter(placed -> !opened)
                    .ifPresent(placed -> add(
                            all,
                            new Fenced(plan.source(), id(placed.asText()), vm.name(), vm.nics(), plan.stretchId())));
            if (stands(operation, "fence-target")) {
                add(all, new Fenced(plan.target(), id(vm.remoteId()), vm.name(), vm.nics(), plan.stretchId()));
            }
        }
    }

    private static boolean stands(OperationState operation, String row) {
        return operation.steps().stream().anyMatch(s -> s.name().equals(row) && s.status() == StepStatus.DONE);
    }

    private static void add(Map<String, Fenced> all, Fenced fenced) {
        all.put(fenced.cloud() + "/" + fenced.vm().value(), fenced);
    }

    private static ObjectId id(String value) {
        return new ObjectId(value);
    }
}
