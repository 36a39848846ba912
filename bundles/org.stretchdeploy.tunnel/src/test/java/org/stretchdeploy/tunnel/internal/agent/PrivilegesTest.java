package org.stretchdeploy.tunnel.internal.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read; that it is dropped is seen by TwoEdgesLabIT in the agents' own threads. */
class PrivilegesTest {
    private static Privileges.Held held(String effective, String bounding, int noNew) {
        return Privileges.Held.of(
                List.of("Name:\tjava", "CapEff:\t" + effective, "CapBnd:\t" + bounding, "NoNewPrivs:\t" + noNew));
    }

    @Test
    void onlyTheTwoThatAreNeededCountAsConfined() {
        assertThat(Privileges.NEEDED).isEqualTo(0x1400);
        assertThat(held("0000000000001400", "0000000000001400", 1).isConfined()).isTrue();
        assertThat(held("0000000000000000", "0000000000001000", 1).isConfined()).isTrue();
        assertThat(held("0000000000001400", "000001ffffffffff", 1).isConfined()).isFalse();
        assertThat(held("000001ffffffffff", "000001ffffffffff", 1).isConfined()).isFalse();
        assertThat(held("0000000000001400", "0000000000001400", 0).isConfined()).isFalse();
    }
}
