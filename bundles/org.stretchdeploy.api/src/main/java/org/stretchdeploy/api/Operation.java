package org.stretchdeploy.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An operation as it stands.
 *
 * @param sequence  number of the last event that is in it; following goes on from there
 * @param cancelRequested true once a cancel was asked for
 * @param pivotPassed     true once there is no way back: the operation can only go forward
 * @param remaining what a person has to do, when {@link State#NEEDS_OPERATOR}
 * @param alarms    what a person should look at now, for instance that there is no progress; empty while all is well
 * @param trial     of a deploy on trial
 */
public record Operation(
        OperationId id,
        Kind kind,
        State state,
        String title,
        CloudName source,
        CloudName target,
        String vApp,
        List<String> vms,
        Instant submittedAt,
        Optional<Instant> endedAt,
        boolean cancelRequested,
        boolean pivotPassed,
        List<Step> steps,
        Optional<Failure> failure,
        Optional<ContinuityReport> continuity,
        List<String> notices,
        List<String> remaining,
        List<Alarm> alarms,
        Optional<Trial> trial,
        long sequence) {

    /** What is done. */
    public enum Kind {
        DEPLOY,
        RETURN
    }

    /** Where it stands; the last four are ends. */
    public enum State {
        QUEUED,
        RUNNING,
        /** Going back after a failure or a cancel. */
        COMPENSATING,
        SUCCEEDED,
        /** It failed, and both clouds are as they were. */
        COMPENSATED,
        /** It was cancelled, and both clouds are as they were. */
        CANCELLED,
        /** It cannot go on by itself; {@link Operation#remaining()} says what to do. */
        NEEDS_OPERATOR;

        public boolean ended() {
            return this == SUCCEEDED || this == COMPENSATED || this == CANCELLED || this == NEEDS_OPERATOR;
        }
    }

    /** Where a step stands. */
    public enum StepState {
        WAITING,
        RUNNING,
        DONE,
        SKIPPED,
        FAILED,
        UNDOING,
        UNDONE
    }

    /**
     * @param number as in the plan
     * @param phase  1 infrastructure, 2 copy, 3 deploy
     * @param node   of the controller that ran it, or its undo, last; empty before that, and when it was not noted
     */
    public record Step(
            String number,
            String name,
            String title,
            String cloud,
            StepState state,
            Optional<Instant> startedAt,
            Optional<Instant> endedAt,
            Optional<Progress> progress,
            Optional<String> node) {}

    /**
     * @param unit     {@code bytes}, {@code percent} or {@code count}
     * @param ratePerSecond in units a second, 0 when unknown
     * @param secondsLeft   -1 when unknown
     */
    public record Progress(long done, long total, String unit, double ratePerSecond, long secondsLeft, String text) {}

    /** @param step number of the step that failed */
    public record Failure(String step, String code, String message) {}
}
