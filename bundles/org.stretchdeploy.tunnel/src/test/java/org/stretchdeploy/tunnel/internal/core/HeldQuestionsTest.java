package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.internal.frame.Arp;
import org.stretchdeploy.tunnel.internal.testkit.TestFrames;
import org.stretchdeploy.tunnel.internal.wire.Wire;

class HeldQuestionsTest {
    private static final String ASKER = "52:54:00:00:00:0a";
    private static final long SECOND = 1_000_000_000L;

    private final HeldQuestions held = new HeldQuestions();

    private void hold(byte[] frame, long nanos) {
        ByteBuffer buffer = ByteBuffer.allocate(7 + 10 + frame.length);
        buffer.position(17);
        buffer.put(frame);
        held.hold(buffer, 7, buffer.limit(), nanos);
    }

    private List<byte[]> release(long nanos) {
        ByteBuffer into = ByteBuffer.allocate(16 * 136);
        held.release(into, 3, nanos);
        into.flip();
        List<byte[]> frames = new ArrayList<>();
        while (into.hasRemaining()) {
            int head = into.getInt();
            assertThat(head >>> 24).isEqualTo(Wire.FRAME);
            assertThat(head & 0xffff).isEqualTo(3);
            byte[] body = new byte[into.getInt()];
            into.get(body);
            byte[] frame = new byte[body.length - 10];
            System.arraycopy(body, 10, frame, 0, frame.length);
            frames.add(frame);
        }
        return frames;
    }

    private static byte[] question(int last) {
        return TestFrames.arp(Arp.REQUEST, TestFrames.ANY, ASKER, "192.0.2.10", "192.0.2." + last);
    }

    @Test
    void aQuestionIsKeptOnceAndGivenOutOnce() {
        hold(question(1), 0);
        hold(question(1), SECOND);
        hold(question(2), SECOND);
        assertThat(release(2 * SECOND)).containsExactlyInAnyOrder(question(1), question(2));
        assertThat(held.isEmpty()).isTrue();
        assertThat(release(2 * SECOND)).isEmpty();
    }

    @Test
    void solicitationsAreQuestionsToo() {
        byte[] solicitation = TestFrames.discovery(135, "33:33:ff:00:00:01", ASKER, "2001:db8::a", "2001:db8::1");
        hold(solicitation, 0);
        assertThat(release(1)).containsExactly(solicitation);
    }

    @Test
    void answersAndOtherFramesAreNotKept() {
        hold(TestFrames.arp(Arp.REPLY, ASKER, ASKER, "192.0.2.10", "192.0.2.1"), 0);
        hold(TestFrames.udp(TestFrames.ANY, ASKER, 1, 2), 0);
        hold(TestFrames.discovery(136, TestFrames.ANY, ASKER, "2001:db8::a", "2001:db8::a"), 0);
        hold(TestFrames.ethernet(TestFrames.ANY, ASKER, 0x0806, new byte[1000]), 0);
        hold(TestFrames.ethernet(TestFrames.ANY, ASKER, 0x0806, new byte[0]), 0);
        assertThat(held.isEmpty()).isTrue();
    }

    @Test
    void whatIsThreeSecondsOldIsForgottenAndThereIsABound() {
        hold(question(200), 0);
        for (int i = 1; i <= 20; i++) {
            hold(question(i), 3 * SECOND);
        }
        List<byte[]> released = release(3 * SECOND + 1);
        assertThat(released).hasSize(16).doesNotContain(question(200)).contains(question(20));
    }
}
