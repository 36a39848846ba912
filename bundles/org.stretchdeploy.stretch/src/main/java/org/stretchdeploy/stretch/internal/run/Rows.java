package org.stretchdeploy.stretch.internal.run;

import java.time.Duration;
import org.stretchdeploy.workflow.Row;
import org.stretchdeploy.workflow.StepAction;

/** Words for the tables. */
final class Rows {
    private Rows() {}

    /** Suffix that keeps the rows of several VMs apart. */
    static String many(int number) {
        return "." + number;
    }

    /** A wait from whose begin on there is no way back. */
    static <I> Row<I> pivotAwait(String id, String name, String title, StepAction<I> action, Duration deadline) {
        return Row.await(id, name, title, action, deadline).asPivot();
    }
}
