package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StrangerTest {
    private static final long SECOND = 1_000_000_000L;

    private final Stranger stranger = new Stranger();

    @Test
    void whoIsHeardAgainSecondsLaterIsOne() {
        assertThat(stranger.heard(7, -SECOND)).isFalse();
        assertThat(stranger.heard(7, 0)).isFalse();
        assertThat(stranger.heard(7, 2 * SECOND)).isTrue();
    }

    @Test
    void aPartnerThatIsNamedMeanwhileIsNone() {
        assertThat(stranger.heard(7, 0)).isFalse();
        stranger.known(7);
        assertThat(stranger.heard(8, 5 * SECOND)).isFalse();
        assertThat(stranger.heard(8, 10 * SECOND)).isTrue();
    }

    @Test
    void twoOfThemDoNotHideEachOther() {
        boolean told = false;
        for (int second = 0; second < 6; second++) {
            told |= stranger.heard(7 + second % 2, second * SECOND);
        }
        assertThat(told).isTrue();
    }

    @Test
    void oneThatLeftIsForgotten() {
        assertThat(stranger.heard(7, 0)).isFalse();
        assertThat(stranger.heard(7, 100 * SECOND)).isFalse();
        assertThat(stranger.heard(7, 103 * SECOND)).isTrue();
    }
}
