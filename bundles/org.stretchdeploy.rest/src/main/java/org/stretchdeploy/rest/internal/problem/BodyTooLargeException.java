package org.stretchdeploy.rest.internal.problem;

import java.io.IOException;

/** The body went over its bound while it was read. */
public final class BodyTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    public BodyTooLargeException(long limit) {
        super("The body is larger than the " + limit + " bytes allowed.");
    }
}
