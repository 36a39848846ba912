package org.stretchdeploy.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** The controller refused; the message is its sentence for the user. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient JsonNode problem;

    public ProblemException(int status, String message, JsonNode problem) {
        super(message);
        this.status = status;
        this.problem = problem;
    }

    /** HTTP status; 0 when no answer came. */
    public int status() {
        return status;
    }

    /** The RFC 9457 document. */
    public JsonNode problem() {
        return problem;
    }
}
