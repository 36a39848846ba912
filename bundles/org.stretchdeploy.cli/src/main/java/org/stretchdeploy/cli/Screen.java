package org.stretchdeploy.cli;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The terminal that the command line runs in, if it does. */
final class Screen {
    static final String CLEAR = "\u001b[2J";

    private static final int COLUMNS = 80;
    private static final int ROWS = 24;
    private static final int LOOK_AGAIN = 5;

    private int[] size = {ROWS, COLUMNS};
    private int looks;

    /** Whether what is printed is seen by a person at once and can be drawn over. */
    static boolean terminal() {
        Console console = System.console();
        return console != null && isTerminal(console) && !"dumb".equals(System.getenv("TERM"));
    }

    /** Whether it may be coloured, too (no-color.org). */
    static boolean coloured() {
        return terminal() && System.getenv("NO_COLOR") == null;
    }

    /** Java 22 and newer have a console also without a terminal, and a method that says so. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** Whether the locale shows more than ASCII; POSIX says which variable counts. */
    static boolean unicode() {
        return Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .map(System::getenv)
                .filter(Objects::nonNull)
                .filter(value -> !value.isEmpty())
                .findFirst()
                .map(value -> value.toLowerCase(Locale.ROOT).replace("-", "").contains("utf8"))
                .orElse(false);
    }

    int columns() {
        if (looks++ % LOOK_AGAIN == 0) {
            size = measured();
        }
        return size[1];
    }

    int rows() {
        return size[0];
    }

    /** What stty says, because Java does not. */
    private static int[] measured() {
        try {
            Process stty = new ProcessBuilder(List.of("stty", "size"))
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            stty.waitFor(1, TimeUnit.SECONDS);
            String[] words = answer.split(" ");
            int[] size = {Integer.parseInt(words[0]), Integer.parseInt(words[words.length - 1])};
            return size[0] > 0 && size[1] > 0 ? size : new int[] {ROWS, COLUMNS};
        } catch (IOException | NumberFormatException e) {
            return new int[] {ROWS, COLUMNS};
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new int[] {ROWS, COLUMNS};
        }
    }
}
