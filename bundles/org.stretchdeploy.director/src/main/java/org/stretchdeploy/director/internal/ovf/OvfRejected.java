package org.stretchdeploy.director.internal.ovf;

/** A package that cannot be taken in; the message says why. */
public final class OvfRejected extends Exception {
    private static final long serialVersionUID = 1L;

    public OvfRejected(String message) {
        super(message);
    }
}
