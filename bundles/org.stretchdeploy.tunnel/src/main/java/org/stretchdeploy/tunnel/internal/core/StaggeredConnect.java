package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.stretchdeploy.tunnel.internal.link.Pace;

/**
 * Opens one TCP connection over a path that may be cut, and may come back at any moment: instead of waiting for the
 * kernel, which sends a lost SYN again after 1, 3 and 7 s (RFC 6298 section 5), it starts another attempt every so often
 * while the earlier ones go on. The first that is through is taken. One thread.
 */
final class StaggeredConnect {
    private static final int AT_ONCE = 8;
    private static final long ATTEMPT_NANOS = TimeUnit.SECONDS.toNanos(3);
    /** So that a name is looked up again now and then. */
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int LOOK_MILLIS = 100;

    private final InetSocketAddress address;
    private final int paceMillis;
    private final BooleanSupplier unwanted;
    private final Consumer<IOException> failed;
    private final Deque<Attempt> attempts = new ArrayDeque<>();
    private IOException failure = new ConnectException("no answer");
    private long connectNanos;

    private record Attempt(SocketChannel channel, long startNanos) {}

    /**
     * Prepares.
     *
     * @param paceMillis mean time from one attempt to the next
     * @param unwanted asked ten times a second: true ends it
     * @param failed told why an attempt failed
     */
    StaggeredConnect(
            InetSocketAddress address, int paceMillis, BooleanSupplier unwanted, Consumer<IOException> failed) {
        this.address = address;
        this.paceMillis = paceMillis;
        this.unwanted = unwanted;
        this.failed = failed;
    }

    /**
     * Connects.
     *
     * @return a connected, blocking channel
     * @throws IOException when nothing was through after 30 s, or it is unwanted
     */
    SocketChannel connect() throws IOException {
        SocketChannel found = null;
        try (Selector selector = Selector.open()) {
            found = race(selector);
        } finally {
            for (Attempt attempt : attempts) {
                if (attempt.channel != found) {
                    attempt.channel.close();
                }
            }
        }
        found.configureBlocking(true);
        found.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return found;
    }

    /** How long the attempt took that was through. */
    long connectNanos() {
        return connectNanos;
    }

    private SocketChannel race(Selector selector) throws IOException {
        long start = System.nanoTime();
        long next = start;
        for (long now = start; now - start < GIVE_UP_NANOS && !unwanted.getAsBoolean(); now = System.nanoTime()) {
            if (now >= next && attempts.size() < AT_ONCE) {
                next = now + TimeUnit.MILLISECONDS.toNanos(jittered());
                begin(selector);
            }
            selector.select(Math.max(1, Math.min(LOOK_MILLIS, TimeUnit.NANOSECONDS.toMillis(next - now))));
            SocketChannel found = firstConnected(selector);
            if (found != null) {
                return found;
            }
            while (!attempts.isEmpty() && now - attempts.peek().startNanos > ATTEMPT_NANOS) {
                attempts.poll().channel.close();
                failed.accept(failure);
            }
        }
        throw failure;
    }

    private void begin(Selector selector) {
        try {
            SocketChannel channel = SocketChannel.open();
            Attempt attempt = new Attempt(channel, System.nanoTime());
            attempts.add(attempt);
            channel.configureBlocking(false);
            Pace.begin(channel);
            channel.register(selector, SelectionKey.OP_CONNECT, attempt);
            channel.connect(address);
        } catch (IOException e) {
            // No route, perhaps: the next attempt may have one.
            failure = e;
            failed.accept(e);
            closeLast();
        }
    }

    private void closeLast() {
        Attempt last = attempts.pollLast();
        try {
            if (last != null) {
                last.channel.close();
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private SocketChannel firstConnected(Selector selector) throws IOException {
        for (SelectionKey key : selector.selectedKeys()) {
            Attempt attempt = (Attempt) key.attachment();
            try {
                if (attempt.channel.finishConnect()) {
                    connectNanos = System.nanoTime() - attempt.startNanos;
                    return attempt.channel;
                }
            } catch (IOException e) {
                failure = e;
                failed.accept(e);
                attempts.remove(attempt);
                attempt.channel.close();
            }
        }
        selector.selectedKeys().clear();
        return null;
    }

    private int jittered() {
        return paceMillis / 2 + ThreadLocalRandom.current().nextInt(paceMillis + 1);
    }
}
