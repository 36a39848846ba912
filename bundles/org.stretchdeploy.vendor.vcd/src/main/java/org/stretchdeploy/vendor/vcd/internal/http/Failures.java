package org.stretchdeploy.vendor.vcd.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;
import org.stretchdeploy.vendor.vcd.internal.xml.Xml;

/** Turns the cloud's error documents into exceptions of the SPI. Pure functions. */
public final class Failures {
    private static final int MAX_MESSAGE = 600;

    private Failures() {}

    /** What an error document says. */
    record Told(String code, String message) {}

    /** The failure that an answer to a read stands for. */
    public static CloudException of(Reply reply, String what) {
        Told told = told(reply.body());
        String code = told.code().isEmpty() ? "http-" + reply.status() : told.code();
        Category category = category(reply.status(), told.code(), told.message());
        String message = told.message().isEmpty()
                ? what + " failed: the cloud answered with status " + reply.status() + "."
                : what + " failed: " + told.message();
        Optional<Duration> retryAfter = category == Category.TRANSIENT
                ? Optional.of(reply.retryAfter().orElse(Duration.ofSeconds(5)))
                : Optional.empty();
        return new CloudException(code, category, message, retryAfter, null);
    }

    /** The failure in an {@code Error} element of a task. */
    public static CloudException ofTask(Elem error, String operation) {
        String code = error.attribute("minorErrorCode");
        String message = clean(error.attribute("message"));
        int status = (int) error.numberAttribute("majorErrorCode", 500);
        String what = operation.isEmpty() ? "A task of the cloud" : "\"" + clean(operation) + "\"";
        return new CloudException(
                code.isEmpty() ? "task-failed" : code,
                category(status, code, message),
                what + " failed" + (message.isEmpty() ? "." : ": " + message));
    }

    /** Who can mend it, from the HTTP status, the minorErrorCode and the text (vCloud API error codes). */
    static Category category(int status, String code, String message) {
        Category byCode =
                switch (code.toUpperCase(Locale.ROOT)) {
                    case "BUSY_ENTITY", "OPERATION_LIMITS_EXCEEDED" -> Category.TRANSIENT;
                    case "DUPLICATE_NAME" -> Category.CONFLICT;
                    case "UNAUTHORIZED" -> Category.DENIED;
                    case "RESOURCE_NOT_FOUND", "NOT_FOUND" -> Category.NOT_FOUND;
                    default -> null;
                };
        if (byCode != null) {
            return byCode;
        }
        if (status == 400 && saysBusy(message)) {
            return Category.TRANSIENT;
        }
        return switch (status) {
            case 401, 403 -> Category.DENIED;
            case 404 -> Category.NOT_FOUND;
            case 409, 412 -> Category.CONFLICT;
            case 429, 503 -> Category.TRANSIENT;
            default -> status >= 400 && status < 500 ? Category.USER : Category.EXTERNAL;
        };
    }

    private static boolean saysBusy(String message) {
        return message.endsWith("is busy completing an operation.")
                || message.endsWith("is busy, cannot proceed with the operation.");
    }

    /** Whether the cloud says that it has done nothing and that a repetition may work. */
    static boolean refusedForNow(Reply reply) {
        if (reply.status() == 503 || reply.status() == 429) {
            return true;
        }
        return reply.status() == 400
                && category(400, told(reply.body()).code(), told(reply.body()).message()) == Category.TRANSIENT;
    }

    /** Whether the answer leaves open if a write was done. */
    static boolean leavesOpen(Reply reply) {
        return reply.status() == 502 || reply.status() == 504;
    }

    static Told told(byte[] body) {
        String start = new String(body, 0, Math.min(body.length, 64), StandardCharsets.UTF_8).stripLeading();
        try {
            if (start.startsWith("<")) {
                Elem error = Xml.parse(body);
                if (error.is("Error")) {
                    return new Told(error.attribute("minorErrorCode"), clean(error.attribute("message")));
                }
            } else if (start.startsWith("{")) {
                JsonNode error = Json.parse(body);
                return new Told(
                        error.path("minorErrorCode").asText(""),
                        clean(error.path("message").asText("")));
            }
        } catch (CloudException e) {
            return new Told("", "");
        }
        return new Told("", "");
    }

    /** One line without control characters, of a bounded length. */
    static String clean(String message) {
        String line = message.replaceAll("[\\p{Cntrl}\\s]+", " ").trim();
        return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "...";
    }
}
