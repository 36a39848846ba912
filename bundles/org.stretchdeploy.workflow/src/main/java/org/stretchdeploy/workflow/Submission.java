package org.stretchdeploy.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is asked of the engine.
 *
 * @param workflow name of a registered workflow; its highest registered version is used
 * @param input as the workflow's codec reads it; is journalled, so no secrets
 * @param idempotencyKey 1 to 200 characters; the same key with the same workflow and input gives the same operation
 * @param lockKeys the operation is refused while another one that has not ended holds any of these
 * @param submittedBy who asked, for the record
 */
public record Submission(
        String workflow, JsonNode input, String idempotencyKey, Set<String> lockKeys, String submittedBy) {
    private static final int LONGEST_KEY = 200;

    public Submission {
        requireKey("an idempotency key", idempotencyKey);
        lockKeys.forEach(key -> requireKey("a lock key", key));
        lockKeys = java.util.Collections.unmodifiableSet(new TreeSet<>(lockKeys));
    }

    public static Submission of(String workflow, JsonNode input, String idempotencyKey) {
        return new Submission(workflow, input, idempotencyKey, Set.of(), "");
    }

    public Submission locking(String... keys) {
        return new Submission(workflow, input, idempotencyKey, Set.of(keys), submittedBy);
    }

    public Submission by(String who) {
        return new Submission(workflow, input, idempotencyKey, lockKeys, who);
    }

    private static void requireKey(String what, String key) {
        if (key == null
                || key.isEmpty()
                || key.length() > LONGEST_KEY
                || key.chars().anyMatch(Character::isISOControl)) {
            throw new WorkflowException(
                    WorkflowException.Code.INVALID,
                    what + " has 1 to " + LONGEST_KEY + " characters and no control characters");
        }
    }
}
