package org.stretchdeploy.api;

import java.time.Instant;
import java.util.Map;

/**
 * Something that happened in an operation.
 *
 * @param sequence 1, 2, 3… per operation without holes
 * @param type     {@code submitted, step-started, step-progress, step-done, step-failed, step-undone, undo-failed,
 *                 interrupted, compensation-started, cancel-requested,
 *                 pivot-passed, notice, stalled, progress-resumed, alarm, alarm-over, committed, ended}
 * @param step     number of the step, empty when it is about the whole
 * @param data     details by name; numbers as text
 */
public record OperationEvent(
        OperationId operation,
        long sequence,
        Instant at,
        String type,
        String step,
        String message,
        Map<String, String> data) {}
