package org.stretchdeploy.workflow;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a step action tells the engine. An action never waits for long: it answers {@link Again} and is called later.
 */
public sealed interface StepResult {

    /**
     * The step is complete.
     *
     * @param outputs values for later steps; each is written to the journal as JSON, so records, strings, numbers and
     *     collections of them are fine; no secrets
     */
    record Done(Map<String, Object> outputs) implements StepResult {
        public Done {
            outputs = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
        }

        /** The same result with one more output. */
        public Done with(String key, Object value) {
            Map<String, Object> more = new LinkedHashMap<>(outputs);
            more.put(key, value);
            return new Done(more);
        }
    }

    /**
     * Not complete yet: call the action again. Not counted as an attempt; the row's deadline still runs.
     *
     * @param after how long to wait before the next call, at least 1 ms
     */
    record Again(Duration after) implements StepResult {
        public Again {
            if (after.isNegative() || after.isZero()) {
                throw new IllegalArgumentException("the wait before the next call must be positive: " + after);
            }
        }
    }

    /**
     * The step failed.
     *
     * @param code stable lower-case word for programs, for instance {@code "vapp-name-taken"}
     * @param sentence what went wrong and what to do, for people; no secrets
     * @param retryable whether the same action may succeed when it is called again
     * @param retryAfter least wait asked for by the other side; the row's retry policy may wait longer
     */
    record Failed(String code, String sentence, boolean retryable, Optional<Duration> retryAfter)
            implements StepResult {
        public Failed {
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(sentence, "sentence");
            Objects.requireNonNull(retryAfter, "retryAfter");
        }
    }

    static Done done() {
        return new Done(Map.of());
    }

    static Done done(String key, Object value) {
        return new Done(Map.of(key, value));
    }

    static Again again(Duration after) {
        return new Again(after);
    }

    /** A failure that will not go away by itself. */
    static Failed failed(String code, String sentence) {
        return new Failed(code, sentence, false, Optional.empty());
    }

    /** A failure that may go away by itself. */
    static Failed retry(String code, String sentence) {
        return new Failed(code, sentence, true, Optional.empty());
    }
}
