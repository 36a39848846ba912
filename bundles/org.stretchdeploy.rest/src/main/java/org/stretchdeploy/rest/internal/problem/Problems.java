package org.stretchdeploy.rest.internal.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.ws.rs.WebApplicationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.api.Quoted;
import org.stretchdeploy.api.StretchException;

/** Turns whatever was thrown into a problem; only our own faults are logged, and nothing internal is told. */
public final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final int MAX_DEPTH = 20;

    private Problems() {}

    /** Looks through the causes for the first failure that we have words for. */
    public static Problem of(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
            if (cause instanceof StretchException failure) {
                return ofFailure(failure);
            }
            if (cause instanceof BodyTooLargeException) {
                return tooLarge(cause.getMessage());
            }
            cause = cause.getCause();
        }
        return ofCarrier(thrown);
    }

    private static Problem ofCarrier(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
            if (cause instanceof JsonProcessingException json) {
                return ofJson(json);
            }
            if (cause instanceof WebApplicationException web) {
                return ofStatus(web.getResponse().getStatus());
            }
            cause = cause.getCause();
        }
        return internal(thrown);
    }

    private static Problem ofFailure(StretchException failure) {
        if (failure.kind() == StretchException.Kind.INTERNAL) {
            LOG.error("event=request-failed code={}", failure.code(), failure);
        }
        return Problem.of(status(failure.kind()), title(failure.kind()), failure.code(), failure.getMessage())
                .withFindings(failure.findings());
    }

    static int status(StretchException.Kind kind) {
        return switch (kind) {
            case USER -> 400;
            case DENIED -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case BLOCKED -> 422;
            case INTERNAL -> 500;
            case EXTERNAL -> 502;
            case UNAVAILABLE -> 503;
        };
    }

    private static String title(StretchException.Kind kind) {
        return switch (kind) {
            case USER -> "The request is wrong";
            case DENIED -> "Not allowed";
            case NOT_FOUND -> "Not found";
            case CONFLICT -> "Something else holds it";
            case BLOCKED -> "The precheck forbids it";
            case INTERNAL -> "Our own fault";
            case UNAVAILABLE -> "Not available now";
            case EXTERNAL -> "A cloud does not answer as it should";
        };
    }

    private static Problem ofJson(JsonProcessingException json) {
        if (json instanceof UnrecognizedPropertyException unknown) {
            return Problem.of(
                    400,
                    "The request is wrong",
                    "unknown-field",
                    "The field " + Quoted.quote(unknown.getPropertyName()) + " is not known here; remove it.");
        }
        if (json instanceof StreamConstraintsException) {
            return Problem.of(
                    400,
                    "The request is wrong",
                    "json-too-complex",
                    "The JSON is nested too deep or has too long texts.");
        }
        if (json instanceof JsonMappingException mapping && !(json instanceof StreamReadException)) {
            return Problem.of(
                    400,
                    "The request is wrong",
                    "invalid-field",
                    "The field " + path(mapping) + " has a value of the wrong kind.");
        }
        var at = json.getLocation();
        String where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
        return Problem.of(
                400, "The request is wrong", "malformed-json", "The body is not well-formed JSON" + where + ".");
    }

    private static String path(JsonMappingException mapping) {
        String path = mapping.getPath().stream()
                .map(part -> part.getFieldName() == null ? "[" + part.getIndex() + "]" : part.getFieldName())
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "at the top" : Quoted.quote(path);
    }

    /** The problem for a bare HTTP status. */
    public static Problem ofStatus(int status) {
        return switch (status) {
            case 400 -> Problem.of(400, "The request is wrong", "bad-request", "The request cannot be understood.");
            case 403 -> Problem.of(403, "Not allowed", "forbidden", "This login may not do that.");
            case 404 ->
                Problem.of(
                        404,
                        "Not found",
                        "no-such-resource",
                        "There is nothing at this address; see openapi.json for what there is.");
            case 405 ->
                Problem.of(
                        405,
                        "Method not allowed",
                        "method-not-allowed",
                        "This address does not know that method; see openapi.json.");
            case 406 ->
                Problem.of(
                        406,
                        "Not acceptable",
                        "not-acceptable",
                        "This address cannot answer in the media type that the Accept header asks for.");
            case 413 -> tooLarge("The body is larger than allowed.");
            case 415 ->
                Problem.of(
                        415, "Unsupported media type", "unsupported-media-type", "Send the body as application/json.");
            default ->
                status >= 500
                        ? Problem.of(status, "Our own fault", "internal", "The request failed.")
                        : Problem.of(status, "The request is wrong", "http-" + status, "The request cannot be served.");
        };
    }

    private static Problem tooLarge(String detail) {
        return Problem.of(413, "Content too large", "body-too-large", detail);
    }

    private static Problem internal(Throwable thrown) {
        String incident = UUID.randomUUID().toString().substring(0, 8).toLowerCase(Locale.ROOT);
        LOG.error("event=request-failed code=internal incident={}", incident, thrown);
        return Problem.of(
                500,
                "Our own fault",
                "internal",
                "The request failed; the log has details under incident " + incident + ".");
    }
}
