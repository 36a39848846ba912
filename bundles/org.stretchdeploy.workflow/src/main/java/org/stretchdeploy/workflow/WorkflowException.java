package org.stretchdeploy.workflow;

/** A refusal of the engine. The message is a sentence for people. */
public final class WorkflowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why it was refused. */
    public enum Code {
        /** The table, the input or a value is not acceptable. */
        INVALID,
        /** No such operation or workflow. */
        NOT_FOUND,
        /** Another operation holds the lock key, or the idempotency key was used with another input. */
        CONFLICT,
        /** The operation is not in a phase in which this can be asked. */
        WRONG_PHASE,
        /** The journal cannot be read or written now; nothing was changed. */
        JOURNAL_UNAVAILABLE,
        /** The journal holds something this version cannot understand. */
        JOURNAL_CORRUPT,
        /** The engine was closed. */
        CLOSED
    }

    private final Code code;

    public WorkflowException(Code code, String sentence) {
        super(sentence);
        this.code = code;
    }

    public WorkflowException(Code code, String sentence, Throwable cause) {
        super(sentence, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
