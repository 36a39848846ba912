package org.stretchdeploy.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stretchdeploy.tunnel.internal.core.ForwardingTableBenchmark;
import org.stretchdeploy.tunnel.internal.core.FrameGuardBenchmark;
import org.stretchdeploy.tunnel.internal.frame.FrameCoalescerBenchmark;
import org.stretchdeploy.tunnel.internal.link.TlsLinkBenchmark;

/** Each benchmark measures what it says, so that nobody finds out when figures are needed. */
class BenchmarksWorkTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 100_000})
    void theTableKnowsItsMachinesAndNoOthers(int machines) {
        var benchmark = new ForwardingTableBenchmark();
        benchmark.machines = machines;
        benchmark.fill();
        for (int i = 0; i < 1000; i++) {
            assertThat(benchmark.lookup()).isBetween(0, 1);
            assertThat(benchmark.lookupUnknown()).isEqualTo(-1);
            assertThat(benchmark.learnKnown()).isZero();
            assertThat(benchmark.learnFresh()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp4", "tagged", "icmp6", "arp", "superframe"})
    void framesPassTheGuards(String frame) {
        var benchmark = new FrameGuardBenchmark();
        benchmark.frame = frame;
        benchmark.make();
        assertThat(benchmark.outbound()).isEqualTo(-1);
        assertThat(benchmark.inbound()).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"udp64-partial, 1", "udp64, 1", "tcp1448-partial, 1", "tcp1448, 1", "turns64, 40"})
    void framesOfOneFlowBecomeOne(String frames, int messages) {
        var benchmark = new FrameCoalescerBenchmark();
        benchmark.frames = frames;
        benchmark.make();
        assertThat(benchmark.append()).isEqualTo(messages);
        assertThat(benchmark.append()).isEqualTo(messages);
    }

    @Test
    void aBatchArrives() throws Exception {
        var benchmark = new TlsLinkBenchmark();
        benchmark.crypto = "jdk";
        benchmark.frameBytes = 62_000;
        benchmark.connect();
        try {
            benchmark.sealSendReceiveOpen();
            benchmark.sealSendReceiveOpen();
        } finally {
            benchmark.close();
        }
    }
}
