package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeardProbesTest {
    private final HeardProbes probes = new HeardProbes();

    private boolean includes(long process, long now) {
        return probes.include(heard -> heard == process, now);
    }

    @Test
    void whoWasHeardIsKnownLaterAndToldOnce() {
        probes.heard(7, 0);
        probes.heard(8, 1);
        assertThat(includes(9, 2)).isFalse();
        assertThat(includes(7, 2)).isTrue();
        assertThat(includes(7, 2)).isFalse();
    }

    @Test
    void whatWasHeardLongAgoSaysNothing() {
        // A clock of nanoseconds may pass its largest number on the way.
        long heard = Long.MAX_VALUE - 10;
        probes.heard(7, heard);
        assertThat(includes(7, heard + HeardProbes.KEPT_NANOS)).isFalse();
        assertThat(includes(7, heard + HeardProbes.KEPT_NANOS - 1)).isTrue();
    }

    @Test
    void manyStrangersPushOutThoseThatAreSilentLongest() {
        probes.heard(1, 0);
        for (int process = 2; process <= HeardProbes.MOST; process++) {
            probes.heard(process, process);
        }
        probes.heard(1, 100);
        probes.heard(99, 101);
        assertThat(includes(2, 102)).isFalse();
        assertThat(includes(1, 102)).isTrue();
    }
}
