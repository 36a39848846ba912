package org.stretchdeploy.api;

/** Puts text that somebody else wrote into a message: bounded, one line, no control characters. */
public final class Quoted {
    private static final int LIMIT = 80;

    private Quoted() {}

    /** Returns the text in quotes, control characters replaced and cut to 80 characters; {@code null} reads as nothing. */
    public static String quote(String text) {
        if (text == null) {
            return "nothing";
        }
        var clean = new StringBuilder("\"");
        text.codePoints()
                .limit(LIMIT)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .forEach(clean::appendCodePoint);
        return clean.append(text.codePointCount(0, text.length()) > LIMIT ? "…\"" : "\"")
                .toString();
    }
}
