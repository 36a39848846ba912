package org.stretchdeploy.shell.text;

/** Colours for a terminal, or none. */
public enum Paint {
    /** ANSI colours. */
    COLOUR,
    /** Text only, for files and pipes. */
    PLAIN;

    String green(String text) {
        return wrap("32", text);
    }

    String red(String text) {
        return wrap("31", text);
    }

    String yellow(String text) {
        return wrap("33", text);
    }

    String bold(String text) {
        return wrap("1", text);
    }

    private String wrap(String code, String text) {
        return this == COLOUR ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    /** Text that somebody else wrote must not move the cursor or recolour the terminal. */
    static String safe(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
