package org.stretchdeploy.workflow;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * What one call of a step action may know and tell. Valid only during that call and only on the calling thread, except
 * {@link #progress} and {@link #cancelled}, which any thread may use while the call lasts.
 */
public interface StepScope<I> {
    I input();

    OperationId operationId();

    /** Row id, for instance {@code "1.1"}. */
    String stepId();

    /** {@code <operation>/<stepId>}: to be written on everything this step makes, and looked for before making it. */
    String tag();

    /** How many times the step was begun, this time included; starts at 1. Polls after Again are not counted. */
    int attempt();

    /** Whether this call undoes the row instead of running it. */
    boolean undoing();

    /**
     * Whether an earlier call of this step was cut off by a crash, so that its outcome is unknown. Also when this is
     * false the action must look for its tag: a lost reply leaves no trace here.
     */
    boolean outcomeUnknown();

    /** Whether somebody asked for the operation to be cancelled. A long action should look at it and return soon. */
    boolean cancelled();

    /** The engine's clock; the only one an action may use. */
    Clock clock();

    default Instant now() {
        return clock().instant();
    }

    /** When this step was first begun. */
    Instant since();

    /** An output by key, from the latest step that has it. */
    <T> Optional<T> output(String key, Class<T> type);

    /** An output of a given step. */
    <T> Optional<T> output(String stepId, String key, Class<T> type);

    /**
     * An output that must be there.
     *
     * @throws WorkflowException with code INVALID when no earlier step gave it
     */
    default <T> T require(String key, Class<T> type) {
        return output(key, type)
                .orElseThrow(() -> new WorkflowException(
                        WorkflowException.Code.INVALID,
                        "step " + stepId() + " needs the output '" + key + "', which no earlier step gave"));
    }

    /**
     * Writes a value of this step to the journal, durably, before returning: what the undo or a later call needs to
     * know about something that is about to happen. The latest value of a key wins. No secrets.
     */
    void note(String key, Object value);

    /** A note of this step, from this or any earlier call. */
    <T> Optional<T> noted(String key, Class<T> type);

    /** A note of a given step. */
    <T> Optional<T> noted(String stepId, String key, Class<T> type);

    /** The latest signal of a name that was sent to the operation, see {@link WorkflowEngine#signal}. */
    <T> Optional<T> signal(String name, Class<T> type);

    /**
     * Tells how far the step is. Shown to people, not necessarily durable; a change counts as progress for the stall
     * alarm. Cheap: may be called often.
     *
     * @param done how much is done, 0 or more
     * @param total how much there is, 0 when unknown
     * @param unit for instance {@code "bytes"} or {@code "%"}
     * @param text one short line
     */
    void progress(long done, long total, String unit, String text);
}
