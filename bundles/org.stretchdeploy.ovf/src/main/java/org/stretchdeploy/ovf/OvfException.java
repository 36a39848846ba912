package org.stretchdeploy.ovf;

import java.io.IOException;
import java.util.Objects;

/**
 * An OVF package, descriptor, archive or disk that is refused.
 *
 * <p>Failures of the medium (disk full, connection lost) stay plain {@link IOException}s; this one means that the
 * content itself is not acceptable and that reading it again will not help.
 */
public final class OvfException extends IOException {
    private static final long serialVersionUID = 1L;

    private final OvfProblem problem;

    /**
     * @param problem the kind of fault, for programs
     * @param sentence what is wrong and what to do, for people
     */
    public OvfException(OvfProblem problem, String sentence) {
        this(problem, sentence, null);
    }

    /**
     * @param problem the kind of fault, for programs
     * @param sentence what is wrong and what to do, for people
     * @param cause the lower-level fault, may be null
     */
    public OvfException(OvfProblem problem, String sentence, Throwable cause) {
        super(Objects.requireNonNull(sentence), cause);
        this.problem = Objects.requireNonNull(problem);
    }

    /** The kind of fault. */
    public OvfProblem problem() {
        return problem;
    }
}
