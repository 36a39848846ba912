package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.control.Transport;

/** When the frames go over to datagrams and back, with a way whose time and losses are made up. */
class TransportChoiceTest {
    private final MadeUpPath path = new MadeUpPath();
    private long seconds;

    private static final class MadeUpPath implements TransportChoice.Path {
        private boolean passes = true;
        private long counted = 800;
        private long lost;

        @Override
        public boolean pass() {
            return passes;
        }

        @Override
        public String why() {
            return passes ? "" : "cut";
        }

        @Override
        public long counted(int window) {
            return counted * window / 20;
        }

        @Override
        public long lost(int window) {
            return lost * window / 20;
        }
    }

    /** Lets so many seconds pass, one decision each. */
    private boolean after(TransportChoice choice, int count) {
        for (int i = 0; i < count; i++) {
            seconds++;
            choice.decide(path, seconds * 1_000_000_000L);
        }
        return choice.datagrams();
    }

    @Test
    void tlsIsNeverLeft() {
        TransportChoice choice = new TransportChoice(Transport.TLS);
        path.lost = 400;
        assertThat(after(choice, 100)).isFalse();
    }

    @Test
    void datagramsAreUsedWhileTheyPassAndNotAtOnceAfterThat() {
        TransportChoice choice = new TransportChoice(Transport.DATAGRAM);
        path.passes = false;
        assertThat(after(choice, 5)).isFalse();
        assertThat(choice.reason()).contains("cut");
        path.passes = true;
        assertThat(after(choice, 1)).isFalse();
        assertThat(after(choice, 1)).isTrue();
        path.passes = false;
        assertThat(after(choice, 1)).isFalse();
        path.passes = true;
        assertThat(after(choice, 1)).isFalse();
        assertThat(after(choice, 1)).isTrue();
    }

    @Test
    void lossEntersAndOnlyAMinuteWithoutLeaves() {
        TransportChoice choice = new TransportChoice(Transport.AUTO);
        assertThat(after(choice, 100)).isFalse();
        path.lost = 3;
        assertThat(after(choice, 100)).as("under the limit").isFalse();
        path.lost = 4;
        assertThat(after(choice, 1))
                .as("the limit, but too few to say something")
                .isFalse();
        path.lost = 8;
        assertThat(after(choice, 1)).isTrue();
        assertThat(choice.reason()).contains("1.0 percent");
        path.lost = 2;
        assertThat(after(choice, 200)).as("between the limits nothing changes").isTrue();
        path.lost = 0;
        assertThat(after(choice, 1)).isFalse();
        path.lost = 8;
        assertThat(after(choice, 1)).isTrue();
        path.lost = 0;
        assertThat(after(choice, 59)).as("not sooner than after a minute").isTrue();
        assertThat(after(choice, 2)).isFalse();
    }

    @Test
    void whatDoesNotPassIsLeftAtOnceEvenWithLoss() {
        TransportChoice choice = new TransportChoice(Transport.AUTO);
        path.lost = 100;
        assertThat(after(choice, 3)).isTrue();
        path.passes = false;
        assertThat(after(choice, 1)).isFalse();
    }

    @Test
    void anotherWishIsFollowed() {
        TransportChoice choice = new TransportChoice(Transport.AUTO);
        assertThat(after(choice, 10)).isFalse();
        choice.want(Transport.DATAGRAM);
        assertThat(after(choice, 1)).isTrue();
        choice.want(Transport.AUTO);
        assertThat(after(choice, 1)).as("begins with TLS").isFalse();
        choice.want(Transport.DATAGRAM);
        assertThat(after(choice, 1)).isTrue();
        choice.want(Transport.TLS);
        assertThat(after(choice, 1)).isFalse();
    }
}
