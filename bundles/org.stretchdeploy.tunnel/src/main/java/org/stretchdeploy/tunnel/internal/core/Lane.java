package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.stretchdeploy.tunnel.internal.link.SideWork;
import org.stretchdeploy.tunnel.internal.os.PollSet;

/**
 * The outbound queues that belong to a connection, served by the thread that receives on it: what a machine answers to a
 * frame just delivered leaves at once, and one thread is woken where it were two (ADR 0037). Each queue is borrowed from
 * its {@link SegmentReader}, only while its frames would go over this connection anyway. One thread.
 */
final class Lane implements SideWork {
    private static final long LOOK_NANOS = 100_000_000L;
    private static final int NOT_WAITED_FOR = -1;

    private final TunnelUplink uplink;
    private final Collection<StretchedNetwork> networks;
    private final PeerConnection connection;
    private final List<Queue> queues = new ArrayList<>();
    private long lookedNanos = System.nanoTime() - LOOK_NANOS;

    /** A queue of one network. */
    private static final class Queue {
        final SegmentReader reader;
        boolean taken;
        boolean ready;
        int waitedFor = NOT_WAITED_FOR;

        Queue(SegmentReader reader) {
            this.reader = reader;
        }
    }

    /** @param networks those there are at any time */
    Lane(TunnelUplink uplink, Collection<StretchedNetwork> networks, PeerConnection connection) {
        this.uplink = uplink;
        this.networks = networks;
        this.connection = connection;
    }

    @Override
    public boolean work(boolean arrived, Outlet outlet) throws IOException {
        if (!uplink.carries(connection)) {
            end();
            return false;
        }
        look();
        boolean more = false;
        for (int i = 0; i < queues.size(); i++) {
            Queue queue = queues.get(i);
            if (!queue.taken) {
                take(queue);
            }
            if (queue.taken && (queue.ready || arrived)) {
                boolean again = queue.reader.round(outlet);
                queue.ready = again || queue.reader.isPending();
                more |= again;
            }
        }
        return more;
    }

    private void take(Queue queue) {
        queue.taken = queue.reader.owner().take(this);
        queue.ready = queue.taken;
    }

    /** Now and then: which queues there are, and what waits in them without the kernel saying so (questions that are held). */
    private void look() {
        long now = System.nanoTime();
        if (now - lookedNanos < LOOK_NANOS) {
            return;
        }
        lookedNanos = now;
        queues.removeIf(queue -> queue.reader.hasEnded());
        for (StretchedNetwork network : networks) {
            network.reader(connection.slot())
                    .filter(this::isNew)
                    .map(Queue::new)
                    .ifPresent(queues::add);
        }
        for (Queue queue : queues) {
            queue.ready = queue.taken;
            if (!queue.taken) {
                queue.reader.owner().want(this);
            }
        }
    }

    private boolean isNew(SegmentReader reader) {
        return !reader.hasEnded()
                && reader.tap().descriptor() >= 0
                && queues.stream().noneMatch(queue -> queue.reader == reader);
    }

    @Override
    public int waitsFor(PollSet set) {
        int millis = SegmentReader.WAIT_MILLIS;
        for (int i = 0; i < queues.size(); i++) {
            Queue queue = queues.get(i);
            queue.waitedFor = NOT_WAITED_FOR;
            // With a batch that still has to go, frames that wait are no news.
            if (queue.taken && !queue.reader.isPending()) {
                millis = Math.min(millis, queue.reader.waitMillis());
                waitFor(queue, set);
            }
        }
        return millis;
    }

    private static void waitFor(Queue queue, PollSet set) {
        if (!set.isFull() && queue.reader.tap().hold()) {
            queue.waitedFor = set.add(queue.reader.tap().descriptor(), PollSet.INPUT);
        }
    }

    @Override
    public void waited(PollSet set) {
        for (int i = 0; i < queues.size(); i++) {
            Queue queue = queues.get(i);
            if (queue.waitedFor != NOT_WAITED_FOR) {
                queue.ready |= set.happened(queue.waitedFor) || queue.reader.waitMillis() < SegmentReader.WAIT_MILLIS;
                queue.reader.tap().release();
            }
        }
    }

    @Override
    public void end() {
        for (Queue queue : queues) {
            queue.reader.owner().giveBack(this);
        }
        queues.clear();
        lookedNanos = System.nanoTime() - LOOK_NANOS;
    }
}
