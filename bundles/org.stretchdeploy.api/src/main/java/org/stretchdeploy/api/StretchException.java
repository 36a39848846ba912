package org.stretchdeploy.api;

import java.util.List;
import java.util.Objects;

/**
 * The one failure of the API: a stable code for programs, a sentence for people that says what to do.
 *
 * <p>Surfaces map {@link #kind()} to their own words (HTTP status, SOAP fault, exit code) and never show a stack trace.
 */
public final class StretchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What sort of failure it is. */
    public enum Kind {
        /** The request is wrong; the caller can mend it. HTTP 400. */
        USER,
        /** No such cloud, operation or vApp. HTTP 404. */
        NOT_FOUND,
        /** Something else holds what is asked for. HTTP 409. */
        CONFLICT,
        /** Findings of the precheck forbid it. HTTP 422. */
        BLOCKED,
        /** The caller, or our account at a cloud, may not do this. HTTP 403. */
        DENIED,
        /** A cloud does not answer or answers nonsense. HTTP 502. */
        EXTERNAL,
        /** The controller cannot do it now, its database being away for instance; the same call may work soon. HTTP 503. */
        UNAVAILABLE,
        /** Our own fault. HTTP 500. */
        INTERNAL
    }

    private final Kind kind;
    private final String code;
    private final transient List<Finding> findings;

    public StretchException(Kind kind, String code, String message, List<Finding> findings, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind);
        this.code = Objects.requireNonNull(code);
        this.findings = List.copyOf(findings);
    }

    public static StretchException user(String code, String message) {
        return new StretchException(Kind.USER, code, message, List.of(), null);
    }

    public static StretchException notFound(String code, String message) {
        return new StretchException(Kind.NOT_FOUND, code, message, List.of(), null);
    }

    public static StretchException conflict(String code, String message) {
        return new StretchException(Kind.CONFLICT, code, message, List.of(), null);
    }

    public static StretchException blocked(List<Finding> findings) {
        var first = findings.stream().filter(Finding::blocks).findFirst();
        return new StretchException(
                Kind.BLOCKED,
                "precheck-failed",
                "Nothing was changed, because the precheck found "
                        + findings.stream().filter(Finding::blocks).count()
                        + " blocking finding(s). First: "
                        + first.map(f -> f.message() + " " + f.remedy()).orElse("none"),
                findings,
                null);
    }

    public static StretchException external(String code, String message, Throwable cause) {
        return new StretchException(Kind.EXTERNAL, code, message, List.of(), cause);
    }

    public static StretchException unavailable(String code, String message, Throwable cause) {
        return new StretchException(Kind.UNAVAILABLE, code, message, List.of(), cause);
    }

    public Kind kind() {
        return kind;
    }

    /** Stable, lower-case words with dashes; documented in docs/errors.md. */
    public String code() {
        return code;
    }

    /** The precheck's findings when {@link Kind#BLOCKED}, else empty. */
    public List<Finding> findings() {
        return findings == null ? List.of() : findings;
    }
}
