package org.stretchdeploy.tunnel.internal.datagram;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What probes tell about the way: losses there and back, cuts, and the largest datagram. */
class PathMeterTest {
    private static final long TICK = 25_000_000L;

    private final ProbeCount here = new ProbeCount();
    private final ProbeCount there = new ProbeCount();
    private long now = System.nanoTime();

    private void probe(PathMeter meter, PathMeter peer, boolean lostThere, boolean lostBack) {
        now += TICK;
        long number = meter.nextProbe(here);
        if (!lostThere) {
            long arrived = peer.probeArrived(there);
            if (!lostBack) {
                meter.replied(here, number, now, arrived, now + 1_000_000);
            }
        }
    }

    @Property(tries = 100)
    void lossThereAndBackIsCounted(
            @ForAll long seed, @ForAll @IntRange(max = 20) int toThere, @ForAll @IntRange(max = 20) int toHere) {
        PathMeterTest fresh = new PathMeterTest();
        PathMeter meter = new PathMeter();
        PathMeter peer = new PathMeter();
        Random random = new Random(seed);
        long lost = 0;
        fresh.probe(meter, peer, false, false);
        for (int i = 0; i < 300; i++) {
            boolean lostThere = random.nextInt(100) < toThere;
            boolean lostBack = !lostThere && random.nextInt(100) < toHere;
            lost += lostThere || lostBack ? 1 : 0;
            fresh.probe(meter, peer, lostThere, lostBack);
        }
        fresh.probe(meter, peer, false, false);
        assertThat(meter.counted(60, fresh.now)).isEqualTo(301);
        assertThat(meter.lost(60, fresh.now)).isEqualTo(lost);
        assertThat(meter.rttMicros()).isEqualTo(1000);
        assertThat(meter.lost(60, fresh.now + 120_000_000_000L))
                .as("forgotten later")
                .isZero();
    }

    @Test
    void cutIsNoLoss() {
        PathMeter meter = new PathMeter();
        PathMeter peer = new PathMeter();
        for (int i = 0; i < 10; i++) {
            probe(meter, peer, false, false);
        }
        for (int i = 0; i < 100; i++) {
            probe(meter, peer, true, true);
        }
        assertThat(meter.silentNanos(now)).isGreaterThan(2_000_000_000L);
        for (int i = 0; i < 10; i++) {
            probe(meter, peer, false, false);
        }
        assertThat(meter.lost(60, now)).isZero();
    }

    @Property(tries = 200)
    void largestSizeThatPassesIsFoundAndAShrunkenWayNoticed(
            @ForAll @IntRange(min = 1200, max = 9100) int first, @ForAll @IntRange(min = 1200, max = 9100) int later) {
        SizeSearch search = new SizeSearch();
        for (int limit : new int[] {first, later}) {
            for (int tick = 0; tick < 500; tick++) {
                int size = search.next();
                if (size > 0 && size <= limit) {
                    search.passed(size);
                }
            }
            assertThat(search.proven()).isLessThanOrEqualTo(limit).isGreaterThanOrEqualTo(1200);
            assertThat(limit - search.proven()).isLessThan(limit < 1472 ? 101 : limit < 4000 ? 2529 : 4001);
        }
    }

    @Test
    void nothingIsProvenWhereEvenTheLeastDoesNotPass() {
        SizeSearch search = new SizeSearch();
        for (int tick = 0; tick < 1000; tick++) {
            search.next();
        }
        assertThat(search.proven()).isZero();
    }
}
