package org.stretchdeploy.director.host;

/** The machine could not do what was asked; the message is a sentence that a user can act on. */
public final class HostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public HostException(String message) {
        super(message);
    }

    public HostException(String message, Throwable cause) {
        super(message, cause);
    }
}
