package org.stretchdeploy.workflow.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.Phase;
import org.stretchdeploy.workflow.Progress;
import org.stretchdeploy.workflow.WorkflowEngine.Registration;
import org.stretchdeploy.workflow.WorkflowException;
import org.stretchdeploy.workflow.WorkflowListener;

/**
 * Brings journal entries to listeners. A subscription keeps a cursor per operation and always reads on from there in
 * the journal, so an entry is heard once and in order, whichever thread or node wrote it. Cursors are touched only by
 * tasks on the executor, which runs one task at a time.
 */
final class EventStream {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    private final Journal journal;
    private final Executor executor;
    private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();

    EventStream(Journal journal, Executor executor) {
        this.journal = journal;
        this.executor = executor;
    }

    Registration subscribe(Optional<OperationId> only, long afterSeq, WorkflowListener listener) {
        Subscriber subscriber = new Subscriber(only, listener);
        only.ifPresent(id -> subscriber.cursors.put(id, afterSeq));
        subscribers.add(subscriber);
        only.ifPresent(id -> execute(() -> subscriber.readOn(id)));
        return () -> subscribers.remove(subscriber);
    }

    void appended(OperationId id, List<JournalEntry> entries) {
        if (subscribers.isEmpty() || entries.isEmpty()) {
            return;
        }
        long before = entries.get(0).seq() - 1;
        execute(() -> subscribers.forEach(subscriber -> {
            if (subscriber.wants(id)) {
                subscriber.cursors.putIfAbsent(id, before);
                subscriber.readOn(id);
            }
        }));
    }

    void progressed(OperationId id, Progress progress) {
        if (!subscribers.isEmpty()) {
            execute(() -> subscribers.stream().filter(s -> s.wants(id)).forEach(s -> s.progressed(id, progress)));
        }
    }

    /** Looks for what other nodes wrote. */
    void poll() {
        if (!subscribers.isEmpty()) {
            execute(() -> subscribers.forEach(Subscriber::poll));
        }
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("event=listeners-gone reason=engine-closed");
        }
    }

    private final class Subscriber {
        private final Optional<OperationId> only;
        private final WorkflowListener listener;
        private final Map<OperationId, Long> cursors = new HashMap<>();

        Subscriber(Optional<OperationId> only, WorkflowListener listener) {
            this.only = only;
            this.listener = listener;
        }

        boolean wants(OperationId id) {
            return only.isEmpty() || only.get().equals(id);
        }

        void poll() {
            only.ifPresent(this::readOn);
        }

        void readOn(OperationId id) {
            try {
                for (JournalEntry entry : journal.read(id, cursors.getOrDefault(id, 0L))) {
                    if (!subscribers.contains(this)) {
                        return;
                    }
                    cursors.put(id, entry.seq());
                    tell(() -> listener.onEvent(id, entry));
                    if (only.isEmpty() && isLast(entry.event())) {
                        cursors.remove(id);
                    }
                }
            } catch (WorkflowException e) {
                LOG.warn("event=listener-behind operation={} reason=\"{}\"", id, e.getMessage());
            }
        }

        void progressed(OperationId id, Progress progress) {
            if (subscribers.contains(this)) {
                tell(() -> listener.onProgress(id, progress));
            }
        }

        private void tell(Runnable call) {
            try {
                call.run();
            } catch (RuntimeException e) {
                LOG.warn(
                        "event=listener-failed listener={}", listener.getClass().getName(), e);
            }
        }
    }

    private static boolean isLast(JournalEvent event) {
        return event instanceof JournalEvent.Abandoned
                || event instanceof JournalEvent.Ended ended && ended.end() != Phase.NEEDS_OPERATOR;
    }
}
