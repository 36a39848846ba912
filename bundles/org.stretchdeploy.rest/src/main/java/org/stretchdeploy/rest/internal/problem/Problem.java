package org.stretchdeploy.rest.internal.problem;

import java.util.List;
import org.stretchdeploy.api.Finding;

/**
 * A problem document (RFC 9457).
 *
 * @param type     a URI reference that names the problem: {@code urn:stretchdeploy:problem:} and the code
 * @param title    the sort of problem, the same for every occurrence
 * @param status   the HTTP status
 * @param detail   a sentence about this occurrence, with what to do
 * @param code     stable, for programs; docs/errors.md lists them
 * @param findings the precheck's results when it forbids the operation, else empty
 */
public record Problem(String type, String title, int status, String detail, String code, List<Finding> findings) {
    /** The media type of problem documents. */
    public static final String MEDIA_TYPE = "application/problem+json";

    static final String TYPE_PREFIX = "urn:stretchdeploy:problem:";

    public static Problem of(int status, String title, String code, String detail) {
        return new Problem(TYPE_PREFIX + code, title, status, detail, code, List.of());
    }

    public Problem withFindings(List<Finding> more) {
        return new Problem(type, title, status, detail, code, List.copyOf(more));
    }
}
