package org.stretchdeploy.tunnel.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/** The parsers of frames: they never read behind the frame, never throw, and what follows the frame changes nothing. */
final class FrameParsersFuzz {
    private static final int TAIL = 64;

    /** Runs a parser on the bytes alone, and with two different tails behind them that it must not look at. */
    private static <T> T parsed(byte[] bytes, Function<ByteBuffer, T> parser) {
        T alone = parser.apply(ByteBuffer.wrap(bytes));
        for (byte fill : new byte[] {0, (byte) 0xff}) {
            byte[] longer = Arrays.copyOf(bytes, bytes.length + TAIL);
            Arrays.fill(longer, bytes.length, longer.length, fill);
            assertThat(parser.apply(ByteBuffer.wrap(longer))).isEqualTo(alone);
        }
        return alone;
    }

    @FuzzTest
    void ethernet(byte[] frame) {
        if (frame.length < Ethernet.HEADER_BYTES) {
            return;
        }
        int typeAt = parsed(frame, buffer -> Ethernet.typeOffset(buffer, 0, frame.length));
        assertThat(typeAt).isBetween(12, Math.min(20, frame.length - 2));
        parsed(frame, buffer -> Ethernet.type(buffer, typeAt));
        parsed(frame, buffer -> Ethernet.source(buffer, 0) ^ Ethernet.target(buffer, 0));
    }

    @FuzzTest
    void arp(byte[] packet) {
        boolean complete = parsed(packet, buffer -> Arp.isComplete(buffer, 0, packet.length));
        if (complete) {
            parsed(
                    packet,
                    buffer -> Arp.operation(buffer, 0)
                            + Arp.senderMac(buffer, 0)
                            + Arp.senderAddress(buffer, 0)
                            + Arp.targetAddress(buffer, 0));
        }
    }

    @FuzzTest
    void ipv4(byte[] packet) {
        int kind = parsed(packet, buffer -> IpPorts.classifyIpv4(buffer, 0, packet.length));
        assertThat(kind).isBetween(IpPorts.OTHER, IpPorts.ROUTER_ADVERTISEMENT);
    }

    @FuzzTest
    void ipv6(byte[] packet) {
        int kind = parsed(packet, buffer -> IpPorts.classifyIpv6(buffer, 0, packet.length));
        assertThat(kind).isBetween(IpPorts.OTHER, IpPorts.ROUTER_ADVERTISEMENT);
        long transport = parsed(packet, buffer -> Ipv6Packet.transport(buffer, 0, packet.length));
        if (transport != Ipv6Packet.NONE) {
            assertThat((int) transport).isBetween(40, packet.length - 1);
            parsed(packet, buffer -> Ipv6Packet.discovery(buffer, transport));
            parsed(packet, buffer -> Ipv6Packet.discoveryTarget(buffer, transport, packet.length));
            parsed(packet, buffer -> Ipv6Packet.source(buffer, 0));
        }
    }

    @FuzzTest
    void virtioNetHeader(byte[] bytes) {
        int frame = bytes.length - VirtioNetHeader.BYTES;
        if (frame < Ethernet.HEADER_BYTES) {
            return;
        }
        boolean valid = parsed(bytes, buffer -> VirtioNetHeader.isValid(buffer, 0, frame));
        if (valid && parsed(bytes, buffer -> VirtioNetHeader.isSuperFrame(buffer, 0))) {
            int segment = parsed(
                    bytes, buffer -> VirtioNetHeader.segmentFrameBytes(buffer, 0, VirtioNetHeader.BYTES, bytes.length));
            assertThat(segment).isBetween(1, frame);
        }
    }

    @FuzzTest
    void loopProbe(byte[] frame) {
        if (parsed(frame, buffer -> LoopProbeFrame.matches(buffer, 0, frame.length))) {
            parsed(frame, buffer -> LoopProbeFrame.nonce(buffer, 0) ^ LoopProbeFrame.network(buffer, 0));
        }
    }

    @FuzzTest
    void addresses(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        read(text, MacAddress::parse).ifPresent(mac -> assertThat(MacAddress.parse(MacAddress.format(mac)))
                .isEqualTo(mac));
        read(text, Ipv4Address::parse).ifPresent(address -> assertThat(Ipv4Address.parse(Ipv4Address.format(address)))
                .isEqualTo(address));
        read(text, Ipv6Address::parse);
    }

    /** An address, or empty where it is refused in the one way that is promised. */
    private static <T> Optional<T> read(String text, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            assertThat(e.getClass()).isEqualTo(IllegalArgumentException.class);
            return Optional.empty();
        }
    }
}
