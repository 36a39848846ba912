package org.stretchdeploy.tunnel.internal.core;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.stretchdeploy.tunnel.internal.frame.Arp;
import org.stretchdeploy.tunnel.internal.frame.Ethernet;
import org.stretchdeploy.tunnel.internal.frame.IpPorts;
import org.stretchdeploy.tunnel.internal.frame.Ipv4Address;
import org.stretchdeploy.tunnel.internal.frame.Ipv6Packet;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;

/**
 * What the frames that pass say about machines: who is heard where, who moves, who claims which address, how much
 * broadcast there is. Any thread. A frame costs neither lock nor allocation unless it brings something new; alarms are
 * raised at most once a second per cause, however many frames give cause.
 */
final class Sightings {
    /** Moves within so few seconds are two machines with one address rather than one that moves. */
    private static final int DUPLICATE_SECONDS = 10;

    private final ForwardingTable table;
    private final Alarms alarms;
    private final AddressClaims claims = new AddressClaims();
    private final StormLimit outbound = new StormLimit();
    private final StormLimit inbound = new StormLimit();
    private final LongAdder unlearned = new LongAdder();
    private final AtomicInteger flapSecond = new AtomicInteger();
    private final AtomicInteger disputeSecond = new AtomicInteger();

    Sightings(ForwardingTable table, Alarms alarms) {
        this.table = table;
        this.alarms = alarms;
    }

    /** Frames of machines that the full table did not take. */
    long unlearned() {
        return unlearned.sum();
    }

    /** Takes note of a frame that no rule refused; refuses it only when it is part of a storm. */
    int note(ByteBuffer buffer, int typeAt, int end, int type, long source, long target, int side, int nowSeconds) {
        int at = typeAt + 2;
        if (MacAddress.isGroup(target)) {
            StormLimit storm = side == ForwardingTable.LOCAL ? outbound : inbound;
            if (!storm.allows(source, isAddressing(buffer, at, end, type), nowSeconds)) {
                return DropReason.STORM.ordinal();
            }
        }
        int learned = table.learn(source, side, nowSeconds);
        if (learned == ForwardingTable.FLAPPING && isNew(flapSecond, nowSeconds)) {
            flapping(source, nowSeconds);
        } else if (learned == ForwardingTable.FULL) {
            unlearned.increment();
        }
        if (type == Ethernet.TYPE_ARP) {
            if (Arp.isComplete(buffer, at, end)) {
                claimed(Arp.senderAddress(buffer, at) & 0xffff_ffffL, Arp.senderMac(buffer, at), side, nowSeconds);
            }
        } else if (type == Ethernet.TYPE_IPV6) {
            discovered(buffer, at, end, source, side, nowSeconds);
        }
        return FrameGuard.PASS;
    }

    private void discovered(ByteBuffer buffer, int at, int end, long source, int side, int nowSeconds) {
        long transport = Ipv6Packet.transport(buffer, at, end);
        if (transport == Ipv6Packet.NONE) {
            return;
        }
        int type = Ipv6Packet.discovery(buffer, transport);
        if (type == Ipv6Packet.NEIGHBOUR_ADVERTISEMENT) {
            claimed(Ipv6Packet.discoveryTarget(buffer, transport, end), source, side, nowSeconds);
        } else if (type == Ipv6Packet.NEIGHBOUR_SOLICITATION) {
            claimed(Ipv6Packet.source(buffer, at), source, side, nowSeconds);
        }
    }

    private static boolean isAddressing(ByteBuffer buffer, int at, int end, int type) {
        return switch (type) {
            case Ethernet.TYPE_ARP, Ethernet.TYPE_RARP -> true;
            case Ethernet.TYPE_IPV4 -> IpPorts.classifyIpv4(buffer, at, end) != IpPorts.OTHER;
            case Ethernet.TYPE_IPV6 -> {
                long transport = Ipv6Packet.transport(buffer, at, end);
                yield transport != Ipv6Packet.NONE
                        && (Ipv6Packet.discovery(buffer, transport) != 0
                                || IpPorts.classifyIpv6(buffer, at, end) != IpPorts.OTHER);
            }
            default -> false;
        };
    }

    private void claimed(long address, long mac, int side, int nowSeconds) {
        if (address == 0) {
            return;
        }
        long other = claims.claim(address, mac, side, nowSeconds);
        if (other != AddressClaims.UNDISPUTED && isNew(disputeSecond, nowSeconds)) {
            String name = address >>> 32 == 0 ? Ipv4Address.format((int) address) : "an IPv6 address";
            long first = Math.min(mac, other);
            long second = Math.max(mac, other);
            alarms.raise(
                    Finding.DUPLICATE_IP,
                    name + " is claimed by " + MacAddress.format(first) + " and " + MacAddress.format(second)
                            + " at different sides",
                    nowSeconds);
        }
    }

    private void flapping(long mac, int nowSeconds) {
        boolean together = table.secondsOfMoves(mac) <= DUPLICATE_SECONDS;
        alarms.raise(
                together ? Finding.DUPLICATE_MAC : Finding.MAC_FLAPPING,
                together
                        ? MacAddress.format(mac) + " sends from both sides at the same time"
                        : MacAddress.format(mac) + " moved " + ForwardingTable.MOVES
                                + " times between the sides within " + ForwardingTable.MOVE_SECONDS + " s",
                nowSeconds);
    }

    private static boolean isNew(AtomicInteger last, int nowSeconds) {
        return last.getOpaque() != nowSeconds && last.getAndSet(nowSeconds) != nowSeconds;
    }
}
