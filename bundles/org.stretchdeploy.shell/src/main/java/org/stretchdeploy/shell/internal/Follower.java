package org.stretchdeploy.shell.internal;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.karaf.shell.support.CommandException;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationEvent;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.text.Ink;
import org.stretchdeploy.api.text.OperationText;

/** Shows an operation on its way to its end; on a terminal the progress stays in one line. */
final class Follower {
    private static final int CAPACITY = 1024;
    private static final long AGAIN_SECONDS = 2;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final StretchCommand command;

    Follower(StretchCommand command) {
        this.command = command;
    }

    /** Tells the id, or follows to the end; an end that is not a success fails the command. */
    void started(OperationId id, boolean follow) throws CommandException, InterruptedException {
        if (follow) {
            follow(id);
        } else if (command.json) {
            command.printJson(command.stretchDeploy.operation(id));
        } else {
            command.out().println("Started " + id + "; follow it with stretch:show --follow " + id);
        }
    }

    private void follow(OperationId id) throws CommandException, InterruptedException {
        long seen = 0;
        // An event that had no room in the queue is noticed by the hole in the numbers; following again fills it.
        boolean over = false;
        while (!over) {
            try {
                seen = ended(id, seen) ? seen : followFrom(id, seen);
                over = ended(id, seen);
            } catch (StretchException e) {
                waitWhileAway(e);
            }
        }
        clear();
        Operation end = command.stretchDeploy.operation(id);
        if (command.json) {
            command.printJson(end);
        } else {
            command.out().print(OperationText.page(end, command.ink()));
        }
        if (end.state() != Operation.State.SUCCEEDED) {
            throw new CommandException("Operation " + id + " ended " + end.state() + ".");
        }
    }

    /** The operation goes on without anybody who watches, and so does the watching when the controller is itself again. */
    private void waitWhileAway(StretchException e) throws InterruptedException {
        if (e.kind() != StretchException.Kind.UNAVAILABLE) {
            throw e;
        }
        if (!command.json) {
            clear();
            command.out().println(e.getMessage() + " Still trying; Ctrl-C ends the watching, not the operation.");
        }
        TimeUnit.SECONDS.sleep(AGAIN_SECONDS);
    }

    private long followFrom(OperationId id, long after) throws InterruptedException {
        var queue = new LinkedBlockingQueue<OperationEvent>(CAPACITY);
        long seen = after;
        var subscription = command.stretchDeploy.follow(id, after, queue::offer);
        try {
            while (!ended(id, seen)) {
                OperationEvent event = queue.poll(1, TimeUnit.SECONDS);
                if (event == null
                        ? command.stretchDeploy.operation(id).sequence() > seen
                        : event.sequence() > seen + 1) {
                    return seen;
                }
                if (event != null && event.sequence() == seen + 1) {
                    show(event);
                    seen = event.sequence();
                }
            }
            return seen;
        } finally {
            subscription.close();
        }
    }

    private boolean ended(OperationId id, long seen) {
        Operation now = command.stretchDeploy.operation(id);
        return now.state().ended() && now.sequence() <= seen;
    }

    private void show(OperationEvent event) {
        if (command.json) {
            return;
        }
        boolean progress = event.type().equals("step-progress");
        if (command.ink() == Ink.PLAIN) {
            if (!progress) {
                command.out().println(EventText.line(event, Ink.PLAIN));
            }
            return;
        }
        String done = progress ? "" : EventText.line(event, Ink.COLOURED) + "\n";
        String now = OperationText.progress(command.stretchDeploy.operation(event.operation()))
                .orElse("");
        command.out().print(CLEAR_LINE + done + now);
        command.out().flush();
    }

    private void clear() {
        if (!command.json && command.ink() == Ink.COLOURED) {
            command.out().print(CLEAR_LINE);
        }
    }
}
