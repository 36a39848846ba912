package org.stretchdeploy.tunnel.internal.tap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BridgedTapTest {
    @Test
    void theMarkOfABridgeIsOneShortWordWhateverTheNetworkIsCalled() {
        for (String name : new String[] {"internal", "a \"b\" <c> & d", "x\nlink del eth0", "\u7db2".repeat(200), ""}) {
            assertThat(BridgedTap.alias(name)).matches("[a-z0-9:]{1,255}").isEqualTo(BridgedTap.alias(name));
        }
        assertThat(BridgedTap.alias("a b")).isNotEqualTo(BridgedTap.alias("a  b"));
    }
}
