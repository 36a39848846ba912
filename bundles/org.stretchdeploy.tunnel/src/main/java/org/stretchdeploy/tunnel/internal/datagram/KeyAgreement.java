package org.stretchdeploy.tunnel.internal.datagram;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.control.TunnelRole;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;

/**
 * Sees that a session has keys that are not worn: the dialling end begins an exchange when it wants keys, the listening
 * end asks it to. One exchange at a time; its work is done on a thread of its own, because a handshake computes for
 * milliseconds. What arrives while that thread is far behind is refused: that is counted and logged, and a new exchange is
 * wanted at once, because the one that lacks it cannot come to its end.
 */
public final class KeyAgreement {
    private static final Logger LOG = LoggerFactory.getLogger(KeyAgreement.class);
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    /** However often the peer asks. */
    private static final long RENEWAL_NANOS = 500_000_000L;

    private static final int QUEUE = 32;
    private static final int ASK = 0;

    private final TunnelConfig config;
    private final DatagramSession session;
    private final Supplier<TlsIdentity> identity;
    private final ThreadPoolExecutor worker;
    private final SecureRandom random = new SecureRandom();
    private KeyExchange exchange;
    private int number;
    private long begunNanos = System.nanoTime() - 2 * PATIENCE_NANOS;
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean renewalWanted;
    private volatile String problem = "keys are being agreed on";
    private long peerNonce;

    public KeyAgreement(TunnelConfig config, DatagramSession session, Supplier<TlsIdentity> identity) {
        this.config = config;
        this.session = session;
        this.identity = identity;
        this.worker = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                task -> {
                    Thread thread = new Thread(task, "keys-" + config.id());
                    thread.setDaemon(true);
                    return thread;
                },
                (task, executor) -> {
                    if (!executor.isShutdown()) {
                        refuse();
                    }
                });
        worker.allowCoreThreadTimeOut(true);
    }

    private void refuse() {
        long soFar = refused.incrementAndGet();
        renewalWanted = true;
        if (Long.bitCount(soFar) == 1) {
            // the 1st, 2nd, 4th, 8th: who floods us does not fill the log, too
            LOG.warn("event=keys-refused tunnel={} waiting={} refused={}", config.id(), QUEUE, soFar);
        }
    }

    /** How many messages of the peer, or beginnings of ours, found no room since the tunnel was made. */
    long refused() {
        return refused.get();
    }

    /** Why there are no keys, for people. */
    public String problem() {
        return problem;
    }

    /** The peer's UDP port, or ours when the peer comes to us. */
    public int port() {
        return config.role() == TunnelRole.DIAL ? config.remotePort() : config.listenPort();
    }

    /** The certificate changed: keys that the old one vouched for are replaced. */
    public void renew() {
        renewalWanted = true;
    }

    /** Ten times a second by one thread, while connected to the process with this nonce. Never waits. */
    public void tick(long now, long nonce, Consumer<byte[]> send) {
        if (nonce != peerNonce) {
            peerNonce = nonce;
            renewalWanted = true;
        }
        boolean wanted = renewalWanted || session.wantsKeys(now);
        long pause = renewalWanted ? RENEWAL_NANOS : PATIENCE_NANOS;
        if (!wanted || session.isProving() || now - begunNanos < pause) {
            return;
        }
        renewalWanted = false;
        begunNanos = now;
        if (config.role() == TunnelRole.DIAL) {
            worker.execute(() -> begin(send));
        } else if (session.hasKeys()) {
            send.accept(new byte[Integer.BYTES]);
        }
    }

    private void begin(Consumer<byte[]> send) {
        try {
            InetSocketAddress address = new InetSocketAddress(config.remoteHost(), config.remotePort());
            if (address.isUnresolved()) {
                throw new IOException("unknown host " + config.remoteHost());
            }
            session.aim(address);
            exchange = KeyExchange.client(identity.get(), id -> id.uri().equals(config.peerIdentity()), config.id());
            number = random.nextInt(1, Integer.MAX_VALUE);
            problem = "the peer does not answer for keys; its transport may be tls";
            send.accept(message(exchange.advance(new byte[0])));
        } catch (IOException | RuntimeException | LinkageError e) {
            failed(e);
        }
    }

    /** Bytes of an exchange have come from the peer; the array is ours from now on. */
    public void arrived(byte[] message, Consumer<byte[]> reply) {
        worker.execute(() -> take(message, reply));
    }

    private void take(byte[] message, Consumer<byte[]> reply) {
        int of = ByteBuffer.wrap(message).getInt();
        byte[] bytes = Arrays.copyOfRange(message, Integer.BYTES, message.length);
        try {
            if (config.role() == TunnelRole.DIAL) {
                if (of == ASK) {
                    renewalWanted = true;
                    return;
                }
            } else if (of != number && of != ASK) {
                exchange =
                        KeyExchange.server(identity.get(), id -> id.uri().equals(config.peerIdentity()), config.id());
                number = of;
            }
            if (exchange != null && of == number) {
                advance(bytes, reply);
            }
        } catch (IOException | RuntimeException | LinkageError e) {
            failed(e);
        }
    }

    private void advance(byte[] bytes, Consumer<byte[]> reply) throws IOException {
        byte[] leaving = exchange.advance(bytes);
        var keys = exchange.keys();
        if (keys.isPresent()) {
            // Before our last bytes: the peer may use the keys as soon as it has these.
            session.install(keys.get(), System.nanoTime());
            exchange = null;
            problem = "the peer has the keys, but nothing came over UDP to port " + port();
            LOG.info("event=keys tunnel={} number={}", config.id(), Integer.toHexString(number));
        }
        if (leaving.length > 0) {
            reply.accept(message(leaving));
        }
    }

    private byte[] message(byte[] bytes) {
        return ByteBuffer.allocate(Integer.BYTES + bytes.length)
                .putInt(number)
                .put(bytes)
                .array();
    }

    private void failed(Throwable cause) {
        exchange = null;
        problem = "no keys: " + cause.getMessage();
        LOG.warn("event=keys-failed tunnel={} cause=\"{}\"", config.id(), cause.getMessage());
    }

    /** Ends the thread. */
    public void close() {
        worker.shutdownNow();
    }
}
