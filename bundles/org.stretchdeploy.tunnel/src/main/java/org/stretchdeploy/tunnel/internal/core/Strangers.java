package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Connections whose peer has not shown who it is. Few at once, few of one source, and so many new ones a second: a flood
 * costs a bounded number of handshakes. When there is no room, the oldest of the source with the most has to go, so that a
 * flood only pushes itself out; sources from which a peer has come in before are spared while there are others. Locks only
 * itself.
 */
final class Strangers {
    static final int AT_ONCE = 16;
    static final int PER_SOURCE = 8;
    static final int NEW_PER_SOURCE_AND_SECOND = 50;
    static final int NEW_PER_SECOND = 200;

    private static final int KNOWN = 64;
    private static final int IPV6_PREFIX_BYTES = 8;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final LongSupplier nanos;
    private final Map<String, Set<SocketChannel>> bySource = new LinkedHashMap<>();
    private final Map<String, Integer> newBySource = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();
    private long windowNanos;
    private int fresh;
    private int total;

    Strangers(LongSupplier nanos) {
        this.nanos = nanos;
        this.windowNanos = nanos.getAsLong();
    }

    /** Takes a new connection in; false when it is one too many and shall be closed. */
    synchronized boolean admit(SocketChannel channel) throws IOException {
        String source = source(channel);
        if (!mayCome(source)) {
            return false;
        }
        Set<SocketChannel> own = bySource.computeIfAbsent(source, any -> new LinkedHashSet<>());
        if (own.size() >= PER_SOURCE) {
            evict(source);
        } else if (total >= AT_ONCE) {
            evict(busiest());
        }
        bySource.computeIfAbsent(source, any -> new LinkedHashSet<>()).add(channel);
        total++;
        return true;
    }

    private boolean mayCome(String source) {
        long now = nanos.getAsLong();
        if (now - windowNanos >= SECOND_NANOS) {
            windowNanos = now;
            newBySource.clear();
            fresh = 0;
        }
        // What one source may not do is not counted for all.
        if (newBySource.merge(source, 1, Integer::sum) > NEW_PER_SOURCE_AND_SECOND
                || fresh >= NEW_PER_SECOND && !known.contains(source)) {
            return false;
        }
        fresh++;
        return true;
    }

    private String busiest() {
        String found = null;
        int most = -1;
        for (Map.Entry<String, Set<SocketChannel>> one : bySource.entrySet()) {
            int weight = one.getValue().size() + (known.contains(one.getKey()) ? 0 : AT_ONCE);
            if (!one.getValue().isEmpty() && weight > most) {
                most = weight;
                found = one.getKey();
            }
        }
        return found;
    }

    private void evict(String source) throws IOException {
        SocketChannel oldest = bySource.get(source).iterator().next();
        remove(source, oldest);
        oldest.close();
    }

    /** The peer has shown who it is. */
    synchronized void greeted(SocketChannel channel) throws IOException {
        String source = source(channel);
        remove(source, channel);
        known.remove(source);
        known.add(source);
        if (known.size() > KNOWN) {
            known.remove(known.iterator().next());
        }
    }

    /** The connection has ended, one way or the other. */
    synchronized void left(SocketChannel channel) {
        for (String source : bySource.keySet()) {
            if (bySource.get(source).contains(channel)) {
                remove(source, channel);
                return;
            }
        }
    }

    private void remove(String source, SocketChannel channel) {
        Set<SocketChannel> own = bySource.get(source);
        if (own != null && own.remove(channel)) {
            total--;
            if (own.isEmpty()) {
                bySource.remove(source);
            }
        }
    }

    synchronized int size() {
        return total;
    }

    /** An IPv4 address, or the prefix of an IPv6 address that one subscriber usually has. */
    private static String source(SocketChannel channel) throws IOException {
        InetAddress address = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
        byte[] bytes = address.getAddress();
        return HexFormat.of()
                .formatHex(bytes.length > IPV6_PREFIX_BYTES ? Arrays.copyOf(bytes, IPV6_PREFIX_BYTES) : bytes);
    }
}
