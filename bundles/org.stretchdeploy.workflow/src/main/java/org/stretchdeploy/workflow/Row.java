package org.stretchdeploy.workflow;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One row of a workflow table.
 *
 * @param id number as people read it, for instance {@code "1.1"}; unique in the table; part of the correlation tag
 * @param name the row in one hyphenated word, for instance {@code "create-routed-vapp"}
 * @param title the row in a few words for people
 * @param kind whether the row acts or waits
 * @param action what the row does, or the condition it waits for
 * @param undo takes back what the action did; empty when there is nothing to take back
 * @param condition the row is skipped when this does not hold as it is reached
 * @param retry for retryable failures of the action
 * @param undoRetry for failures of the undo, whether they call themselves retryable or not
 * @param deadline from the first begin of the row; a row that is still not done then has failed
 * @param heartbeat longest time without progress before the stall alarm
 * @param pivot from the begin of this row on there is no way back
 */
public record Row<I>(
        String id,
        String name,
        String title,
        Kind kind,
        StepAction<I> action,
        Optional<StepAction<I>> undo,
        Optional<Condition<I>> condition,
        RetryPolicy retry,
        RetryPolicy undoRetry,
        Optional<Duration> deadline,
        Duration heartbeat,
        boolean pivot) {

    /** Default of {@link #heartbeat}: with the engine's watch interval, an alarm comes within 60 s. */
    public static final Duration STANDARD_HEARTBEAT = Duration.ofSeconds(45);

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

    /** Acts and waits are different rows, so that a wait can be repeated freely. */
    public enum Kind {
        STEP,
        AWAIT
    }

    /** A named predicate; the name is what the diagram shows. */
    public record Condition<I>(String name, Predicate<StepScope<I>> test) {}

    public Row {
        if (id == null || !ID.matcher(id).matches()) {
            throw new WorkflowException(WorkflowException.Code.INVALID, "not a row id: " + id);
        }
        if (name == null || !NAME.matcher(name).matches()) {
            throw new WorkflowException(
                    WorkflowException.Code.INVALID, "row " + id + ": not a lower-case hyphenated name: " + name);
        }
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(action, "action");
    }

    /** A plain row with standard retries and nothing to undo; change it with the {@code with…} methods. */
    public static <I> Row<I> step(String id, String name, String title, StepAction<I> action) {
        return new Row<>(
                id,
                name,
                title,
                Kind.STEP,
                action,
                Optional.empty(),
                Optional.empty(),
                RetryPolicy.STANDARD,
                RetryPolicy.STANDARD,
                Optional.empty(),
                STANDARD_HEARTBEAT,
                false);
    }

    /** A row that waits until its action says Done, at most until the deadline. */
    public static <I> Row<I> await(String id, String name, String title, StepAction<I> condition, Duration deadline) {
        return new Row<>(
                id,
                name,
                title,
                Kind.AWAIT,
                condition,
                Optional.empty(),
                Optional.empty(),
                RetryPolicy.STANDARD,
                RetryPolicy.STANDARD,
                Optional.of(deadline),
                STANDARD_HEARTBEAT,
                false);
    }

    public Row<I> withUndo(StepAction<I> newUndo) {
        return new Row<>(
                id,
                name,
                title,
                kind,
                action,
                Optional.of(newUndo),
                condition,
                retry,
                undoRetry,
                deadline,
                heartbeat,
                pivot);
    }

    public Row<I> withCondition(String conditionName, Predicate<StepScope<I>> test) {
        return new Row<>(
                id,
                name,
                title,
                kind,
                action,
                undo,
                Optional.of(new Condition<>(conditionName, test)),
                retry,
                undoRetry,
                deadline,
                heartbeat,
                pivot);
    }

    public Row<I> withRetry(RetryPolicy policy) {
        return new Row<>(id, name, title, kind, action, undo, condition, policy, undoRetry, deadline, heartbeat, pivot);
    }

    public Row<I> withUndoRetry(RetryPolicy policy) {
        return new Row<>(id, name, title, kind, action, undo, condition, retry, policy, deadline, heartbeat, pivot);
    }

    public Row<I> withDeadline(Duration newDeadline) {
        return new Row<>(
                id,
                name,
                title,
                kind,
                action,
                undo,
                condition,
                retry,
                undoRetry,
                Optional.of(newDeadline),
                heartbeat,
                pivot);
    }

    public Row<I> withHeartbeat(Duration newHeartbeat) {
        return new Row<>(
                id, name, title, kind, action, undo, condition, retry, undoRetry, deadline, newHeartbeat, pivot);
    }

    public Row<I> asPivot() {
        return new Row<>(id, name, title, kind, action, undo, condition, retry, undoRetry, deadline, heartbeat, true);
    }
}
