package org.stretchdeploy.tunnel.internal.agent;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/**
 * Puts the time, in UTC and to the millisecond, before each line that is logged. The logger's own way of doing so looks up
 * calendars and languages first, which is a twentieth of an agent's start. Any thread.
 */
final class StampedLog extends PrintStream {
    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    private final Clock clock;

    StampedLog(PrintStream log, Clock clock) {
        super(log, true, StandardCharsets.UTF_8);
        this.clock = clock;
    }

    /** What a logger calls once per event; traces of exceptions come as objects and have no time of their own. */
    @Override
    public void println(String line) {
        super.println(MILLIS.format(clock.instant()) + " " + line);
    }
}
