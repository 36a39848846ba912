package org.stretchdeploy.appliance.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** A taken port must not take the rest of the controller away. */
final class EndpointStartTest {
    @Test
    void aTakenPortIsNoFailureOfTheService() throws Exception {
        try (var start = new EndpointStart(new InetSocketAddress("127.0.0.1", 1), () -> {
            throw new BindException("Address already in use");
        })) {
            assertThat(start.port()).isEmpty();
        }
    }
}
