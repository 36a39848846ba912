package org.stretchdeploy.tunnel.internal.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.stretchdeploy.tunnel.internal.link.Link;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/** One end of a stream in memory. The twin of a TLS link. */
public final class MemoryLink implements Link {
    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> incoming;
    private final BlockingQueue<byte[]> outgoing;
    private final String peerIdentity;
    private volatile boolean closed;

    private MemoryLink(BlockingQueue<byte[]> incoming, BlockingQueue<byte[]> outgoing, String peerIdentity) {
        this.incoming = incoming;
        this.outgoing = outgoing;
        this.peerIdentity = peerIdentity;
    }

    /** Both ends; the first end's peer has the first identity. */
    public static MemoryLink[] pair(String firstPeer, String secondPeer) {
        BlockingQueue<byte[]> one = new LinkedBlockingQueue<>();
        BlockingQueue<byte[]> other = new LinkedBlockingQueue<>();
        return new MemoryLink[] {new MemoryLink(one, other, firstPeer), new MemoryLink(other, one, secondPeer)};
    }

    @Override
    public void send(ByteBuffer messages) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        byte[] bytes = new byte[messages.remaining()];
        messages.get(bytes);
        outgoing.add(bytes);
    }

    @Override
    public void receive(Sink sink) throws IOException {
        while (!closed) {
            byte[] bytes;
            try {
                bytes = incoming.poll(50, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (bytes == END) {
                return;
            }
            if (bytes != null) {
                deliver(ByteBuffer.wrap(bytes), sink);
            }
        }
    }

    private static void deliver(ByteBuffer messages, Sink sink) throws IOException {
        int end = messages.limit();
        int at = 0;
        while (at < end) {
            int head = messages.getInt(at);
            int next = at + Wire.HEADER_BYTES + messages.getInt(at + 4);
            messages.limit(next).position(at + Wire.HEADER_BYTES);
            sink.message(head >>> 24, head & 0xffff, messages);
            messages.limit(end);
            at = next;
        }
    }

    @Override
    public String peerIdentity() {
        return peerIdentity;
    }

    @Override
    public String provider() {
        return "memory";
    }

    @Override
    public long lastHeardNanos() {
        return System.nanoTime();
    }

    @Override
    public void close() {
        closed = true;
        outgoing.add(END);
    }
}
