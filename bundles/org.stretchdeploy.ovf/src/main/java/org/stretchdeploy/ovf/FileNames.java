package org.stretchdeploy.ovf;

import java.util.Optional;
import java.util.regex.Pattern;

/** Which file names a package may use. */
public final class FileNames {
    /** Longest name, in characters. */
    public static final int MAX_LENGTH = 255;

    private static final Pattern RESERVED = Pattern.compile("(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");

    private FileNames() {}

    /**
     * Returns the name when it is a plain file name that means the same on every system: no folder, no URL, no drive,
     * no control or invisible character, no leading dot or dash, no trailing dot or space.
     *
     * @throws OvfException {@link OvfProblem#UNSAFE_NAME} otherwise
     */
    public static String requirePlain(String name) throws OvfException {
        Optional<String> fault = fault(name);
        if (fault.isPresent()) {
            throw new OvfException(
                    OvfProblem.UNSAFE_NAME,
                    "The package names a file " + shown(name) + ", which " + fault.get()
                            + ". Use plain file names next to the descriptor.");
        }
        return name;
    }

    private static Optional<String> fault(String name) {
        if (name.isEmpty()) {
            return Optional.of("is empty");
        }
        if (name.length() > MAX_LENGTH) {
            return Optional.of("is longer than " + MAX_LENGTH + " characters");
        }
        if (name.codePoints().anyMatch(FileNames::isInvisible)) {
            return Optional.of("has a control or invisible character");
        }
        if (name.chars().anyMatch(c -> "/\\:*?\"<>|%".indexOf(c) >= 0)) {
            return Optional.of("has a folder, drive, address or wildcard in it");
        }
        if (name.startsWith(".") || name.startsWith("-") || name.endsWith(".") || !name.equals(name.strip())) {
            return Optional.of("begins with a dot, dash or space, or ends with a dot or space");
        }
        if (RESERVED.matcher(name).matches()) {
            return Optional.of("is a device on some systems");
        }
        return Optional.empty();
    }

    private static boolean isInvisible(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.UNASSIGNED
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    private static String shown(String name) {
        StringBuilder safe = new StringBuilder("'");
        name.codePoints().limit(80).forEach(c -> {
            if (isInvisible(c)) {
                safe.append('?');
            } else {
                safe.appendCodePoint(c);
            }
        });
        return safe.append(name.length() > 80 ? "…'" : "'").toString();
    }
}
