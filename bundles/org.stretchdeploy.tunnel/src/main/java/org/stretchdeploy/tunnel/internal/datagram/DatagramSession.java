package org.stretchdeploy.tunnel.internal.datagram;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.concurrent.locks.ReentrantLock;
import org.stretchdeploy.tunnel.internal.link.Link;
import org.stretchdeploy.tunnel.internal.link.MessageSender;
import org.stretchdeploy.tunnel.internal.os.SocketCalls;

/**
 * Datagrams between the two ends of one tunnel: keys and their change, the peer's address, probes, and lanes to send
 * frames.
 *
 * <pre>
 *   keys agreed          something sealed with them arrived        newer keys proven     5 s
 *   ────────▶ CANDIDATE ─────────────────────────────▶ CURRENT ─────────────▶ PREVIOUS ────▶ gone
 *                 │ 3 s                                   sends               only receives
 *                 └──▶ gone, others are wanted
 * </pre>
 *
 * <p>Lock order: this object's monitor (changes of keys, a few a minute), then the endpoint's. {@code probing} guards
 * what sends probes and is the last lock taken.
 */
public final class DatagramSession {
    static final int PROBE_LANE = 0;

    private static final long CANDIDATE_NANOS = 3_000_000_000L;
    private static final long PREVIOUS_NANOS = 5_000_000_000L;
    private static final long KEY_LIFE_NANOS = 3_600_000_000_000L;
    private static final int PROBES_PER_TICK = 4;
    private static final int PROBE_BYTES = 18;

    private final DatagramEndpoint endpoint;
    private final SegmentMerger[] mergers = new SegmentMerger[DatagramKeys.LANES];
    private final FragmentBox[] fragments = new FragmentBox[DatagramKeys.LANES];
    private final DatagramLane[] lanes = new DatagramLane[DatagramKeys.LANES];
    private final Link.Sink sink;
    private final PathMeter path = new PathMeter();
    private final ReentrantLock probing = new ReentrantLock();
    private final UdpOutbox probeOutbox;
    private final byte[] probePlain = new byte[SizeSearch.MAX_BYTES];
    private final byte[] probeSealed = new byte[SizeSearch.MAX_BYTES];
    private volatile UdpAddress peer;
    private volatile Epoch current;
    private volatile Epoch candidate;
    private volatile boolean keysWorn;
    private Epoch previous;
    private long previousNanos;

    /**
     * A session without keys.
     *
     * @param sink gets {@link org.stretchdeploy.tunnel.internal.wire.Wire#FRAME} messages on the endpoint's thread
     */
    public DatagramSession(DatagramEndpoint endpoint, Link.Sink sink) {
        this.endpoint = endpoint;
        this.sink = sink;
        this.probeOutbox = new UdpOutbox(endpoint.socket());
    }

    public PathMeter path() {
        return path;
    }

    /** Where the peer is expected until something from it arrives. */
    public void aim(InetSocketAddress address) {
        peer = UdpAddress.of(address, endpoint.socket().isBothFamilies());
    }

    /** New keys. They are used once the peer is seen to have them too. */
    synchronized void install(DatagramKeys keys, long now) throws IOException {
        Epoch next = new Epoch(this, keys, now);
        if (!endpoint.add(next)) {
            throw new IOException("the number of these keys is taken, others are needed");
        }
        if (candidate != null) {
            endpoint.remove(candidate);
        }
        candidate = next;
    }

    private synchronized void proven(Epoch epoch) {
        epoch.prove();
        if (epoch == candidate) {
            if (previous != null) {
                endpoint.remove(previous);
            }
            previous = current;
            previousNanos = System.nanoTime();
            current = epoch;
            candidate = null;
            keysWorn = false;
        }
    }

    /** True when frames can be sent. */
    public boolean hasKeys() {
        return current != null;
    }

    /** True while keys wait for their proof. */
    public boolean isProving() {
        return candidate != null;
    }

    /** True when the keys in use should be followed by others, or there are none. */
    public boolean wantsKeys(long now) {
        Epoch present = current;
        return present == null || keysWorn || now - present.bornNanos() > KEY_LIFE_NANOS;
    }

    /** A lane's key has sealed half of what it may. */
    void worn() {
        keysWorn = true;
    }

    Epoch current() {
        return current;
    }

    UdpAddress peer() {
        return peer;
    }

    /** Something newer than all before came from this address: the peer moved, or a NAT in between forgot it. */
    void moved(UdpAddress address) {
        peer = address;
    }

    DatagramEndpoint endpoint() {
        return endpoint;
    }

    /** Sends the frames of one queue; always the same for the same queue. */
    public synchronized MessageSender lane(int queue) {
        int number = 1 + queue % (DatagramKeys.LANES - 1);
        if (lanes[number] == null) {
            lanes[number] = new DatagramLane(this, number);
        }
        return lanes[number];
    }

    /** Ten times a second. Never waits. */
    public void tick(long now) {
        expire(now);
        Epoch epoch = candidate != null ? candidate : current;
        if (epoch == null || peer == null) {
            return;
        }
        for (int i = 0; i < PROBES_PER_TICK; i++) {
            ByteBuffer probe = ByteBuffer.allocate(PROBE_BYTES);
            probe.put((byte) Record.PROBE)
                    .put((byte) 0)
                    .putLong(path.nextProbe(epoch.count()))
                    .putLong(now);
            sendProbe(epoch, probe.array(), PROBE_BYTES);
        }
        if (epoch.isProven()) {
            int size = path.sizes().next();
            if (size > 0) {
                byte[] probe = new byte[size - Sealer.OVERHEAD_BYTES];
                ByteBuffer.wrap(probe)
                        .put((byte) Record.SIZE_PROBE)
                        .put((byte) 0)
                        .putShort((short) size);
                if (sendProbe(epoch, probe, probe.length) == SocketCalls.EMSGSIZE) {
                    path.sizes().refused(size);
                }
            }
        }
    }

    private synchronized void expire(long now) {
        if (candidate != null && now - candidate.bornNanos() > CANDIDATE_NANOS) {
            endpoint.remove(candidate);
            candidate = null;
        }
        if (previous != null && now - previousNanos > PREVIOUS_NANOS) {
            endpoint.remove(previous);
            previous = null;
        }
    }

    private int sendProbe(Epoch epoch, byte[] content, int bytes) {
        UdpAddress target = peer;
        if (target == null) {
            return 0;
        }
        probing.lock();
        try {
            System.arraycopy(content, 0, probePlain, 0, bytes);
            int sealed = epoch.probeSealer().seal(probePlain, bytes, probeSealed, 0);
            probeOutbox.to(target);
            return probeOutbox.send(probeSealed, sealed, sealed, false);
        } catch (GeneralSecurityException worn) {
            worn();
            return 0;
        } finally {
            probing.unlock();
        }
    }

    /** The content of a record that was opened; receiving thread. */
    void arrived(Epoch epoch, int lane, byte[] plain, int bytes) throws IOException {
        if (!epoch.isProven()) {
            proven(epoch);
        }
        if (bytes < 2) {
            return;
        }
        switch (plain[0]) {
            case Record.FRAME ->
                merger(lane).frame(plain[1] & 0xff, plain, Record.FRAME_BYTES, bytes - Record.FRAME_BYTES);
            case Record.PART, Record.LAST_PART -> {
                if (bytes > Record.PART_BYTES) {
                    merger(lane).part(plain, bytes);
                }
            }
            case Record.FRAGMENT -> fragment(lane, plain, bytes);
            default -> probe(epoch, plain, bytes);
        }
    }

    private SegmentMerger merger(int lane) {
        SegmentMerger merger = mergers[lane];
        if (merger == null) {
            merger = new SegmentMerger(sink);
            mergers[lane] = merger;
        }
        return merger;
    }

    private void fragment(int lane, byte[] plain, int bytes) throws IOException {
        if (bytes <= Record.FRAGMENT_BYTES) {
            return;
        }
        FragmentBox box = fragments[lane];
        if (box == null) {
            box = new FragmentBox();
            fragments[lane] = box;
        }
        int frame = box.take(plain, bytes);
        if (frame > 0) {
            merger(lane).frame(plain[1] & 0xff, box.frame(), 0, frame);
        }
    }

    private void probe(Epoch epoch, byte[] plain, int bytes) {
        long now = System.nanoTime();
        ByteBuffer body = ByteBuffer.wrap(plain, 0, bytes);
        if (plain[0] == Record.PROBE && bytes == PROBE_BYTES) {
            ByteBuffer reply = ByteBuffer.allocate(PROBE_BYTES + 8);
            reply.put(plain, 0, PROBE_BYTES).put(0, (byte) Record.PROBE_REPLY);
            reply.putLong(path.probeArrived(epoch.count()));
            sendProbe(epoch, reply.array(), reply.capacity());
        } else if (plain[0] == Record.PROBE_REPLY && bytes == PROBE_BYTES + 8) {
            path.replied(epoch.count(), body.getLong(2), body.getLong(10), body.getLong(PROBE_BYTES), now);
        } else if (plain[0] == Record.SIZE_PROBE && bytes >= 4) {
            ByteBuffer reply = ByteBuffer.allocate(4);
            reply.put((byte) Record.SIZE_REPLY).put((byte) 0);
            reply.putShort((short) (bytes + Sealer.OVERHEAD_BYTES));
            sendProbe(epoch, reply.array(), reply.capacity());
        } else if (plain[0] == Record.SIZE_REPLY && bytes == 4) {
            path.sizes().passed(body.getShort(2) & 0xffff);
        }
    }

    /** Nothing waits to be received: what is half put together goes on. Receiving thread. */
    void idle() throws IOException {
        for (SegmentMerger merger : mergers) {
            if (merger != null) {
                merger.flush();
            }
        }
    }

    /** Forgets the keys; nothing is sent or received any more. */
    public synchronized void close() {
        for (Epoch epoch : new Epoch[] {candidate, current, previous}) {
            if (epoch != null) {
                endpoint.remove(epoch);
            }
        }
        candidate = null;
        current = null;
        previous = null;
    }
}
