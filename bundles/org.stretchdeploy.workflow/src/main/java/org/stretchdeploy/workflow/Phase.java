package org.stretchdeploy.workflow;

/**
 * Where an operation is. Only the engine changes it, and only by appending to the journal.
 *
 * <pre>
 *   RUNNING ──────────────▶ SUCCEEDED
 *     │  └─(after pivot)──▶ NEEDS_OPERATOR ──retry──▶ RUNNING
 *     │  └─(asked to stop)▶ NEEDS_OPERATOR ──retry──▶ RUNNING, ──cancel──▶ COMPENSATING
 *     ▼ failure, cancel, crash: before the pivot only
 *   COMPENSATING ─────────▶ COMPENSATED | CANCELLED
 *        └────────────────▶ NEEDS_OPERATOR ──retry──▶ COMPENSATING
 * </pre>
 */
public enum Phase {
    /** Going forward. */
    RUNNING(false),
    /** Going back: undoing in reverse order. */
    COMPENSATING(false),
    /** End: every row is done. */
    SUCCEEDED(true),
    /** End: a failure or a crash; everything that was begun is undone. */
    COMPENSATED(true),
    /** End: cancelled on request; everything that was begun is undone. */
    CANCELLED(true),
    /** End until somebody calls retry: the remaining steps and their sentences are in the state. */
    NEEDS_OPERATOR(true);

    private final boolean end;

    Phase(boolean end) {
        this.end = end;
    }

    public boolean isEnd() {
        return end;
    }
}
