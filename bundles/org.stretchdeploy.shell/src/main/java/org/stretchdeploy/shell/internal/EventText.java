package org.stretchdeploy.shell.internal;

import java.time.temporal.ChronoUnit;
import org.stretchdeploy.api.OperationEvent;
import org.stretchdeploy.api.text.Ink;

/** An event as one line. Pure. */
final class EventText {
    private EventText() {}

    static String line(OperationEvent event, Ink ink) {
        String message = event.message()
                .codePoints()
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        String text = String.format(
                "%s  %-6s %-16s %s", event.at().truncatedTo(ChronoUnit.SECONDS), event.step(), event.type(), message);
        return switch (event.type()) {
            case "step-failed", "undo-failed", "stalled", "alarm" -> ink.red(text);
            case "step-done", "progress-resumed", "alarm-over", "committed" -> ink.green(text);
            case "step-undone", "cancel-requested", "notice" -> ink.yellow(text);
            default -> text;
        };
    }
}
