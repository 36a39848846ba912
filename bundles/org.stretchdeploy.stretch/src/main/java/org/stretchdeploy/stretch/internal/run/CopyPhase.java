package org.stretchdeploy.stretch.internal.run;

import static org.stretchdeploy.stretch.internal.run.Rows.many;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.stretchdeploy.stretch.internal.model.Relocation.Item;
import org.stretchdeploy.workflow.WorkflowTable;

/**
 * Phase 2 and row 3.1, which deploy and return have in common: the machines stop, are copied, become an OVF package, and
 * the package becomes a vApp in the other cloud.
 */
final class CopyPhase {
    private static final Duration SHORT = Duration.ofMinutes(10);
    private static final Duration LONG = Duration.ofHours(48);

    private CopyPhase() {}

    /**
     * @param items the machines, worked out from the input alone
     * @param from  word for the cloud that they leave: {@code source} or {@code target}
     * @param to    word for the other one
     */
    static <I> WorkflowTable<I> add(
            WorkflowTable<I> table, CopySteps<I> copy, Function<I, List<Item>> items, String from, String to) {
        Function<I, List<Item>> lastStartedFirst = input -> items.apply(input).stream()
                .sorted(Comparator.comparingInt(Item::order).reversed())
                .toList();
        // One row, one line: the formatter would take the table apart.
        // spotless:off
        return table
                .step("2.1", "create-temporary-vapp", "Temporary vApp in the " + from + " cloud", copy::createTemporaryVApp)
                .undo(copy::deleteTemporaryVApp)
                .within(SHORT)
                .forEach(lastStartedFirst, (vm, t) -> t
                        .step("2.2.1" + many(vm.number()), "stop-" + from + "-vm", "Stop " + vm.name(), s -> copy.stopVm(s, vm))
                        .undo(s -> copy.startVmAgain(s, vm))
                        .within(SHORT))
                .forEach(items, (vm, t) -> t
                        .step("2.2.2" + many(vm.number()), "copy-vm", "Copy " + vm.name() + " into the temporary vApp", s -> copy.copyVm(s, vm))
                        .undo(s -> copy.stopCopying(s, vm))
                        .within(LONG))
                .step("2.3.1", "capture-template", "Capture the temporary vApp as a template", copy::capture)
                .undo(copy::deleteFromCatalog)
                .within(LONG)
                .step("2.3.2", "open-export", "Publish the template as an OVF package", copy::openExport)
                .within(LONG)
                .step("2.4.1", "publish-package", "Fetch, verify and sign the package at the node", copy::publish)
                .undo(copy::discardPackage)
                .within(LONG)
                .step("2.4.2", "transfer-package", "Transfer the package to the " + to + " cloud", copy::transfer)
                .undo(copy::deleteToCatalog)
                .within(LONG)
                .await("2.5", "package-imported", "The " + to + " cloud imports the package", copy::imported, LONG)
                .step("3.1", "create-arrival-vapp", "Temporary vApp in the " + to + " cloud from the template", copy::instantiate)
                .undo(copy::deleteArrivalVApp)
                .within(LONG);
        // spotless:on
    }
}
