package org.stretchdeploy.tunnel.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.internal.os.TcpSocket;
import org.stretchdeploy.tunnel.internal.os.TcpSocket.Sent;

class PaceTest {
    private static final long SECOND = 1_000_000_000L;

    private final Pace pace = new Pace();

    private static Sent sent(long segments, long again) {
        return new Sent(segments, again, 100);
    }

    @Test
    void aLongWayIsOneOfMilliseconds() {
        assertThat(Pace.isLong(200)).isFalse();
        assertThat(Pace.isLong(4_999)).isFalse();
        assertThat(Pace.isLong(5_000)).isTrue();
        assertThat(Pace.isLong(0xffff_ffffL)).as("not measured").isFalse();
    }

    @Test
    void nothingLostMeansNoPacing() {
        for (int second = 0; second < 100; second++) {
            assertThat(pace.isNeeded(sent(second * 100_000L, 0), second * SECOND))
                    .isFalse();
        }
    }

    @Test
    void oneInAThousandLostMeansPacingAsSoonAsItIsSeen() {
        assertThat(pace.isNeeded(sent(0, 0), 0)).isFalse();
        assertThat(pace.isNeeded(sent(1000, 1), SECOND / 10)).isFalse();
        assertThat(pace.isNeeded(sent(4000, 4), SECOND / 5)).isTrue();
    }

    @Test
    void fewLostSayNothingHoweverFewWereSent() {
        assertThat(pace.isNeeded(sent(0, 0), 0)).isFalse();
        assertThat(pace.isNeeded(sent(5, Pace.LEAST_AGAIN - 1), SECOND)).isFalse();
    }

    @Test
    void rareLossOfMuchIsNoReason() {
        assertThat(pace.isNeeded(sent(0, 0), 0)).isFalse();
        assertThat(pace.isNeeded(sent(1_000_000, 50), SECOND)).isFalse();
        assertThat(pace.isNeeded(sent(1_000_000, 200), SECOND)).isTrue();
    }

    @Test
    void whatWasLostLongAgoDoesNotAddUp() {
        assertThat(pace.isNeeded(sent(0, 0), 0)).isFalse();
        for (int i = 1; i < 50; i++) {
            assertThat(pace.isNeeded(sent(i * 100L, i * 2L), i * Pace.WINDOW_NANOS))
                    .as("window %s", i)
                    .isFalse();
        }
    }

    @Test
    void aConnectionBeginsWithoutPacingAndCanChangeOverWhileItIsInUse() throws IOException {
        List<String> available =
                List.of(Files.readString(Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control"))
                        .strip()
                        .split(" "));
        try (ServerSocketChannel listener = ServerSocketChannel.open();
                SocketChannel dialled = SocketChannel.open()) {
            Pace.begin(listener);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Pace.begin(dialled);
            dialled.connect(listener.getLocalAddress());
            try (SocketChannel accepted = listener.accept()) {
                for (SocketChannel channel : List.of(dialled, accepted)) {
                    int descriptor = TcpSocket.descriptor(channel);
                    String begun = TcpSocket.congestionControl(descriptor);
                    assertThat(begun)
                            .isIn(available)
                            .isEqualTo(TcpSocket.congestionControl(TcpSocket.descriptor(listener)));
                    assertThat(begun).isNotEqualTo("bbr");
                    assertThat(TcpSocket.sent(descriptor)).hasValueSatisfying(nothing -> {
                        assertThat(nothing.segments() + nothing.again()).isZero();
                        assertThat(nothing.leastRttMicros()).isBetween(1L, 0xffff_ffffL);
                    });
                    assertThat(Pace.change(descriptor)).isEqualTo(available.contains("bbr"));
                    assertThat(TcpSocket.congestionControl(descriptor))
                            .isEqualTo(available.contains("bbr") ? "bbr" : begun);
                    assertThat(Pace.change(descriptor)).as("again").isFalse();
                }
            }
        }
    }
}
