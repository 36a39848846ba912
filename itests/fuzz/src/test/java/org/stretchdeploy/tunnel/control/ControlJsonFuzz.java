package org.stretchdeploy.tunnel.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The control documents: an agent reads its controller's, a controller reads those of agents that it does not trust. */
final class ControlJsonFuzz {
    @FuzzTest
    void desiredState(byte[] json) {
        again(json, DesiredState.class);
    }

    @FuzzTest
    void statusReport(byte[] json) {
        again(json, StatusReport.class);
    }

    @FuzzTest
    void enrolRequest(byte[] json) {
        again(json, EnrolRequest.class);
    }

    @FuzzTest
    void enrolReply(byte[] json) {
        again(json, EnrolReply.class);
    }

    @FuzzTest
    void identity(byte[] bytes) {
        String uri = new String(bytes, StandardCharsets.UTF_8);
        AgentIdentity.parse(uri)
                .ifPresent(identity -> assertThat(identity.uri()).isEqualTo(uri));
    }

    /** What can be read can be written, and is then read as the same. */
    private static <T> void again(byte[] json, Class<T> type) {
        read(json, type)
                .ifPresent(one -> assertThat(read(ControlJson.write(one), type)).contains(one));
    }

    private static <T> Optional<T> read(byte[] json, Class<T> type) {
        try {
            return Optional.of(ControlJson.read(json, type));
        } catch (IOException refused) {
            return Optional.empty();
        }
    }
}
