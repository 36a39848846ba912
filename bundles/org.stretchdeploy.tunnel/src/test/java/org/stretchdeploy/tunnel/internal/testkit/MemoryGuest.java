package org.stretchdeploy.tunnel.internal.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.stretchdeploy.tunnel.internal.frame.Ipv4Address;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;

/**
 * A machine on a segment in memory with just enough of IPv4: it answers ARP, ICMP echo and the first packet of a TCP
 * connection, and asks by ARP who its peer is before it answers, as every host does. Thread-safe.
 */
public final class MemoryGuest {
    private static final int IP = 14;
    private static final int TRANSPORT = 34;

    private final MemorySegment segment;
    private final String mac;
    private final String address;
    private final Map<Integer, String> neighbours = new HashMap<>();
    private final Map<Integer, List<byte[]>> waiting = new HashMap<>();

    /** TCP ports that accept. */
    public final Set<Integer> open = ConcurrentHashMap.newKeySet();

    /** TCP ports that nobody answers at; all others refuse. */
    public final Set<Integer> dropped = ConcurrentHashMap.newKeySet();

    /** Whether it answers pings. */
    public volatile boolean pings = true;

    /** What becomes of its IPv4 frames on their way out. */
    public volatile UnaryOperator<byte[]> tampering = frame -> frame;

    /** TCP segments that came: {@code port flags}. */
    public final List<String> heard = new CopyOnWriteArrayList<>();

    public MemoryGuest(MemorySegment segment, String mac, String address) {
        this.segment = segment;
        this.mac = mac;
        this.address = address;
        segment.listen(this::hear);
    }

    /** Sends without its lock: what it sends comes to others that answer at once, in the same thread. */
    private void hear(byte[] frame) {
        answers(frame).forEach(segment::send);
    }

    private synchronized List<byte[]> answers(byte[] frame) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        String to = MacAddress.format(in.getLong(0) >>> 16);
        String from = MacAddress.format(in.getLong(6) >>> 16);
        int type = in.getShort(12) & 0xffff;
        boolean forUs = to.equals(mac) || to.equals(TestFrames.ANY) && type == 0x0806;
        if (!forUs || from.equals(mac)) {
            return List.of();
        }
        if (type == 0x0806) {
            return arp(in);
        }
        return type == 0x0800 && in.getInt(IP + 16) == Ipv4Address.parse(address) ? packet(frame, in) : List.of();
    }

    /** From an earlier time: it will not ask who has this address. */
    public synchronized void knows(String neighbour, String neighboursMac) {
        neighbours.put(Ipv4Address.parse(neighbour), neighboursMac);
    }

    private List<byte[]> arp(ByteBuffer in) {
        String sender = MacAddress.format(in.getLong(22) >>> 16);
        int senderAddress = in.getInt(28);
        // RFC 826: what it knows already is brought up to date by a request, too
        neighbours.computeIfPresent(senderAddress, (known, old) -> sender);
        if (in.getShort(20) == 1 && in.getInt(38) == Ipv4Address.parse(address)) {
            return List.of(TestFrames.arp(2, sender, mac, address, Ipv4Address.format(senderAddress)));
        }
        if (in.getShort(20) != 2) {
            return List.of();
        }
        neighbours.put(senderAddress, sender);
        return Optional.ofNullable(waiting.remove(senderAddress)).stream()
                .flatMap(List::stream)
                .flatMap(packet -> out(packet, sender))
                .toList();
    }

    private List<byte[]> packet(byte[] frame, ByteBuffer in) {
        int length = in.getShort(IP + 2) & 0xffff;
        byte[] answer = Arrays.copyOf(frame, Math.max(60, IP + length));
        ByteBuffer out = ByteBuffer.wrap(answer);
        out.putInt(IP + 12, in.getInt(IP + 16)).putInt(IP + 16, in.getInt(IP + 12));
        if (frame[IP + 9] == 1 && frame[TRANSPORT] == 8 && pings) {
            answer[TRANSPORT] = 0;
            out.putShort(TRANSPORT + 2, (short) 0);
            out.putShort(TRANSPORT + 2, (short) Checksums.of(Arrays.copyOfRange(answer, TRANSPORT, IP + length)));
            return answer(answer, in.getInt(IP + 12));
        }
        if (frame[IP + 9] == 6) {
            int port = in.getShort(TRANSPORT + 2) & 0xffff;
            heard.add(port + " " + frame[TRANSPORT + 13]);
            if (frame[TRANSPORT + 13] == 2 && !dropped.contains(port)) {
                out.putShort(TRANSPORT, in.getShort(TRANSPORT + 2)).putShort(TRANSPORT + 2, in.getShort(TRANSPORT));
                out.putInt(TRANSPORT + 4, 4711).putInt(TRANSPORT + 8, in.getInt(TRANSPORT + 4) + 1);
                out.put(TRANSPORT + 13, (byte) (open.contains(port) ? 0x12 : 0x14));
                out.putShort(TRANSPORT + 16, (short) 0);
                out.putShort(TRANSPORT + 16, (short) Checksums.ofTcp(answer, IP, IP + length));
                return answer(answer, in.getInt(IP + 12));
            }
        }
        return List.of();
    }

    private List<byte[]> answer(byte[] packet, int to) {
        String neighbour = neighbours.get(to);
        if (neighbour == null) {
            waiting.computeIfAbsent(to, k -> new ArrayList<>()).add(packet);
            return List.of(TestFrames.arp(1, TestFrames.ANY, mac, address, Ipv4Address.format(to)));
        }
        return out(packet, neighbour).toList();
    }

    private Stream<byte[]> out(byte[] packet, String to) {
        byte[] headed = TestFrames.ethernet(to, mac, 0x0800, Arrays.copyOfRange(packet, IP, packet.length));
        return Stream.of(tampering.apply(headed)).filter(sent -> sent.length > 0);
    }
}
