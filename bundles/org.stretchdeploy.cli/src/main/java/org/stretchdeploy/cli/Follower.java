package org.stretchdeploy.cli;

import java.io.PrintStream;
import java.time.Duration;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.text.OperationText;

/**
 * Shows a running operation until it ends: one line drawn over and over on a terminal, else a line for each step that
 * begins and, while a step takes long, one more every ten seconds.
 */
public final class Follower {
    private static final long POLL_MILLIS = 300;
    private static final Duration AGAIN = Duration.ofSeconds(10);

    /** DEC private mode 7: a line that is too long for the terminal is cut at its edge instead of wrapped. */
    private static final String CUT = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";
    private static final String ERASE = "\r\u001b[K";

    private final StretchClient client;
    private final PrintStream out;
    private final boolean terminal;
    private String lastStep = "";
    private String lastLine = "";
    private long lastPrinted;

    public Follower(StretchClient client, PrintStream out, boolean terminal) {
        this.client = client;
        this.out = out;
        this.terminal = terminal;
    }

    /** Returns the operation at its end. The controller may go away and come back meanwhile. */
    public Operation follow(String id) {
        String path = "/operations/" + StretchClient.segment(id);
        while (true) {
            try {
                Operation now = client.read(client.get(path), Operation.class);
                if (now.state().ended()) {
                    clear();
                    return now;
                }
                show(now);
            } catch (ProblemException e) {
                if (e.status() != 0 && e.status() < 500) {
                    clear();
                    throw e;
                }
                say("away", e.getMessage() + " (still trying; Ctrl-C stops the watching, not the operation)");
            }
            pause(POLL_MILLIS);
        }
    }

    private void show(Operation operation) {
        String step = operation.steps().stream()
                .filter(s -> s.state() == Operation.StepState.RUNNING || s.state() == Operation.StepState.UNDOING)
                .findFirst()
                .map(s -> s.state() + s.number())
                .orElse("");
        OperationText.progress(operation).ifPresent(line -> say(step, line));
    }

    private void say(String step, String line) {
        if (terminal) {
            out.print(CUT + ERASE + line + WRAP);
            out.flush();
            return;
        }
        boolean again = !line.equals(lastLine) && System.nanoTime() - lastPrinted > AGAIN.toNanos();
        if (!step.equals(lastStep) || again) {
            lastStep = step;
            lastLine = line;
            lastPrinted = System.nanoTime();
            out.println(line);
        }
    }

    private void clear() {
        if (terminal) {
            out.print(ERASE);
            out.flush();
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
