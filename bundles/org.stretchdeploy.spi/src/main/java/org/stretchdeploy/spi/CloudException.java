package org.stretchdeploy.spi;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** A cloud refused or failed. The message is a sentence for the user and holds no secret. */
public final class CloudException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Who can mend it. */
    public enum Category {
        /** The request is wrong for this cloud: repeating it will not help. */
        USER,
        /** Something else holds the object, or it changed under us. */
        CONFLICT,
        /** It may work a little later: busy, restarting, connection lost before the request was sent or for a read. */
        TRANSIENT,
        /** Wrong credentials or missing rights. */
        DENIED,
        /** The cloud failed at it or answered nonsense; the outcome of a write is unknown. */
        EXTERNAL,
        /** The object is not there. */
        NOT_FOUND
    }

    private final String code;
    private final Category category;
    private final transient Optional<Duration> retryAfter;

    public CloudException(
            String code, Category category, String message, Optional<Duration> retryAfter, Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code);
        this.category = Objects.requireNonNull(category);
        this.retryAfter = retryAfter;
    }

    public CloudException(String code, Category category, String message) {
        this(code, category, message, Optional.empty(), null);
    }

    /** The cloud's own code (for Cloud Director the minorErrorCode) or ours in lower-case words with dashes. */
    public String code() {
        return code;
    }

    public Category category() {
        return category;
    }

    /** How long the cloud asks us to wait. */
    public Optional<Duration> retryAfter() {
        return retryAfter == null ? Optional.empty() : retryAfter;
    }

    public boolean retryable() {
        return category == Category.TRANSIENT;
    }
}
