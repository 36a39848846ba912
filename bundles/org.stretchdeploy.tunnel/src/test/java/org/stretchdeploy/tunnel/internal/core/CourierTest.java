package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CourierTest {
    private final AtomicInteger stuck = new AtomicInteger();
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final CountDownLatch peerTakesAgain = new CountDownLatch(1);
    private final Courier courier = new Courier("courier-test", stuck::incrementAndGet);

    @AfterEach
    void close() {
        peerTakesAgain.countDown();
        courier.close();
    }

    @Test
    void aFloodOfQuestionsLeavesRoomForWhatWeSayOurselves() {
        peerTakesNothing();
        for (int i = 0; i < 1000; i++) {
            courier.sendIfRoom(() -> sent.add("answer"));
        }
        courier.send(() -> sent.add("networks"));
        assertThat(stuck).hasValue(0);
        peerTakesAgain.countDown();
        await().until(() -> sent.contains("networks"));
        assertThat(sent).hasSizeBetween(2, 40).endsWith("networks");
    }

    @Test
    void nothingThatMustBeSentIsLostInSilence() {
        peerTakesNothing();
        IntStream.range(0, 64).forEach(i -> courier.send(() -> sent.add("document " + i)));
        assertThat(stuck).hasValue(0);
        courier.send(() -> sent.add("one too many"));
        assertThat(stuck).hasValue(1);
        peerTakesAgain.countDown();
        await().until(() -> sent.size() == 64);
        assertThat(sent).first().isEqualTo("document 0");
        assertThat(sent).last().isEqualTo("document 63");
    }

    @Test
    void aClosedOneIsQuiet() {
        courier.close();
        courier.send(() -> sent.add("late"));
        courier.sendIfRoom(() -> sent.add("late"));
        assertThat(stuck).hasValue(0);
        assertThat(sent).isEmpty();
    }

    private void peerTakesNothing() {
        CountDownLatch begun = new CountDownLatch(1);
        courier.send(() -> {
            begun.countDown();
            awaitPeer();
        });
        await().until(() -> begun.getCount() == 0);
    }

    private void awaitPeer() {
        try {
            peerTakesAgain.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
