package org.stretchdeploy.stretch.internal.cloud;

import java.util.List;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.workflow.StepResult;

/** Turns a cloud's failure into ours. */
public final class CloudFailures {
    private CloudFailures() {}

    /** @param where what we talked to, for the sentence */
    public static StretchException translate(String where, CloudException e) {
        StretchException.Kind kind =
                switch (e.category()) {
                    case USER -> StretchException.Kind.USER;
                    case CONFLICT -> StretchException.Kind.CONFLICT;
                    case DENIED -> StretchException.Kind.DENIED;
                    case NOT_FOUND -> StretchException.Kind.NOT_FOUND;
                    case TRANSIENT, EXTERNAL -> StretchException.Kind.EXTERNAL;
                };
        return new StretchException(kind, e.code(), "At " + where + ": " + e.getMessage(), List.of(), e);
    }

    /** What a step answers when a cloud call failed. The outcome of a failed write is unknown, and steps adopt. */
    public static StepResult.Failed asStepFailure(Exception exception) {
        if (exception instanceof CloudException e) {
            boolean again = e.category() == CloudException.Category.TRANSIENT
                    || e.category() == CloudException.Category.EXTERNAL;
            return new StepResult.Failed(e.code(), e.getMessage(), again, e.retryAfter());
        }
        if (exception instanceof StretchException e) {
            boolean again = e.kind() == StretchException.Kind.EXTERNAL;
            return new StepResult.Failed(e.code(), e.getMessage(), again, java.util.Optional.empty());
        }
        if (exception instanceof java.io.IOException || exception instanceof java.io.UncheckedIOException) {
            return StepResult.retry("io", String.valueOf(exception.getMessage()));
        }
        return StepResult.failed("unexpected", exception.getClass().getSimpleName() + ": " + exception.getMessage());
    }
}
