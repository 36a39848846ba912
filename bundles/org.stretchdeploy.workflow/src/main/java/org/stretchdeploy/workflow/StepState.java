package org.stretchdeploy.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One row of one operation as the journal tells it.
 *
 * @param attempt how often the step (or its undo) was begun
 * @param since when it was first begun
 * @param updatedAt time of its latest event
 * @param code of the last failure
 * @param sentence of the last failure
 * @param node that ran the step, or its undo, last; empty before it was begun and in journals of older releases
 */
public record StepState(
        String id,
        String name,
        String title,
        boolean await,
        boolean pivot,
        StepStatus status,
        int attempt,
        Optional<Instant> since,
        Optional<Instant> updatedAt,
        Optional<String> code,
        Optional<String> sentence,
        Optional<Instant> retryAt,
        Optional<String> node,
        Map<String, JsonNode> outputs,
        Map<String, JsonNode> notes) {}
