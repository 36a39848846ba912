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
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * TLS 1.3 over a blocking TCP connection. A batch of up to {@link #BATCH_BYTES} is sealed into one buffer and written
 * with one system call. The large buffers come from a pool and go back to it: each side's when that side ends.
 *
 * <p>Lock order: {@code sending} is the only lock of this class and nothing else is locked while it is held. The
 * receiving thread takes it only to close, when nobody waits in it any more, so that two peers that both send cannot wait
 * for each other.
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

    private volatile long lastHeardNanos = System.nanoTime();
    /** Guarded by {@code sending}: {@code sealed} is somebody else's. */
    private boolean sealedGiven;

    private TlsLink(
            SocketChannel channel, SSLEngine engine, String peerIdentity, ByteBuffer arrived, long handshakeNanos) {
        this.handshakeNanos = handshakeNanos;
        this.channel = channel;
        this.engine = engine;
        this.peerIdentity = peerIdentity;
        this.packetBytes = engine.getSession().getPacketBufferSize();
        this.recordBytes = engine.getSession().getApplicationBufferSize();
        this.outgoing = ByteBuffer.allocate(packetBytes);
        this.incoming = ByteBuffer.allocate(packetBytes);
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
            if (sealedGiven) {
                throw new EOFException("closed");
            }
            while (messages.hasRemaining()) {
                sealed.clear();
                while (messages.hasRemaining() && sealed.remaining() >= packetBytes) {
                    seal(messages);
                }
                sealed.flip();
                while (sealed.hasRemaining()) {
                    channel.write(sealed);
                }
            }
        } finally {
            sending.unlock();
        }
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
        BUFFERS.give(arrived);
        BUFFERS.give(opened);
    }

    private void receiveAll(Sink sink) throws IOException {
        while (true) {
            arrived.flip();
            boolean more = open(sink);
            arrived.compact();
            if (!more || channel.read(arrived) < 0) {
                return;
            }
            lastHeardNanos = System.nanoTime();
        }
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
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // Nothing can be done about a socket that does not close.
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
