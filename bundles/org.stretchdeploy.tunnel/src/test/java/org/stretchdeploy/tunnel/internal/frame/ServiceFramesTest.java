package org.stretchdeploy.tunnel.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.internal.testkit.Checksums;

/** Frames that ask, and what is taken for an answer. */
class ServiceFramesTest {
    private static final long ASKER = MacAddress.parse("02:53:00:00:00:01");
    private static final long GUEST = MacAddress.parse("52:54:00:00:00:01");
    private static final int IP = Ethernet.HEADER_BYTES;
    private static final int TRANSPORT = IP + 20;

    private static byte[] written(java.util.function.Consumer<ByteBuffer> writer) {
        ByteBuffer buffer = ByteBuffer.allocate(128);
        writer.accept(buffer);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private static ServiceFrames.Way way(int source, int target) {
        return new ServiceFrames.Way(ASKER, GUEST, source, target);
    }

    /** Against the worked example of an IPv4 header that is everywhere: its checksum is b861. */
    @Test
    void checksumOfAKnownHeader() {
        byte[] header = HexFormat.of().parseHex("45000073000040004011" + "b861" + "c0a80001c0a800c7");
        assertThat(Ipv4Packet.checksum(ByteBuffer.wrap(header), 0, 20, 0)).isZero();
        header[10] = 0;
        header[11] = 0;
        assertThat(Ipv4Packet.checksum(ByteBuffer.wrap(header), 0, 20, 0)).isEqualTo(0xb861);
        assertThat(Checksums.of(header)).isEqualTo(0xb861);
    }

    @Property(tries = 300)
    void checksumIsThatOfAnotherComputation(
            @ForAll @Size(max = 200) byte[] bytes, @ForAll @IntRange(max = 0x3fffc) int begin) {
        BigInteger sum = Checksums.sum(bytes).add(BigInteger.valueOf(begin));
        assertThat(Ipv4Packet.checksum(ByteBuffer.wrap(bytes), 0, bytes.length, begin))
                .isEqualTo(Checksums.complement(sum));
    }

    @Property(tries = 200)
    void questionsAreWholeFramesWithRightChecksums(
            @ForAll int source,
            @ForAll int target,
            @ForAll @IntRange(min = 1, max = 65_535) int port,
            @ForAll int sequence,
            @ForAll long number) {
        byte[] echo = written(into -> ServiceFrames.putEcho(into, way(source, target), port, number));
        byte[] syn = written(into -> ServiceFrames.putSyn(into, way(source, target), 50_000, port, sequence));
        byte[] reset = written(into -> ServiceFrames.putReset(into, way(source, target), 50_000, port, sequence));
        for (byte[] frame : new byte[][] {echo, syn, reset}) {
            ByteBuffer buffer = ByteBuffer.wrap(frame);
            assertThat(frame).hasSize(60);
            assertThat(Ethernet.target(buffer, 0)).isEqualTo(GUEST);
            assertThat(Ethernet.source(buffer, 0)).isEqualTo(ASKER);
            assertThat(Checksums.of(Arrays.copyOfRange(frame, IP, TRANSPORT))).isZero();
            assertThat(Ipv4Packet.transport(buffer, IP, frame.length)).isEqualTo(TRANSPORT);
            assertThat(Ipv4Packet.source(buffer, IP)).isEqualTo(source);
            assertThat(Ipv4Packet.target(buffer, IP)).isEqualTo(target);
        }
        assertThat(Checksums.of(Arrays.copyOfRange(echo, TRANSPORT, TRANSPORT + 16)))
                .isZero();
        assertThat(Checksums.ofTcp(syn, IP, TRANSPORT + 20)).isZero();
        assertThat(Checksums.ofTcp(reset, IP, TRANSPORT + 20)).isZero();
        assertThat(ByteBuffer.wrap(syn).getInt(TRANSPORT + 4)).isEqualTo(sequence);
        assertThat(syn[TRANSPORT + 13]).isEqualTo((byte) 2);
        assertThat(ByteBuffer.wrap(reset).getInt(TRANSPORT + 4)).isEqualTo(sequence + 1);
        assertThat(reset[TRANSPORT + 13]).isEqualTo((byte) 4);
        assertThat(ByteBuffer.wrap(reset).getShort(TRANSPORT + 2) & 0xffff).isEqualTo(port);
    }

    private static byte[] answer(int flags, int sequence, int acknowledged) {
        byte[] frame = written(into -> ServiceFrames.putSyn(into, way(1, 2), 22, 50_000, sequence));
        ByteBuffer.wrap(frame)
                .putInt(TRANSPORT + 8, acknowledged)
                .put(TRANSPORT + 13, (byte) flags)
                .putShort(TRANSPORT + 16, (short) 0);
        ByteBuffer.wrap(frame).putShort(TRANSPORT + 16, (short) Checksums.ofTcp(frame, IP, TRANSPORT + 20));
        return frame;
    }

    private static int read(byte[] frame, boolean counted) {
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        return ServiceFrames.accepted(buffer, IP, TRANSPORT, TRANSPORT + 20, counted, 22, 7);
    }

    @Test
    void onlyTheExactAnswerCounts() {
        assertThat(read(answer(0x12, 900, 8), true)).isEqualTo(ServiceFrames.OPEN);
        assertThat(read(answer(0x14, 0, 8), true)).isEqualTo(ServiceFrames.CLOSED);
        assertThat(read(answer(0x52, 900, 8), true)).as("with ECE").isEqualTo(ServiceFrames.OPEN);
        assertThat(read(answer(0x12, 900, 9), true)).as("another number").isZero();
        assertThat(read(answer(0x14, 0, 0), true))
                .as("a reset of something else")
                .isZero();
        for (int flags : new int[] {0, 1, 2, 4, 0x10, 0x11, 0x13, 0x16}) {
            assertThat(read(answer(flags, 900, 8), true)).as("flags %x", flags).isZero();
        }
        byte[] wrong = answer(0x12, 900, 8);
        wrong[TRANSPORT + 15] ^= 1;
        assertThat(read(wrong, true)).as("wrong checksum").isZero();
        assertThat(read(wrong, false)).as("checksum left to the card").isEqualTo(ServiceFrames.OPEN);
        byte[] shortHeader = answer(0x12, 900, 8);
        shortHeader[TRANSPORT + 12] = 0x40;
        assertThat(read(shortHeader, false)).isZero();
        shortHeader[TRANSPORT + 12] = (byte) 0xf0;
        assertThat(read(shortHeader, false)).as("options that are not there").isZero();
    }

    @Test
    void echoesAreTheirOwn() {
        byte[] reply = written(into -> ServiceFrames.putEcho(into, way(1, 2), 77, 99));
        reply[TRANSPORT] = 0;
        ByteBuffer buffer = ByteBuffer.wrap(reply);
        buffer.putShort(TRANSPORT + 2, (short) 0);
        buffer.putShort(TRANSPORT + 2, (short) Checksums.of(Arrays.copyOfRange(reply, TRANSPORT, TRANSPORT + 16)));
        int end = Ipv4Packet.end(buffer, IP);
        assertThat(ServiceFrames.identifier(buffer, TRANSPORT, end)).isEqualTo(77);
        assertThat(ServiceFrames.echoed(buffer, TRANSPORT, end, 77, 99)).isEqualTo(ServiceFrames.OPEN);
        assertThat(ServiceFrames.echoed(buffer, TRANSPORT, end, 78, 99)).isZero();
        assertThat(ServiceFrames.echoed(buffer, TRANSPORT, end, 77, 98)).isZero();
        assertThat(ServiceFrames.echoed(buffer, TRANSPORT, end - 1, 77, 99)).isZero();
        reply[TRANSPORT + 2] ^= 1;
        assertThat(ServiceFrames.echoed(buffer, TRANSPORT, end, 77, 99)).isZero();
        reply[TRANSPORT] = 8;
        assertThat(ServiceFrames.identifier(buffer, TRANSPORT, end))
                .as("a question")
                .isEqualTo(-1);
    }

    @Test
    void brokenPacketsAreNone() {
        byte[] good = answer(0x12, 900, 8);
        assertThat(transport(good)).isEqualTo(TRANSPORT);
        assertThat(transport(changed(good, 0, 0x65))).as("version 6").isEqualTo(Ipv4Packet.NONE);
        assertThat(transport(changed(good, 0, 0x44))).as("header of 16").isEqualTo(Ipv4Packet.NONE);
        assertThat(transport(changed(good, 3, 200))).as("longer than the frame").isEqualTo(Ipv4Packet.NONE);
        assertThat(transport(changed(good, 3, 19))).as("shorter than itself").isEqualTo(Ipv4Packet.NONE);
        assertThat(transport(changed(good, 6, 0x20))).as("more fragments").isEqualTo(Ipv4Packet.NONE);
        assertThat(transport(changed(good, 7, 1))).as("a later fragment").isEqualTo(Ipv4Packet.NONE);
        byte[] wrong = good.clone();
        wrong[IP + 8] ^= 1;
        assertThat(transport(wrong)).as("wrong checksum").isEqualTo(Ipv4Packet.NONE);
    }

    private static int transport(byte[] frame) {
        return Ipv4Packet.transport(ByteBuffer.wrap(frame), IP, frame.length);
    }

    /** With the right checksum for what it says now. */
    private static byte[] changed(byte[] frame, int at, int value) {
        byte[] changed = frame.clone();
        changed[IP + at] = (byte) value;
        changed[IP + 10] = 0;
        changed[IP + 11] = 0;
        int header = Math.max(20, (changed[IP] & 15) * 4);
        ByteBuffer.wrap(changed).putShort(IP + 10, (short) Checksums.of(Arrays.copyOfRange(changed, IP, IP + header)));
        return changed;
    }

    @Property(tries = 2000)
    void garbageIsReadWithoutHarm(@ForAll @Size(max = 90) byte[] garbage, @ForAll boolean headerLooking) {
        if (headerLooking && garbage.length >= 20) {
            garbage[0] = (byte) (0x40 | garbage[0] & 15);
            garbage[2] = 0;
            garbage[6] = 0;
            garbage[7] = 0;
            garbage[10] = 0;
            garbage[11] = 0;
            int header = Math.min(garbage.length, (garbage[0] & 15) * 4);
            ByteBuffer.wrap(garbage).putShort(10, (short) Checksums.of(Arrays.copyOf(garbage, header)));
        }
        ByteBuffer buffer = ByteBuffer.wrap(garbage);
        int at = Ipv4Packet.transport(buffer, 0, garbage.length);
        if (at == Ipv4Packet.NONE) {
            return;
        }
        int end = Ipv4Packet.end(buffer, 0);
        assertThat(end).isBetween(at, garbage.length);
        assertThat(ServiceFrames.targetPort(buffer, at, end)).isBetween(-1, 65_535);
        assertThat(ServiceFrames.identifier(buffer, at, end)).isBetween(-1, 65_535);
        assertThat(ServiceFrames.accepted(buffer, 0, at, end, false, 22, 7)).isBetween(0, 2);
        assertThat(ServiceFrames.echoed(buffer, at, end, 1, 2)).isBetween(0, 1);
    }
}
