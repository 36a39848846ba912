package org.stretchdeploy.tunnel.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.stretchdeploy.tunnel.internal.testkit.FlowFrames.ACK;
import static org.stretchdeploy.tunnel.internal.testkit.FlowFrames.FIN;
import static org.stretchdeploy.tunnel.internal.testkit.FlowFrames.PUSH;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stretchdeploy.tunnel.internal.testkit.FlowFrames;
import org.stretchdeploy.tunnel.internal.testkit.FlowFrames.Flow;

/** The law: whatever is given, a kernel puts the very same frames on the wire, in the same order; and what can be one is one. */
class FrameCoalescerTest {
    private static final int GAP = 8;
    private static final Flow TCP = new Flow(false, false, 0, false, 80);
    private static final Flow UDP = new Flow(false, true, 0, false, 80);

    /** As {@code SegmentReader} does it: each frame is read behind the one before, with room for a message's header. */
    private static List<byte[]> coalesced(List<byte[]> frames, boolean datagrams) {
        FrameCoalescer coalescer = new FrameCoalescer();
        ByteBuffer batch = ByteBuffer.allocateDirect(4 << 20);
        List<int[]> messages = new ArrayList<>();
        int at = 0;
        for (byte[] frame : frames) {
            int body = at + GAP;
            batch.put(body, frame);
            if (coalescer.append(batch, body, body + frame.length, datagrams)) {
                messages.get(messages.size() - 1)[1] = coalescer.end();
            } else {
                messages.add(new int[] {body, body + frame.length});
            }
            at = messages.get(messages.size() - 1)[1];
        }
        coalescer.finish();
        return messages.stream()
                .map(message -> {
                    byte[] bytes = new byte[message[1] - message[0]];
                    batch.get(message[0], bytes);
                    return bytes;
                })
                .toList();
    }

    private static List<String> wire(List<byte[]> messages) {
        return messages.stream()
                .flatMap(message -> FlowFrames.onTheWire(message).stream())
                .map(HexFormat.of()::formatHex)
                .toList();
    }

    private static void sameFrames(List<byte[]> frames, List<byte[]> messages) {
        assertThat(wire(messages)).isEqualTo(wire(frames));
        for (byte[] message : messages) {
            assertThat(VirtioNetHeader.isValid(ByteBuffer.wrap(message), 0, message.length - FlowFrames.VIRTIO))
                    .isTrue();
        }
    }

    private static List<byte[]> run(Flow flow, int id, int sequence, int count, int each, int last, int lastFlags) {
        Random random = new Random(count * 31L + each);
        List<byte[]> frames = new ArrayList<>();
        int next = sequence;
        for (int i = 0; i < count; i++) {
            byte[] payload = new byte[i == count - 1 ? last : each];
            random.nextBytes(payload);
            frames.add(FlowFrames.frame(flow, id + i, next, i == count - 1 ? lastFlags : ACK, payload));
            next += payload.length;
        }
        return frames;
    }

    @Property(tries = 400)
    void aRunBecomesOneAndComesOutAsItWas(
            @ForAll boolean six,
            @ForAll boolean udp,
            @ForAll @IntRange(max = 2) int tags,
            @ForAll boolean partial,
            @ForAll @IntRange(min = 2, max = 44) int count,
            @ForAll @IntRange(min = 8, max = 1440) int each,
            @ForAll @IntRange(min = 1, max = 1440) int last,
            @ForAll @IntRange(max = 65_535) int id,
            @ForAll int sequence) {
        Flow flow = new Flow(six, udp, tags, partial, 443);
        List<byte[]> frames = run(flow, id, sequence, count, each, Math.min(each, last), ACK | PUSH);
        List<byte[]> messages = coalesced(frames, true);
        assertThat(messages.size()).isEqualTo(1);
        sameFrames(frames, messages);
    }

    @Property(tries = 1000)
    void anythingComesOutAsItWas(@ForAll long seed) {
        Random random = new Random(seed);
        List<byte[]> frames = new ArrayList<>();
        int id = random.nextInt(65_536);
        int sequence = random.nextInt();
        Flow flow = new Flow(random.nextBoolean(), random.nextBoolean(), random.nextInt(3), random.nextBoolean(), 80);
        int each = 1 + random.nextInt(100);
        for (int i = 0; i < 60; i++) {
            switch (random.nextInt(16)) {
                case 0 ->
                    flow = new Flow(
                            random.nextBoolean(), random.nextBoolean(), random.nextInt(3), random.nextBoolean(), 80);
                case 1 -> id += random.nextInt(3);
                case 2 -> sequence += random.nextInt(3);
                case 3 -> each = 1 + random.nextInt(100);
                default -> {}
            }
            int flags = ACK | (random.nextInt(10) == 0 ? random.nextInt(512) : 0);
            byte[] payload = new byte[random.nextInt(12) == 0 ? random.nextInt(each + 1) : each];
            random.nextBytes(payload);
            byte[] frame = FlowFrames.frame(flow, id++, sequence, flags & 0xff, payload);
            sequence += payload.length;
            if (random.nextInt(20) == 0) {
                frame[FlowFrames.VIRTIO + random.nextInt(frame.length - FlowFrames.VIRTIO)] ^= 1 << random.nextInt(8);
            }
            frames.add(frame);
        }
        List<byte[]> messages = coalesced(frames, random.nextBoolean());
        assertThat(wire(messages)).isEqualTo(wire(frames));
    }

    @ParameterizedTest
    @CsvSource({
        "another destination, 5, 1",
        "group address, 0, 1",
        "type of service, 15, 1",
        "time to live, 22, 1",
        "identification, 19, 1",
        "source address, 29, 1",
        "header checksum, 24, 1",
        "acknowledgement, 45, 1",
        "window, 49, 1",
        "sequence, 41, 1",
        "urgent pointer, 53, 1",
        "timestamp option, 61, 1",
        "congestion flag, 47, 64",
        "urgent flag, 47, 32",
        "checksum of the content, 51, 1",
        "content, 70, 1"
    })
    void aFrameThatIsNotTheNextStaysAlone(String what, int at, int bits) {
        List<byte[]> frames = run(TCP, 7, 1000, 3, 100, 100, ACK);
        frames.get(1)[FlowFrames.VIRTIO + at] ^= (byte) bits;
        List<byte[]> messages = coalesced(frames, true);
        assertThat(messages.size()).as(what).isEqualTo(3);
        sameFrames(frames, messages);
    }

    private static void alone(List<byte[]> frames, Consumer<ByteBuffer> change) {
        frames.forEach(frame -> change.accept(ByteBuffer.wrap(frame)));
        List<byte[]> messages = coalesced(frames, true);
        assertThat(messages.size()).isEqualTo(frames.size());
        assertThat(wire(messages)).isEqualTo(wire(frames));
    }

    @Test
    void datagramsWithoutChecksumStayWithout() {
        alone(run(UDP, 1, 0, 4, 100, 100, 0), frame -> frame.putShort(UDP.transportAt() + 6, (short) 0));
    }

    @Test
    void fragmentsStayAlone() {
        alone(run(UDP, 1, 0, 4, 100, 100, 0), frame -> frame.putShort(UDP.networkAt() + 6, (short) 0x2000));
    }

    @Test
    void paddedFramesStayAlone() {
        List<byte[]> frames = new ArrayList<>();
        run(UDP, 1, 0, 3, 10, 10, 0).forEach(frame -> frames.add(Arrays.copyOf(frame, 70)));
        alone(frames, frame -> {});
    }

    @Test
    void groupFramesStayAloneBecauseStormsAreCountedByFrame() {
        alone(run(UDP, 1, 0, 4, 100, 100, 0), frame -> frame.put(FlowFrames.VIRTIO, (byte) 3));
    }

    @Test
    void datagramsStayAloneWhereThePeerCannotCutThem() {
        List<byte[]> frames = run(UDP, 1, 0, 4, 100, 100, 0);
        assertThat(coalesced(frames, false).size()).isEqualTo(4);
        assertThat(coalesced(frames, true).size()).isEqualTo(1);
    }

    @Test
    void nothingFollowsTheEndOfAFlow() {
        List<byte[]> frames = new ArrayList<>(run(TCP, 1, 100, 3, 50, 50, ACK | FIN));
        frames.addAll(run(TCP, 4, 250, 3, 50, 50, ACK));
        List<byte[]> messages = coalesced(frames, true);
        assertThat(messages.size()).isEqualTo(2);
        sameFrames(frames, messages);
    }

    @Test
    void noSuperFrameIsLargerThanAKernelTakes() {
        List<byte[]> segments = run(TCP, 1, 0, 100, 1448, 1448, ACK);
        assertThat(coalesced(segments, true)).hasSize(3).allMatch(message -> message.length <= 65_535);
        sameFrames(segments, coalesced(segments, true));
        List<byte[]> datagrams = run(UDP, 1, 0, 130, 64, 64, 0);
        assertThat(coalesced(datagrams, true).size()).isEqualTo(3);
        sameFrames(datagrams, coalesced(datagrams, true));
    }
}
