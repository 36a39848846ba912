package org.stretchdeploy.tunnel.internal.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;
import org.stretchdeploy.tunnel.internal.testkit.TestPki;

/** What happens to an agreement on keys when its thread is far behind. */
class KeyAgreementTest {
    private static final int ROOM = 32;
    private static final long STEP_NANOS = 600_000_000L;

    private final TlsIdentity own = new TestPki().identity("b");
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<byte[]> sent = new CopyOnWriteArrayList<>();
    private DatagramEndpoint endpoint;
    private KeyAgreement keys;

    @BeforeEach
    void open() throws Exception {
        endpoint = DatagramEndpoint.open(0);
        keys = new KeyAgreement(
                TunnelConfig.dial("t", "127.0.0.1", 9, TestPki.uri("a"), List.of()),
                new DatagramSession(endpoint, (type, network, body) -> {}),
                this::identity);
    }

    @AfterEach
    void close() {
        goOn.countDown();
        keys.close();
        endpoint.close();
    }

    private TlsIdentity identity() {
        busy.countDown();
        try {
            goOn.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return own;
    }

    /** A part of an exchange that is not ours. */
    private void arrives() {
        keys.arrived(ByteBuffer.allocate(8).putInt(Integer.MIN_VALUE).array(), reply -> {});
    }

    @Test
    void whatFindsNoRoomIsCountedAndAnotherExchangeIsBegunSoon() throws Exception {
        long now = System.nanoTime();
        keys.tick(now, 1, sent::add);
        busy.await();
        for (int i = 0; i < ROOM; i++) {
            arrives();
        }
        assertThat(keys.refused()).isZero();
        arrives();
        arrives();
        arrives();
        assertThat(keys.refused()).isEqualTo(3);
        goOn.countDown();
        await().until(() -> sent.size() == 1);
        long[] moment = {now};
        // long before the five seconds after which an exchange without an answer is begun anew
        await().until(() -> {
            moment[0] += STEP_NANOS;
            keys.tick(moment[0], 1, sent::add);
            return sent.size() > 1 || moment[0] > now + 6 * STEP_NANOS;
        });
        await().until(() -> sent.size() > 1);
    }

    @Test
    void withRoomForEverythingNothingIsBegunAnew() throws Exception {
        long now = System.nanoTime();
        goOn.countDown();
        keys.tick(now, 1, sent::add);
        await().until(() -> sent.size() == 1);
        arrives();
        for (int i = 1; i <= 6; i++) {
            keys.tick(now + i * STEP_NANOS, 1, sent::add);
        }
        assertThat(keys.refused()).isZero();
        assertThat(sent).hasSize(1);
        keys.tick(now + 9 * STEP_NANOS, 1, sent::add);
        await().until(() -> sent.size() == 2);
    }

    @Test
    void aClosedOneIsQuiet() {
        keys.close();
        arrives();
        assertThat(keys.refused()).isZero();
    }
}
