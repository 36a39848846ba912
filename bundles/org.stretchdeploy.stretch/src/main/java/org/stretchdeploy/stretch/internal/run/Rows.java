package org.stretchdeploy.stretch.internal.run;

import java.time.Duration;
import org.stretchdeploy.workflow.RetryPolicy;
import org.stretchdeploy.workflow.Row;
import org.stretchdeploy.workflow.StepAction;

/** Words for the tables. */
final class Rows {
    /** A cloud that does not answer for some minutes costs no hours of copying. */
    static final RetryPolicy PATIENT = new RetryPolicy(12, Duration.ofSeconds(1), Duration.ofMinutes(1));

    /** Going back has no alternative but a person, so it waits about four hours for a cloud. */
    static final RetryPolicy VERY_PATIENT = new RetryPolicy(240, Duration.ofSeconds(1), Duration.ofMinutes(1));

    private Rows() {}

    /** Suffix that keeps the rows of several VMs apart. */
    static String many(int number) {
        return "." + number;
    }

    /** A wait from whose begin on there is no way back. */
    static <I> Row<I> pivotAwait(String id, String name, String title, StepAction<I> action, Duration deadline) {
        return Row.await(id, name, title, action, deadline).withRetry(PATIENT).asPivot();
    }
}
