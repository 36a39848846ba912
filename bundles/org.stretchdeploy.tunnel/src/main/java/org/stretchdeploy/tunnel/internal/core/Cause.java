package org.stretchdeploy.tunnel.internal.core;

/** A failure in a few words for logs and status: one line, bounded, because part of it may come from the peer. */
final class Cause {
    private static final int LIMIT = 200;

    private Cause() {}

    static String of(Throwable failure) {
        String text = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < text.length() && i < LIMIT; i++) {
            char letter = text.charAt(i);
            line.append(letter < ' ' || letter == '"' || letter > '~' ? ' ' : letter);
        }
        return line.toString().strip();
    }
}
