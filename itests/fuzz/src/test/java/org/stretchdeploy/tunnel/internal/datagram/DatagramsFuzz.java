package org.stretchdeploy.tunnel.internal.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import javax.crypto.spec.SecretKeySpec;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/** Datagrams: of strangers, which never open, and of a peer that has the keys and sends nonsense in them. */
final class DatagramsFuzz {
    private static final int RECORD = 9216;

    /** Gives the input as records: two bytes of length, then a record. They lie in one array, as in a session. */
    private static void records(byte[] input, Consumer<Taken> take) {
        byte[] plain = new byte[RECORD];
        int at = 0;
        while (at + 2 <= input.length) {
            int length = Math.min((input[at] & 0xff) << 8 | input[at + 1] & 0xff, input.length - at - 2);
            length = Math.min(length, RECORD);
            System.arraycopy(input, at + 2, plain, 0, length);
            take.accept(new Taken(plain, length));
            at += 2 + length;
        }
    }

    private record Taken(byte[] plain, int bytes) {}

    @FuzzTest
    void parts(byte[] input) {
        SegmentMerger merger = new SegmentMerger((type, network, frame) -> {
            assertThat(type).isEqualTo(Wire.FRAME);
            assertThat(network).isBetween(0, 255);
            assertThat(frame.remaining()).isBetween(VirtioNetHeader.BYTES, Wire.MAX_BODY);
        });
        records(input, record -> {
            try {
                merger.part(record.plain, record.bytes);
            } catch (IOException e) {
                throw new IllegalStateException("the sink does not throw", e);
            }
        });
        try {
            merger.flush();
        } catch (IOException e) {
            throw new IllegalStateException("the sink does not throw", e);
        }
    }

    @FuzzTest
    void fragments(byte[] input) {
        FragmentBox box = new FragmentBox();
        records(input, record -> {
            int bytes = box.take(record.plain, record.bytes);
            assertThat(bytes).isBetween(-1, FragmentBox.MAX_BYTES);
            if (bytes > 0) {
                assertThat(box.frame()).hasSizeGreaterThanOrEqualTo(bytes);
            }
        });
    }

    /** Without the key nothing opens, whatever it is. */
    @FuzzTest
    void opener(byte[] datagram) {
        if (datagram.length < Sealer.OVERHEAD_BYTES) {
            return;
        }
        byte[] secret = new byte[LaneKey.KEY_BYTES];
        Arrays.fill(secret, (byte) 0x5a);
        Opener opener = new Opener(new LaneKey(new SecretKeySpec(secret, "AES"), new byte[LaneKey.IV_BYTES]));
        assertThat(opener.open(datagram, 0, datagram.length, new byte[RECORD])).isEqualTo(Opener.REFUSED);
    }

    /** What a guest sends as a super-frame is cut into parts that fit, or is not cut. */
    @FuzzTest
    void cutter(byte[] frame) {
        SegmentCutter cutter = new SegmentCutter();
        if (frame.length < VirtioNetHeader.BYTES + 14 || !cutter.open(ByteBuffer.wrap(frame), 0, frame.length)) {
            return;
        }
        int room = 1400;
        int each = cutter.partBytes(room);
        assertThat(each).isBetween(0, room);
        if (each == 0) {
            return;
        }
        ByteBuffer into = ByteBuffer.allocate(RECORD);
        int whole = 0;
        for (int offset = 0; offset < cutter.payloadBytes(); offset += each) {
            int length = Math.min(each, cutter.payloadBytes() - offset);
            int end = cutter.write(into, 0, offset, length);
            assertThat(end).isEqualTo(cutter.headerBytes() + length).isLessThanOrEqualTo(room);
            whole += length;
        }
        assertThat(whole).isEqualTo(frame.length - cutter.headerBytes());
    }
}
