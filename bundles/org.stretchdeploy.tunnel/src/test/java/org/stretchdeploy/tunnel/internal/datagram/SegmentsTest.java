package org.stretchdeploy.tunnel.internal.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.internal.frame.PacketHeaders;

/** Laws of cutting and putting together: nothing lost, the same comes out; one lost, only that is missing. */
class SegmentsTest {
    private static final int VIRTIO = 10;

    private final List<byte[]> delivered = new ArrayList<>();
    private final SegmentMerger merger = new SegmentMerger((type, network, body) -> {
        byte[] frame = new byte[body.remaining()];
        body.get(frame);
        delivered.add(frame);
    });

    /** A super-frame as a kernel makes it: virtio-net header, Ethernet, IP, TCP or UDP, random payload. */
    static byte[] superFrame(boolean six, boolean udp, boolean vlan, int payload, int segment, long seed) {
        int ip = six ? 40 : 20;
        int transport = 14 + (vlan ? 4 : 0) + ip;
        int header = transport + (udp ? 8 : 32);
        byte[] bytes = new byte[VIRTIO + header + payload];
        new Random(seed).nextBytes(bytes);
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        int type = udp ? 5 : six ? 4 : 1;
        frame.put(0, (byte) 1).put(1, (byte) type);
        little(frame, 2, header);
        little(frame, 4, segment);
        little(frame, 6, transport);
        little(frame, 8, udp ? 6 : 16);
        int at = VIRTIO + 12;
        if (vlan) {
            frame.putShort(at, (short) 0x8100).putShort(at + 2, (short) 7);
            at += 4;
        }
        frame.putShort(at, (short) (six ? 0x86dd : 0x0800));
        at += 2;
        if (six) {
            frame.put(at, (byte) 0x60)
                    .putShort(at + 4, (short) (bytes.length - at - 40))
                    .put(at + 6, (byte) (udp ? 17 : 6));
        } else {
            frame.put(at, (byte) 0x45)
                    .putShort(at + 2, (short) (bytes.length - at))
                    .put(at + 9, (byte) (udp ? 17 : 6));
            frame.putShort(at + 10, (short) 0).putShort(at + 10, (short) ~sum(frame, at, 20));
        }
        int l4 = VIRTIO + transport;
        if (udp) {
            frame.putShort(l4 + 4, (short) (bytes.length - l4));
        } else {
            frame.put(l4 + 12, (byte) 0x80);
        }
        frame.putShort(l4 + (udp ? 6 : 16), (short) pseudoSum(frame, at, six, bytes.length - l4, udp));
        return bytes;
    }

    private static void little(ByteBuffer buffer, int at, int value) {
        buffer.put(at, (byte) value).put(at + 1, (byte) (value >>> 8));
    }

    private static int sum(ByteBuffer buffer, int at, int bytes) {
        long sum = 0;
        for (int i = 0; i < bytes; i += 2) {
            sum += i + 1 < bytes ? buffer.getShort(at + i) & 0xffff : (buffer.get(at + i) & 0xff) << 8;
        }
        return fold(sum);
    }

    private static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }

    private static int pseudoSum(ByteBuffer frame, int ip, boolean six, int bytes, boolean udp) {
        long addresses = six ? sum(frame, ip + 8, 32) : sum(frame, ip + 12, 8);
        return fold(addresses + bytes + (udp ? 17 : 6));
    }

    /** The records that a cutter makes of a super-frame. */
    private static List<byte[]> cut(byte[] frame, int room) {
        SegmentCutter cutter = new SegmentCutter();
        assertThat(cutter.open(ByteBuffer.wrap(frame), 0, frame.length)).isTrue();
        int each = cutter.partBytes(room - Record.PART_BYTES);
        assertThat(each).isPositive();
        List<byte[]> records = new ArrayList<>();
        for (int offset = 0; offset < cutter.payloadBytes(); offset += each) {
            int length = Math.min(each, cutter.payloadBytes() - offset);
            byte[] plain = new byte[room];
            ByteBuffer view = ByteBuffer.wrap(plain);
            view.put((byte) (offset + length == cutter.payloadBytes() ? Record.LAST_PART : Record.PART))
                    .put((byte) 3)
                    .putShort((short) 9)
                    .putInt(offset)
                    .putShort((short) cutter.headerBytes());
            records.add(Arrays.copyOf(plain, cutter.write(view, Record.PART_BYTES, offset, length)));
        }
        return records;
    }

    /** Payloads in order of what a receiving kernel would make of what was delivered, with every header checked. */
    private static byte[] payloads(List<byte[]> frames, boolean six, boolean udp, boolean vlan) {
        int l4 = VIRTIO + 14 + (vlan ? 4 : 0) + (six ? 40 : 20);
        int header = l4 + (udp ? 8 : 32);
        ByteBuffer all = ByteBuffer.allocate(70_000);
        for (byte[] frame : frames) {
            ByteBuffer view = ByteBuffer.wrap(frame);
            int ip = l4 - (six ? 40 : 20);
            if (six) {
                assertThat(view.getShort(ip + 4) & 0xffff).isEqualTo(frame.length - ip - 40);
            } else {
                assertThat(view.getShort(ip + 2) & 0xffff).isEqualTo(frame.length - ip);
                assertThat(sum(view, ip, 20)).isEqualTo(0xffff);
            }
            if (udp) {
                assertThat(view.getShort(l4 + 4) & 0xffff).isEqualTo(frame.length - l4);
            }
            assertThat(view.getShort(l4 + (udp ? 6 : 16)) & 0xffff)
                    .isEqualTo(pseudoSum(view, ip, six, frame.length - l4, udp));
            all.put(frame, header, frame.length - header);
        }
        return Arrays.copyOf(all.array(), all.position());
    }

    @Property(tries = 300)
    void whatArrivesWholeIsWhatWasSent(
            @ForAll boolean six,
            @ForAll boolean udp,
            @ForAll boolean vlan,
            @ForAll @IntRange(min = 2000, max = 60_000) int payload,
            @ForAll @IntRange(min = 500, max = 1460) int segment,
            @ForAll @IntRange(min = 1600, max = 9000) int room,
            @ForAll long seed)
            throws IOException {
        delivered.clear();
        byte[] frame = superFrame(six, udp, vlan, payload, segment, seed);
        for (byte[] record : cut(frame, room)) {
            assertThat(record.length).isLessThanOrEqualTo(room);
            assertThat(merger.part(record, record.length)).isTrue();
        }
        assertThat(delivered).hasSize(1);
        assertThat(delivered.get(0)).isEqualTo(frame);
    }

    @Property(tries = 300)
    void oneLostCostsOnlyThatOne(
            @ForAll boolean six,
            @ForAll boolean udp,
            @ForAll @IntRange(min = 4000, max = 60_000) int payload,
            @ForAll @IntRange(min = 1000, max = 1400) int segment,
            @ForAll @IntRange(min = 0, max = 100) int which,
            @ForAll long seed)
            throws IOException {
        delivered.clear();
        byte[] frame = superFrame(six, udp, false, payload, segment, seed);
        List<byte[]> records = new ArrayList<>(cut(frame, 1600));
        int lost = which % records.size();
        records.remove(lost);
        for (byte[] record : records) {
            merger.part(record, record.length);
        }
        merger.flush();
        byte[] sent = payloads(List.of(frame), six, udp, false);
        int each = 1600 - Record.PART_BYTES - (frame.length - payload) >= segment ? segment : 0;
        assertThat(each).isPositive();
        ByteBuffer rest = ByteBuffer.allocate(sent.length);
        rest.put(sent, 0, lost * each);
        int behind = Math.min(sent.length, (lost + 1) * each);
        rest.put(sent, behind, sent.length - behind);
        assertThat(payloads(delivered, six, udp, false)).isEqualTo(Arrays.copyOf(rest.array(), rest.position()));
    }

    @Property(tries = 200)
    void tcpIsCutToWhatFits(
            @ForAll @IntRange(min = 2000, max = 60_000) int payload,
            @ForAll @IntRange(min = 300, max = 1400) int room,
            @ForAll long seed)
            throws IOException {
        delivered.clear();
        byte[] frame = superFrame(false, false, false, payload, 1448, seed);
        for (byte[] record : cut(frame, room)) {
            assertThat(record.length).isLessThanOrEqualTo(room);
            merger.part(record, record.length);
        }
        assertThat(delivered).hasSize(1);
        assertThat(payloads(delivered, false, false, false)).isEqualTo(payloads(List.of(frame), false, false, false));
    }

    @Test
    void flagsOfTheFirstAndTheLastSegmentStayThere() throws IOException {
        byte[] frame = superFrame(false, false, false, 5000, 1000, 5);
        int flags = VIRTIO + 14 + 20 + 13;
        frame[flags] = (byte) (0x10 | PacketHeaders.TCP_CWR | PacketHeaders.TCP_PUSH | PacketHeaders.TCP_FIN);
        List<byte[]> records = cut(frame, 1200);
        assertThat(records).hasSize(5);
        for (int i = 0; i < 5; i++) {
            merger.part(records.get(i), records.get(i).length);
            merger.flush();
        }
        assertThat(delivered).hasSize(5);
        assertThat(delivered.get(0)[flags] & 0xff).isEqualTo(0x90);
        assertThat(delivered.get(2)[flags] & 0xff).isEqualTo(0x10);
        assertThat(delivered.get(4)[flags] & 0xff).isEqualTo(0x19);
        assertThat(delivered).allMatch(one -> one[1] == 0, "are no super-frames");
    }

    @Property(tries = 500)
    void nonsenseIsRefusedAndHarmsNothing(@ForAll long seed, @ForAll @IntRange(min = 11, max = 3000) int bytes)
            throws IOException {
        delivered.clear();
        Random random = new Random(seed);
        byte[] plain = new byte[9000];
        random.nextBytes(plain);
        if (random.nextBoolean()) {
            byte[] real = cut(superFrame(random.nextBoolean(), false, false, 5000, 1000, seed), 1600)
                    .get(0);
            System.arraycopy(real, 0, plain, 0, real.length);
            for (int i = 0; i < 5; i++) {
                plain[random.nextInt(100)] = (byte) random.nextInt();
            }
        }
        plain[0] = Record.PART;
        merger.part(plain, bytes);
        merger.flush();
        FragmentBox box = new FragmentBox();
        assertThat(box.take(plain, bytes)).isLessThanOrEqualTo(FragmentBox.MAX_BYTES);
        assertThat(delivered).allMatch(frame -> frame.length <= bytes);
    }

    @Test
    void fragmentsComeTogetherInAnyOrderAndOnceEach() {
        FragmentBox box = new FragmentBox();
        byte[] one = fragment(1, 0, 2, 0, 100, 60, 'a');
        byte[] two = fragment(1, 1, 2, 60, 100, 40, 'b');
        assertThat(box.take(two, two.length)).isZero();
        assertThat(box.take(two, two.length)).isZero();
        assertThat(box.take(one, one.length)).isEqualTo(100);
        assertThat(box.frame()[59]).isEqualTo((byte) 'a');
        assertThat(box.frame()[60]).isEqualTo((byte) 'b');
        // An incomplete frame gives its place away after as many others as there are places.
        assertThat(box.take(one, one.length)).isZero();
        byte[] later = fragment(33, 0, 2, 0, 100, 60, 'c');
        assertThat(box.take(later, later.length)).isZero();
        assertThat(box.take(two, two.length)).isZero();
        byte[] tooLarge = fragment(5, 0, 2, 10_200, 10_241, 41, 'd');
        assertThat(box.take(tooLarge, tooLarge.length)).isNegative();
    }

    private static byte[] fragment(int id, int number, int count, int offset, int total, int bytes, char fill) {
        ByteBuffer plain = ByteBuffer.allocate(Record.FRAGMENT_BYTES + bytes);
        plain.put((byte) Record.FRAGMENT)
                .put((byte) 0)
                .putShort((short) id)
                .put((byte) number)
                .put((byte) count);
        plain.putShort((short) offset).putShort((short) total);
        Arrays.fill(plain.array(), Record.FRAGMENT_BYTES, plain.capacity(), (byte) fill);
        return plain.array();
    }
}
