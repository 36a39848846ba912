package org.stretchdeploy.tunnel.internal.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class StampedLogTest {
    @Test
    void eachEventHasItsTimeAndATraceHasNone() {
        var bytes = new ByteArrayOutputStream();
        Clock clock = Clock.fixed(Instant.ofEpochSecond(1_800_000_000L), ZoneOffset.UTC);
        var log = new StampedLog(new PrintStream(bytes, true, StandardCharsets.UTF_8), clock);
        log.println("event=ok name=\u00fc");
        new IllegalStateException("why").printStackTrace(log);
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .startsWith("2027-01-15T08:00:00.000Z event=ok name=\u00fc", "java.lang.IllegalStateException: why")
                .filteredOn(line -> line.startsWith("2027"))
                .hasSize(1);
    }
}
