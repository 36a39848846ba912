package org.stretchdeploy.tunnel.internal.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stretchdeploy.tunnel.internal.frame.Ipv4Address;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;

/**
 * Findings about machines that a person should see, kept for {@link #KEEP_SECONDS}: a MAC address that flaps between
 * the sides (5 moves in 180 s, RFC 7432 section 15.1) and an IPv4 address claimed by different machines at both ends.
 * Every collection is bounded. Locks only itself.
 */
final class Alarms {
    static final int KEEP_SECONDS = 180;
    static final int MOVES = 5;

    private static final int LIMIT = 64;
    private static final int TRACKED = 4096;

    private final Map<Long, Deque<Integer>> moves = new LinkedHashMap<>();
    private final Map<Integer, Claim> claims = new HashMap<>();
    private final Map<String, Integer> raised = new LinkedHashMap<>();

    private record Claim(long mac, int side, int second) {}

    /** A machine was heard on the other side than before. */
    synchronized void moved(long mac, int nowSeconds) {
        Deque<Integer> recent = moves.computeIfAbsent(mac, any -> new ArrayDeque<>());
        recent.addLast(nowSeconds);
        while (recent.size() > MOVES || nowSeconds - recent.peekFirst() > KEEP_SECONDS) {
            recent.removeFirst();
        }
        if (recent.size() >= MOVES) {
            raise("mac-flapping " + MacAddress.format(mac) + ": the same address sends from both sides", nowSeconds);
        }
        trim(moves);
    }

    /** A machine claimed an IPv4 address in an ARP packet. */
    synchronized void claimed(int address, long mac, int side, int nowSeconds) {
        if (address == 0) {
            return;
        }
        Claim before = claims.get(address);
        boolean conflict = before != null
                && before.mac != mac
                && before.side != side
                && nowSeconds - before.second <= KEEP_SECONDS;
        if (conflict) {
            raise(
                    "duplicate-ip " + Ipv4Address.format(address) + ": " + MacAddress.format(before.mac) + " and "
                            + MacAddress.format(mac) + " at different sides",
                    nowSeconds);
        }
        if (before != null || claims.size() < TRACKED) {
            claims.put(address, new Claim(mac, side, nowSeconds));
        }
    }

    synchronized void raise(String text, int nowSeconds) {
        raised.put(text, nowSeconds);
        trimTo(raised, LIMIT);
    }

    /** Current alarms; older ones are forgotten. */
    synchronized List<String> current(int nowSeconds) {
        raised.values().removeIf(second -> nowSeconds - second > KEEP_SECONDS);
        moves.values().removeIf(recent -> nowSeconds - recent.peekLast() > KEEP_SECONDS);
        claims.values().removeIf(claim -> nowSeconds - claim.second > KEEP_SECONDS);
        return List.copyOf(raised.keySet());
    }

    private static void trim(Map<?, ?> map) {
        trimTo(map, TRACKED);
    }

    private static void trimTo(Map<?, ?> map, int limit) {
        var oldest = map.keySet().iterator();
        while (map.size() > limit) {
            oldest.next();
            oldest.remove();
        }
    }
}
