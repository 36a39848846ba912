package org.stretchdeploy.stretch.internal.plan;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.Finding.Severity;
import org.stretchdeploy.api.Plan.Action;
import org.stretchdeploy.api.Plan.DiffLine;
import org.stretchdeploy.api.Plan.ObjectChange;
import org.stretchdeploy.stretch.internal.model.Stretch;

/**
 * What a return says about changes that people made at home: most stay, those of a machine that is replaced by the one
 * that comes home are lost, against consent.
 */
final class HomeFindings {
    private HomeFindings() {}

    /** @param returning names of the machines that return */
    static void add(
            Stretch stretch,
            List<ObjectChange> changes,
            Set<String> returning,
            boolean discard,
            Consumer<Finding> out) {
        String cloud = stretch.deploy().source();
        String prefix = stretch.deploy().vApp() + "/";
        for (ObjectChange change : changes) {
            boolean placeholder = change.kind().equals("Vm")
                    && change.action() == Action.CHANGE
                    && returning.contains(change.name().substring(prefix.length()));
            List<String> lost = placeholder ? lost(change, discard) : List.of();
            if (!lost.isEmpty()) {
                out.accept(new Finding(
                        "placeholder-changed",
                        Severity.WARNING,
                        cloud,
                        change.name().substring(prefix.length()),
                        "Somebody changed the placeholder (" + String.join("; ", lost) + "), and the machine that comes"
                                + " home does not have that.",
                        "Note the change and make it again after the return, then accept the loss."));
            }
        }
        if (!changes.isEmpty()) {
            out.accept(new Finding(
                    "source-changed",
                    Severity.INFO,
                    cloud,
                    stretch.deploy().vApp(),
                    "Since the deploy people have changed here: "
                            + changes.stream()
                                    .map(c -> c.kind() + " " + c.name())
                                    .collect(Collectors.joining(", "))
                            + ". Their changes stay, unless a warning says otherwise.",
                    "Look at the differences."));
        }
    }

    /** When writes are discarded the original itself starts: only what it gets from the plan is set anew. */
    private static List<String> lost(ObjectChange change, boolean discard) {
        return change.lines().stream()
                .map(DiffLine::text)
                .filter(text -> !discard || text.startsWith("nic ") || text.startsWith("metadata "))
                .toList();
    }
}
