package org.stretchdeploy.stretch.internal.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.ReturnPlan;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.workflow.OperationState;
import org.stretchdeploy.workflow.StepState;
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
            if (operation.workflow().equals(deploys.name())) {
                there(all, operation, deploys.decode(operation.input()));
            } else if (operation.workflow().equals(returns.name())) {
                home(all, operation, returns.decode(operation.input()));
            }
        }
        return new ArrayList<>(all.values());
    }

    private static void there(Map<String, Fenced> all, OperationState operation, DeployPlan plan) {
        boolean source = stands(operation, "fence-source");
        for (DeployPlan.VmPlan vm : plan.vms()) {
            if (source) {
                add(all, new Fenced(plan.source(), id(vm.id()), vm.name(), vm.nics(), plan.stretchId()));
            }
            // what has arrived waits, fenced, for its start; what was off, for the end of the deploy
            boolean arrived = row(operation, "place-vm", vm.number())
                    .filter(s -> s.status() == StepStatus.DONE)
                    .isPresent();
            boolean waits = row(operation, "start-target-vm", vm.number())
                    .or(() -> row(operation, "remaining-settings"))
                    .filter(s -> NOT_OPENED.contains(s.status()))
                    .isPresent();
            operation
                    .output("placed." + vm.number())
                    .filter(placed -> arrived && waits)
                    .ifPresent(placed -> add(
                            all,
                            new Fenced(
                                    plan.target(),
                                    id(placed.asText()),
                                    vm.name(),
                                    DeploySteps.fixed(vm.nics()),
                                    plan.stretchId())));
        }
    }

    private static Optional<StepState> row(OperationState operation, String name) {
        return operation.steps().stream().filter(s -> s.name().equals(name)).findFirst();
    }

    private static Optional<StepState> row(OperationState operation, String name, int number) {
        return operation.steps().stream()
                .filter(s -> s.name().equals(name) && s.id().endsWith(Rows.many(number)))
                .findFirst();
    }

    private static void home(Map<String, Fenced> all, OperationState operation, ReturnPlan plan) {
        boolean opened = row(operation, "open-home")
                .filter(s -> !NOT_OPENED.contains(s.status()))
                .isPresent();
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
        return row(operation, row).filter(s -> s.status() == StepStatus.DONE).isPresent();
    }

    private static void add(Map<String, Fenced> all, Fenced fenced) {
        all.put(fenced.cloud() + "/" + fenced.vm().value(), fenced);
    }

    private static ObjectId id(String value) {
        return new ObjectId(value);
    }
}
