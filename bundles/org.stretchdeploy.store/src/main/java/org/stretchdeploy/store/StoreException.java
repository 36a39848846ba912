package org.stretchdeploy.store;

/** The database refuses, with a sentence for the administrator. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of trouble. */
    public enum Code {
        /** A setting or an argument that cannot be. */
        INVALID,
        /** It cannot be reached or written to now; nothing was changed, or the outcome of one write is unknown. */
        UNAVAILABLE,
        /** The embedded database has no room to write; what is there can be read. */
        FULL,
        /** It was closed; the process is stopping. */
        CLOSED
    }

    private final Code code;

    public StoreException(Code code, String sentence) {
        this(code, sentence, null);
    }

    public StoreException(Code code, String sentence, Throwable cause) {
        super(sentence, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    /** Whether the same call may work later, with nothing changed but the database. */
    public boolean passes() {
        return code == Code.UNAVAILABLE || code == Code.FULL;
    }
}
