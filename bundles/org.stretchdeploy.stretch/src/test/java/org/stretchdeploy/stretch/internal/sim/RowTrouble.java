package org.stretchdeploy.stretch.internal.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.workflow.Row;
import org.stretchdeploy.workflow.StepAction;
import org.stretchdeploy.workflow.StepResult;
import org.stretchdeploy.workflow.Workflow;

/** Something that happens once, at one row of a table, whatever the row does. Not thread-safe. */
final class RowTrouble {
    /** What happens. Kinds that begin with UNDO come after a cancel at the last row before the pivot. */
    enum Kind {
        /** The row fails for good before it has done anything. */
        FAIL_BEFORE,
        /** The row fails for good when its work is done. */
        FAIL_AFTER,
        /** The reply to the row's last call is lost: it is begun again and has to find what it made. */
        LOSE,
        CRASH_BEFORE,
        CRASH_AFTER,
        CANCEL,
        UNDO_LOSE,
        UNDO_CRASH_BEFORE,
        UNDO_CRASH_AFTER;

        boolean undo() {
            return name().startsWith("UNDO");
        }
    }

    final String row;
    final Kind kind;
    private Optional<Life> life = Optional.empty();
    private boolean hit;
    private boolean cancelled;
    private boolean tooLate;

    RowTrouble(String row, Kind kind) {
        this.row = row;
        this.kind = kind;
    }

    /** Who dies and cancels. */
    void on(Life whose) {
        life = Optional.of(whose);
    }

    boolean hit() {
        return hit;
    }

    /** Whether a cancel was refused because there was no way back any more. */
    boolean tooLate() {
        return tooLate;
    }

    <I> Workflow<I> in(Workflow<I> sound) {
        return Changed.rows(sound, rows -> {
            List<Row<I>> changed = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                Row<I> each = rows.get(i);
                boolean last = i + 1 < rows.size() && rows.get(i + 1).pivot();
                StepAction<I> action =
                        each.name().equals(row) && !kind.undo() ? troubled(each.action()) : each.action();
                changed.add(Changed.row(
                        each,
                        last && kind.undo() ? cancelling(action) : action,
                        each.undo().map(undo -> each.name().equals(row) && kind.undo() ? troubled(undo) : undo),
                        each.pivot()));
            }
            return changed;
        });
    }

    private <I> StepAction<I> cancelling(StepAction<I> action) {
        return scope -> {
            if (!cancelled) {
                cancelled = true;
                cancel();
            }
            return action.run(scope);
        };
    }

    private void cancel() {
        tooLate = !life.orElseThrow().cancel();
    }

    private <I> StepAction<I> troubled(StepAction<I> action) {
        return scope -> {
            if (!hit) {
                switch (kind) {
                    case FAIL_BEFORE -> {
                        hit = true;
                        return StepResult.failed("simulated", "The row fails before it begins.");
                    }
                    case CANCEL -> {
                        hit = true;
                        cancel();
                    }
                    case CRASH_BEFORE, UNDO_CRASH_BEFORE -> {
                        hit = true;
                        life.orElseThrow().die("before a row acts");
                    }
                    default -> {
                        // what happens afterwards
                    }
                }
            }
            StepResult result = action.run(scope);
            return hit || !(result instanceof StepResult.Done) ? result : after(result);
        };
    }

    private StepResult after(StepResult result) {
        switch (kind) {
            case FAIL_AFTER -> {
                hit = true;
                return StepResult.failed("simulated", "The row fails when its work is done.");
            }
            case LOSE, UNDO_LOSE -> {
                hit = true;
                return StepResult.retry("simulated", "The reply to the row's last call is lost.");
            }
            case CRASH_AFTER, UNDO_CRASH_AFTER -> {
                hit = true;
                life.orElseThrow().die("after a row has acted");
                return result;
            }
            default -> {
                return result;
            }
        }
    }
}
