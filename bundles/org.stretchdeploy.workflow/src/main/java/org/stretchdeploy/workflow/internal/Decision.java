package org.stretchdeploy.workflow.internal;

import java.time.Instant;
import java.util.List;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.Row;

/** What an operation does next. */
sealed interface Decision<I> {
    /** Begin the row: journal the intent, then call the action. */
    record Begin<I>(Row<I> row) implements Decision<I> {}

    /** Call the action of a row whose intent is journalled already. */
    record Poll<I>(Row<I> row) implements Decision<I> {}

    record BeginUndo<I>(Row<I> row) implements Decision<I> {}

    record PollUndo<I>(Row<I> row) implements Decision<I> {}

    record WaitUntil<I>(Instant at) implements Decision<I> {}

    /** Write these events and decide again. */
    record Write<I>(List<JournalEvent> events) implements Decision<I> {}

    record Finished<I>() implements Decision<I> {}
}
