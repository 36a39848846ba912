package org.stretchdeploy.cli;

import java.io.PrintStream;
import java.util.Optional;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.text.OperationText;

/**
 * Shows a running operation until it ends: one line drawn over and over on a terminal, else a line per step that begins
 * or ends.
 */
public final class Follower {
    private static final long POLL_MILLIS = 300;

    private final StretchClient client;
    private final PrintStream out;
    private final boolean terminal;
    private int width;
    private String lastStep = "";

    public Follower(StretchClient client, PrintStream out, boolean terminal) {
        this.client = client;
        this.out = out;
        this.terminal = terminal;
    }

    /** Returns the operation at its end. The controller may go away and come back meanwhile. */
    public Operation follow(String id) {
        while (true) {
            Optional<Operation> now = read(id);
            if (now.isPresent()) {
                show(now.get());
                if (now.get().state().ended()) {
                    clear();
                    return now.get();
                }
            }
            pause();
        }
    }

    private Optional<Operation> read(String id) {
        try {
            return Optional.of(client.read(client.get("/operations/" + StretchClient.segment(id)), Operation.class));
        } catch (ProblemException e) {
            if (e.status() == 0 || e.status() >= 500) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void show(Operation operation) {
        String line = OperationText.progress(operation).orElse("");
        if (terminal) {
            draw(line);
            return;
        }
        operation.steps().stream()
                .filter(s -> s.state() == Operation.StepState.RUNNING || s.state() == Operation.StepState.UNDOING)
                .findFirst()
                .ifPresent(step -> {
                    String key = step.state() + step.number();
                    if (!key.equals(lastStep)) {
                        lastStep = key;
                        out.println(line);
                    }
                });
    }

    private void draw(String line) {
        String cut = line.length() > 150 ? line.substring(0, 150) : line;
        out.print("\r" + cut + " ".repeat(Math.max(0, width - cut.length())));
        out.flush();
        width = cut.length();
    }

    private void clear() {
        if (terminal && width > 0) {
            out.print("\r" + " ".repeat(width) + "\r");
            out.flush();
            width = 0;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
