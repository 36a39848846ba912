package org.stretchdeploy.tunnel.internal.link;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** Drives an engine through its handshake on a blocking channel. */
final class TlsHandshake {
    private static final int LIMIT_BYTES = 128 * 1024;

    private final SocketChannel channel;
    private final SSLEngine engine;
    private final ByteBuffer arrived;
    private final ByteBuffer leaving;
    private final ByteBuffer nothing;
    private int total;

    TlsHandshake(SocketChannel channel, SSLEngine engine, ByteBuffer arrived) {
        this.channel = channel;
        this.engine = engine;
        this.arrived = arrived;
        this.leaving = ByteBuffer.allocate(engine.getSession().getPacketBufferSize() * 2);
        this.nothing = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    }

    /** On return, bytes that belong to the stream may already be in {@code arrived} (in write mode). */
    void run() throws IOException {
        engine.beginHandshake();
        HandshakeStatus status = engine.getHandshakeStatus();
        while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
            status = switch (status) {
                case NEED_WRAP -> wrap();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrap();
                default -> {
                    runTasks(engine);
                    yield engine.getHandshakeStatus();
                }
            };
        }
    }

    private HandshakeStatus wrap() throws IOException {
        leaving.clear();
        SSLEngineResult result;
        try {
            result = engine.wrap(ByteBuffer.allocate(0), leaving);
        } finally {
            leaving.flip();
            while (leaving.hasRemaining()) {
                channel.write(leaving);
            }
        }
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            throw new SSLException("handshake refused");
        }
        return result.getHandshakeStatus();
    }

    private HandshakeStatus unwrap() throws IOException {
        while (true) {
            arrived.flip();
            SSLEngineResult result;
            try {
                result = engine.unwrap(arrived, nothing);
            } catch (SSLException refused) {
                tellWhy();
                throw refused;
            } finally {
                arrived.compact();
            }
            switch (result.getStatus()) {
                case OK -> {
                    return result.getHandshakeStatus();
                }
                case CLOSED -> throw new SSLException("handshake refused by the peer");
                case BUFFER_OVERFLOW -> throw new SSLException("data before the handshake's end");
                case BUFFER_UNDERFLOW -> read();
            }
        }
    }

    private void tellWhy() {
        try {
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                wrap();
            }
        } catch (IOException ignored) {
            // The alert is a courtesy; the failure that caused it is what counts.
        }
    }

    private void read() throws IOException {
        int count = channel.read(arrived);
        if (count < 0) {
            throw new EOFException("closed during the handshake");
        }
        total += count;
        if (total > LIMIT_BYTES) {
            throw new SSLException("handshake too large");
        }
    }

    static void runTasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }
}
