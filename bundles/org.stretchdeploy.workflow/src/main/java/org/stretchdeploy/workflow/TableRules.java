package org.stretchdeploy.workflow;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What every table must hold; checked when it is built for its fixed rows, and at submit for all. */
final class TableRules {
    private TableRules() {}

    static <I> void check(String workflow, List<Row<I>> rows) {
        if (rows.isEmpty()) {
            throw invalid(workflow, "the table has no rows");
        }
        checkPart(workflow, rows);
    }

    static <I> void checkPart(String workflow, List<Row<I>> rows) {
        Set<String> ids = new HashSet<>();
        boolean pivotSeen = false;
        for (Row<I> row : rows) {
            if (!ids.add(row.id())) {
                throw invalid(workflow, "row id " + row.id() + " is used twice");
            }
            if (row.pivot() && pivotSeen) {
                throw invalid(workflow, "row " + row.id() + " is a second pivot: it could never be one");
            }
            pivotSeen |= row.pivot();
            if (pivotSeen && row.undo().isPresent()) {
                throw invalid(
                        workflow,
                        "the undo of row " + row.id() + " could never be reached: it is not before the pivot");
            }
            if (!pivotSeen && row.retry().forever() && row.deadline().isEmpty()) {
                throw invalid(
                        workflow,
                        "row " + row.id()
                                + " is retried for ever before the pivot: what follows a failure of it could never be"
                                + " reached");
            }
            if (row.pivot() && row.condition().isPresent()) {
                throw invalid(workflow, "the pivot " + row.id() + " has a condition: the way back would be unclear");
            }
        }
    }

    private static WorkflowException invalid(String workflow, String sentence) {
        return new WorkflowException(WorkflowException.Code.INVALID, "workflow " + workflow + ": " + sentence);
    }
}
