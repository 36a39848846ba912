package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What came of a {@link ServiceRequest}.
 *
 * @param id of the request
 * @param answer what the machine said
 * @param from the address that it was asked from, empty when it was not asked
 * @param micros from the first question to the answer, 0 without one
 * @param reason empty, or why it was not asked
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ServiceResult(String id, Answer answer, String from, long micros, String reason) {
    /** What a machine says. */
    public enum Answer {
        /** The port is open, or the echo came back. */
        OPEN,
        /** The machine refuses the port. */
        CLOSED,
        /** Nothing came back. */
        SILENT,
        /** It was not asked; the reason says why. */
        NOT_ASKED
    }

    public ServiceResult {
        answer = answer == null ? Answer.NOT_ASKED : answer;
        from = from == null ? "" : from;
        reason = reason == null ? "" : reason;
    }

    /** Not asked. */
    public static ServiceResult notAsked(String id, String reason) {
        return new ServiceResult(id, Answer.NOT_ASKED, "", 0, reason);
    }
}
