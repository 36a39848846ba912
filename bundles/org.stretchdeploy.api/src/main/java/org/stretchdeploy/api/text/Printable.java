package org.stretchdeploy.api.text;

/** Text that somebody else wrote, made safe for a terminal: no control characters, so no escape sequences. */
public final class Printable {
    private Printable() {}

    public static String of(Object text) {
        var clean = new StringBuilder();
        String.valueOf(text)
                .codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }
}
