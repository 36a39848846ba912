package org.stretchdeploy.tunnel.internal.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Map;

/** The OVF environment that a cloud hands to the appliance: any document ends in properties or an IOException. */
final class OvfEnvironmentFuzz {
    @FuzzTest
    void environment(byte[] document) {
        try {
            Map<String, String> properties = OvfEnvironment.properties(document);
            assertThat(properties).hasSizeLessThanOrEqualTo(1001).doesNotContainValue(null);
            AgentSettings settings = AgentSettings.of(properties);
            assertThat(settings.agent()).isNotEmpty();
            assertThat(settings.toString()).doesNotContain("token=");
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }
}
