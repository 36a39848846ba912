package org.stretchdeploy.catalog;

import java.util.Objects;

/** A package could not be moved. The message is a sentence for the user: what is wrong and what to do. */
public final class PackageMoveException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final MoveProblem problem;

    public PackageMoveException(MoveProblem problem, String sentence) {
        this(problem, sentence, null);
    }

    public PackageMoveException(MoveProblem problem, String sentence, Throwable cause) {
        super(Objects.requireNonNull(sentence), cause);
        this.problem = Objects.requireNonNull(problem);
    }

    /** The kind of fault, for programs. */
    public MoveProblem problem() {
        return problem;
    }

    /** Whether trying again later, without a person doing anything, may help. */
    public boolean retryable() {
        return problem == MoveProblem.SOURCE_STALLED
                || problem == MoveProblem.TARGET_STALLED
                || problem == MoveProblem.BUSY;
    }
}
