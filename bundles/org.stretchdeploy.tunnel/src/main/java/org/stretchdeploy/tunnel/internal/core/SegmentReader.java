package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.internal.frame.Ethernet;
import org.stretchdeploy.tunnel.internal.frame.FrameCoalescer;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;
import org.stretchdeploy.tunnel.internal.link.MessageSender;
import org.stretchdeploy.tunnel.internal.link.SideWork;
import org.stretchdeploy.tunnel.internal.link.TlsLink;
import org.stretchdeploy.tunnel.internal.tap.Tap;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * The outbound frame path of one queue: reads the tap until it is empty or the batch is full, sends the batch, waits
 * only when there was nothing. Neither locks nor allocates nor logs per frame. One thread at a time: its own, or that of a
 * {@link Lane} to which the {@link QueueOwner} has lent the queue.
 */
final class SegmentReader implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentReader.class);
    static final int WAIT_MILLIS = 100;
    private static final int HELD_MILLIS = 10;
    /** Off only to find out whether something is its fault. */
    private static final boolean COALESCES = !"off".equals(System.getProperty("stretch.coalescing"));
    /** More than a port holds. */
    private static final int MOST_STALE = 16_384;

    private final StretchedNetwork network;
    private final Tap tap;
    private final int queue;
    private final ByteBuffer batch = ByteBuffer.allocateDirect(TlsLink.BATCH_BYTES + Wire.HEADER_BYTES + Wire.MAX_BODY);
    private final FrameCoalescer coalescer = new FrameCoalescer();
    private final HeldQuestions held = new HeldQuestions();
    private final int[] dropped = new int[DropReason.values().length];
    private final QueueOwner owner = new QueueOwner(this::awaitFrame, this::hasEnded);
    private long bytes;
    private int frames;
    private int groupFrames;
    private int term;
    /** The batch was refused by a borrower's outlet and waits. */
    private boolean pending;

    /** The port is gone: nobody reads any more. */
    private volatile boolean ended;

    SegmentReader(StretchedNetwork network, Tap tap, int queue) {
        this.network = network;
        this.tap = tap;
        this.queue = queue;
        this.term = network.term();
    }

    void start() {
        Thread thread = new Thread(this, "segment-" + network.id() + "-" + queue);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        owner.begin();
        while (!hasEnded()) {
            if (pending || filled() > 0) {
                flush();
                owner.between();
            } else {
                owner.waits();
            }
        }
    }

    private void awaitFrame() {
        tap.await(waitMillis());
    }

    /**
     * How long whoever has the queue may wait for a frame before it looks again: not for long while a machine waits for the answer to a
     * question that is sent as soon as the network opens.
     */
    int waitMillis() {
        return held.isFresh(System.nanoTime()) ? HELD_MILLIS : WAIT_MILLIS;
    }

    boolean hasEnded() {
        return ended || network.isClosed();
    }

    /** The network is closed. */
    void wake() {
        owner.wake();
    }

    /** Whether a batch waits for the next round; for whoever has the queue. */
    boolean isPending() {
        return pending;
    }

    QueueOwner owner() {
        return owner;
    }

    Tap tap() {
        return tap;
    }

    /**
     * One batch, on the thread of a borrower that has the queue. A batch that the outlet cannot take now waits for the next
     * round, whoever makes it.
     *
     * @return whether there may be more at once
     */
    boolean round(SideWork.Outlet outlet) throws IOException {
        if (hasEnded()) {
            return false;
        }
        if (!pending) {
            if (filled() == 0) {
                return false;
            }
            batch.flip();
        }
        boolean full = batch.limit() >= TlsLink.BATCH_BYTES;
        boolean wanted = batch.hasRemaining() && mayStillSend();
        pending = wanted && !outlet.offer(batch);
        if (!pending) {
            count(!batch.hasRemaining());
        }
        return full && !pending;
    }

    /** How many messages were read; what cannot be read any more ends the network. */
    private int filled() {
        try {
            return fill();
        } catch (IOException e) {
            end(e);
        } catch (RuntimeException e) {
            LOG.error("event=reader-failed network={} queue={}", network.id(), queue, e);
            end(new IOException(e));
        }
        return 0;
    }

    private void end(IOException cause) {
        ended = true;
        network.portLost(cause);
        owner.wake();
    }

    private int fill() throws IOException {
        if (!network.mayForward() || network.term() != term) {
            return passOver();
        }
        GuardPolicy policy = network.policy();
        boolean open = network.takesOutbound();
        int seconds = network.nowSeconds();
        boolean datagrams = network.peerTakesUdpSuperFrames();
        int read = 0;
        int before = 0;
        batch.clear();
        if (open && !held.isEmpty()) {
            read += release();
        }
        while (batch.position() < TlsLink.BATCH_BYTES) {
            int at = batch.position();
            int body = at + Wire.HEADER_BYTES;
            batch.position(body);
            int count = tap.read(batch);
            if (count <= 0) {
                batch.position(at);
                break;
            }
            read++;
            int verdict = network.guard().outbound(policy, batch, body, body + count, seconds);
            if (verdict == FrameGuard.PASS && !open) {
                verdict = DropReason.NOT_OPEN.ordinal();
                held.hold(batch, body, body + count, System.nanoTime());
            }
            if (verdict == FrameGuard.PASS && COALESCES && coalescer.append(batch, body, body + count, datagrams)) {
                batch.position(coalescer.end());
                bytes += coalescer.end() - at;
                batch.putInt(before + 4, coalescer.end() - before - Wire.HEADER_BYTES);
            } else if (verdict == FrameGuard.PASS) {
                Wire.putHeader(batch, at, Wire.FRAME, network.number(), count);
                note(body + VirtioNetHeader.BYTES, body + count);
                before = at;
            } else {
                dropped[verdict]++;
                batch.position(at);
            }
        }
        coalescer.finish();
        return read;
    }

    /**
     * Reads what the other agent of this end forwards. With a new lease that goes for what waits in the port too: it may have
     * arrived when the lease was not ours yet, and would be forwarded twice.
     */
    private int passOver() throws IOException {
        int current = network.term();
        GuardPolicy policy = network.policy();
        int read = 0;
        for (int count = 1; count > 0 && read < MOST_STALE; ) {
            batch.clear();
            count = tap.read(batch);
            if (count > 0) {
                read++;
                network.guard().overheard(policy, batch, 0, count);
            }
        }
        batch.clear();
        dropped[DropReason.NOT_OPEN.ordinal()] += read;
        held.forget();
        term = current;
        return read;
    }

    /** What machines asked while the network was closed goes first; how many messages that are. */
    private int release() {
        held.release(batch, network.number(), System.nanoTime());
        int end = batch.position();
        int released = 0;
        for (int at = 0; at < end; at += Wire.HEADER_BYTES + batch.getInt(at + 4)) {
            int body = at + Wire.HEADER_BYTES;
            note(body + VirtioNetHeader.BYTES, body + batch.getInt(at + 4));
            released++;
        }
        return released;
    }

    private void note(int frame, int end) {
        bytes += end - frame;
        frames++;
        if (MacAddress.isGroup(Ethernet.target(batch, frame))) {
            groupFrames++;
        }
    }

    private void flush() {
        if (!pending) {
            batch.flip();
        }
        pending = false;
        count(!batch.hasRemaining() || send());
    }

    private void count(boolean sent) {
        if (sent) {
            network.outbound().passed(bytes, frames, groupFrames);
        } else {
            dropped[DropReason.NO_LINK.ordinal()] += frames;
        }
        network.outbound().dropped(dropped);
        Arrays.fill(dropped, 0);
        bytes = 0;
        frames = 0;
        groupFrames = 0;
    }

    private boolean mayStillSend() {
        return network.mayForward() && network.term() == term;
    }

    private boolean send() {
        MessageSender link = mayStillSend() ? network.link(queue) : null;
        if (link == null) {
            return false;
        }
        try {
            link.send(batch);
            return true;
        } catch (IOException broken) {
            link.close();
            return false;
        }
    }
}
