package org.stretchdeploy.tunnel.internal.link;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.stretchdeploy.tunnel.internal.os.PollSet;
import org.stretchdeploy.tunnel.internal.os.TcpSocket;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * TLS 1.3 over a TCP connection. A batch of up to {@link #BATCH_BYTES} is sealed into one buffer and written
 * with one system call. The large buffers come from a pool and go back to it: each side's when that side ends.
 *
 * <p>The channel never waits by itself: whoever sends waits until it takes more, the receiving thread waits for it together
 * with what its {@link SideWork} waits for. Where the channel's descriptor cannot be had, it waits, and there is no side work.
 *
 * <p>Lock order: {@code sending} is held by whoever sends and nothing else is locked while it is held. The receiving thread
 * only tries it, so that two peers that both send cannot wait for each other, and takes it to close, when nobody waits in it
 * any more. {@code life} is held for moments, and nothing else is locked while it is held.
 */
public final class TlsLink implements Link {
    /** A caller's batch should not be larger than this (plus one message). */
    public static final int BATCH_BYTES = 256 * 1024;

    private static final int RECORD_HEADER = 5;
    private static final int PLAIN_BYTES = BATCH_BYTES + Wire.MAX_BODY + Wire.HEADER_BYTES;
    /** What sealing adds to a batch, and one record that has not found room. */
    private static final int RECORD_ROOM = 64 * 1024;
    /** Enough for the connections of two tunnels that are all replaced at once. */
    private static final int BUFFERS_KEPT = 12;
    /** The socket and a queue of every network. */
    private static final int MOST_WAITED_FOR = 1 + Wire.MAX_NETWORKS;

    private static final int WAIT_MILLIS = 100;

    private static final BufferPool BUFFERS = new BufferPool(PLAIN_BYTES + RECORD_ROOM, BUFFERS_KEPT);

    private final ReentrantLock sending = new ReentrantLock();
    private final SocketChannel channel;
    private final SSLEngine engine;
    private final String peerIdentity;
    private final ByteBuffer sealed;
    private final ByteBuffer arrived;
    private final ByteBuffer opened;

    /** One record on the heap, being sealed; see {@link #seal}. */
    private final ByteBuffer outgoing;

    /** One record on the heap, being opened. */
    private final ByteBuffer incoming;

    private final int packetBytes;
    private final int recordBytes;
    private final long handshakeNanos;
    /** Who receives, or whoever closes first, has {@code arrived} and {@code opened}. */
    private final AtomicBoolean receiving = new AtomicBoolean();

    /** Of the channel, which then never waits by itself; negative when it is not known, then it does. */
    private final int descriptor;
    /** For the receiving thread. */
    private final PollSet arrival = new PollSet(MOST_WAITED_FOR);
    /** For whoever sends. Guarded by {@code sending}. */
    private final PollSet room = new PollSet(1);

    private volatile long lastHeardNanos = System.nanoTime();
    /** Guarded by {@code sending}: {@code sealed} is somebody else's. */
    private boolean sealedGiven;
    /** Guarded by {@code sending}, written when it is held: {@code sealed} has what the channel did not take yet. */
    private volatile boolean leftOver;

    private final Object life = new Object();
    private final Pace pace = new Pace();
    private boolean paceDecided;

    private final SideWork.Outlet outlet = this::offer;
    private SideWork side;
    /** An offer was refused: the side work goes on when there is room. */
    private boolean refused;
    /** The channel may have more to read than was read. */
    private boolean readable;

    private TlsLink(
            SocketChannel channel, SSLEngine engine, String peerIdentity, ByteBuffer arrived, long handshakeNanos)
            throws IOException {
        this.handshakeNanos = handshakeNanos;
        this.channel = channel;
        this.engine = engine;
        this.peerIdentity = peerIdentity;
        this.packetBytes = engine.getSession().getPacketBufferSize();
        this.recordBytes = engine.getSession().getApplicationBufferSize();
        this.outgoing = ByteBuffer.allocate(packetBytes);
        this.incoming = ByteBuffer.allocate(packetBytes);
        this.descriptor = TcpSocket.unwaiting(channel);
        this.paceDecided = descriptor >= 0 && Pace.settle(descriptor);
        this.sealed = BUFFERS.take();
        this.arrived = BUFFERS.take().put(arrived);
        this.opened = BUFFERS.take();
    }

    /**
     * Makes the handshake on a connected channel. The caller closes the channel when it takes too long.
     *
     * @throws IOException when the handshake fails; the channel is left to the caller
     */
    public static TlsLink handshake(SocketChannel channel, SSLEngine engine, PeerTrust trust) throws IOException {
        // Small and on the heap: whoever has not shown who it is shall not cost what a peer costs.
        ByteBuffer first = ByteBuffer.allocate(2 * engine.getSession().getPacketBufferSize());
        long start = System.nanoTime();
        new TlsHandshake(channel, engine, first).run();
        String peer = trust.identityOf(engine.getSession());
        return new TlsLink(channel, engine, peer, first.flip(), System.nanoTime() - start);
    }

    @Override
    public void send(ByteBuffer messages) throws IOException {
        sending.lock();
        try {
            writeAll();
            while (messages.hasRemaining()) {
                sealAll(messages);
                writeAll();
            }
        } finally {
            sending.unlock();
        }
    }

    /** For the receiving thread, which must never wait for the peer to receive: two that did would wait for each other. */
    private boolean offer(ByteBuffer messages) throws IOException {
        if (!sending.tryLock()) {
            refused = true;
            return false;
        }
        try {
            refused = !write();
            if (!refused) {
                sealAll(messages);
                write();
            }
            return !refused;
        } finally {
            sending.unlock();
        }
    }

    private void sealAll(ByteBuffer messages) throws IOException {
        if (sealedGiven) {
            throw new EOFException("closed");
        }
        sealed.clear();
        while (messages.hasRemaining() && sealed.remaining() >= packetBytes) {
            seal(messages);
        }
        sealed.flip();
        leftOver = true;
    }

    private void writeAll() throws IOException {
        while (!write()) {
            room.clear();
            room.add(descriptor, PollSet.OUTPUT);
            room.await(WAIT_MILLIS);
        }
    }

    /** Writes what the channel takes now; true when nothing is left. */
    private boolean write() throws IOException {
        if (leftOver) {
            if (sealedGiven) {
                throw new EOFException("closed");
            }
            int count;
            do {
                count = channel.write(sealed);
            } while (count > 0 && sealed.hasRemaining());
            leftOver = sealed.hasRemaining();
        }
        return !leftOver;
    }

    /**
     * Seals one record. It takes the way over a heap array, because javax.crypto cuts direct buffers into slices of 4 KiB
     * and copies each twice (ADR 0016): half the speed.
     */
    private void seal(ByteBuffer messages) throws IOException {
        SSLEngineResult result = engine.wrap(messages, outgoing.clear());
        sealed.put(outgoing.flip());
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            throw new EOFException("closed");
        }
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            TlsHandshake.runTasks(engine);
        }
    }

    @Override
    public void receive(Sink sink) throws IOException {
        if (!receiving.compareAndSet(false, true)) {
            throw new EOFException("closed");
        }
        try {
            receiveAll(sink);
        } finally {
            giveReceiving();
        }
    }

    private void giveReceiving() {
        if (side != null) {
            side.end();
        }
        BUFFERS.give(arrived);
        BUFFERS.give(opened);
    }

    @Override
    public void assist(SideWork work) {
        if (descriptor >= 0) {
            side = work;
        }
    }

    private void receiveAll(Sink sink) throws IOException {
        while (true) {
            arrived.flip();
            boolean more = open(sink);
            arrived.compact();
            if (!more || take() < 0) {
                return;
            }
            lastHeardNanos = System.nanoTime();
        }
    }

    /** Reads what has arrived; until something has, does the side work and waits. */
    private int take() throws IOException {
        if (descriptor < 0) {
            return channel.read(arrived);
        }
        boolean delivered = true;
        while (true) {
            boolean more = side != null && side.work(delivered, outlet);
            delivered = false;
            if (!readable) {
                // Also when there is more to do: what else has happened is not to wait for it.
                await(more ? 0 : WAIT_MILLIS);
            }
            if (readable) {
                int room = arrived.remaining();
                int count = channel.read(arrived);
                readable = count == room;
                if (count != 0) {
                    return count;
                }
            }
        }
    }

    private void await(int millis) throws IOException {
        if (leftOver && sending.tryLock()) {
            try {
                write();
            } finally {
                sending.unlock();
            }
        }
        arrival.clear();
        arrival.add(descriptor, PollSet.INPUT | (leftOver || refused ? PollSet.OUTPUT : 0));
        if (side == null) {
            arrival.await(millis);
        } else {
            int most = side.waitsFor(arrival);
            try {
                arrival.await(Math.min(millis, most));
            } finally {
                side.waited(arrival);
            }
        }
        readable = arrival.happened(0);
        // Asked for once: whoever had the queue may have given it back.
        refused = false;
    }

    private boolean open(Sink sink) throws IOException {
        while (takeRecord()) {
            while (incoming.hasRemaining()) {
                if (opened.remaining() < recordBytes) {
                    deliver(sink);
                }
                SSLEngineResult result = engine.unwrap(incoming, opened);
                if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                    deliver(sink);
                    return false;
                }
                if (result.getStatus() != SSLEngineResult.Status.OK) {
                    throw new IOException("record that does not open: " + result.getStatus());
                }
                if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                    TlsHandshake.runTasks(engine);
                }
            }
        }
        deliver(sink);
        return true;
    }

    /** Moves the next record to {@link #incoming}; false when it has not arrived as a whole. RFC 8446 section 5.1. */
    private boolean takeRecord() throws IOException {
        int at = arrived.position();
        if (arrived.remaining() < RECORD_HEADER) {
            return false;
        }
        int bytes = RECORD_HEADER + (arrived.getShort(at + RECORD_HEADER - 2) & 0xffff);
        if (bytes > packetBytes) {
            throw new IOException("record of " + bytes + " bytes");
        }
        if (bytes > arrived.remaining()) {
            return false;
        }
        int limit = arrived.limit();
        incoming.clear().put(arrived.limit(at + bytes)).flip();
        arrived.limit(limit);
        return true;
    }

    private void deliver(Sink sink) throws IOException {
        int end = opened.position();
        int at = 0;
        while (end - at >= Wire.HEADER_BYTES) {
            int head = opened.getInt(at);
            int bytes = opened.getInt(at + 4);
            if (bytes < 0 || bytes > Wire.MAX_BODY) {
                throw new IOException("message of " + bytes + " bytes");
            }
            int next = at + Wire.HEADER_BYTES + bytes;
            if (next > end) {
                break;
            }
            opened.limit(next).position(at + Wire.HEADER_BYTES);
            sink.message(head >>> 24, head & 0xffff, opened);
            opened.limit(end);
            at = next;
        }
        opened.limit(end).position(at);
        opened.compact();
    }

    @Override
    public String peerIdentity() {
        return peerIdentity;
    }

    @Override
    public String provider() {
        FastCrypto crypto = FastCrypto.current();
        return engine.getSession().getProtocol() + " " + engine.getSession().getCipherSuite() + ", SunJSSE "
                + Runtime.version().feature() + ", AES by " + crypto.provider() + ": " + crypto.reason();
    }

    @Override
    public long handshakeNanos() {
        return handshakeNanos;
    }

    @Override
    public long lastHeardNanos() {
        return lastHeardNanos;
    }

    @Override
    public boolean paceIfNeeded(long nowNanos) {
        synchronized (life) {
            // Its number may be another file's once it is closed.
            if (descriptor < 0 || paceDecided || !channel.isOpen()) {
                return false;
            }
            paceDecided = TcpSocket.sent(descriptor)
                    .map(sent -> pace.isNeeded(sent, nowNanos))
                    .orElse(false);
            return paceDecided && Pace.change(descriptor);
        }
    }

    @Override
    public void close() {
        synchronized (life) {
            TcpSocket.close(channel);
        }
        giveSending();
        if (receiving.compareAndSet(false, true)) {
            giveReceiving();
        }
    }

    /** Waits for whoever sends: the closed channel ends that. */
    private void giveSending() {
        sending.lock();
        try {
            if (!sealedGiven) {
                sealedGiven = true;
                BUFFERS.give(sealed);
            }
        } finally {
            sending.unlock();
        }
    }
}
