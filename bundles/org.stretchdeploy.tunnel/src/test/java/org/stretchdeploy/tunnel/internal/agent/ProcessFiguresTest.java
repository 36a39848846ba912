package org.stretchdeploy.tunnel.internal.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.control.ProcessStatus;

class ProcessFiguresTest {
    @Test
    void readsWhatProcWrites() {
        assertThat(ProcessFigures.residentBytes(List.of("Name:\tjava", "VmRSS:\t   43210 kB", "RssAnon:\t 1 kB")))
                .isEqualTo(43_210 * 1024);
        List<String> snmp =
                List.of("Ip: Forwarding", "Ip: 1", "Tcp: RtoMin OutSegs RetransSegs", "Tcp: 200 1000 7", "Udp: x");
        assertThat(ProcessFigures.tcpCounter(snmp, "OutSegs")).isEqualTo(1000);
        assertThat(ProcessFigures.tcpCounter(snmp, "RetransSegs")).isEqualTo(7);
    }

    @Test
    void whatIsNotThereIsNought() {
        assertThat(ProcessFigures.residentBytes(List.of())).isZero();
        assertThat(ProcessFigures.tcpCounter(List.of("Tcp: OutSegs"), "OutSegs"))
                .isZero();
        assertThat(ProcessFigures.tcpCounter(List.of("Tcp: OutSegs", "Tcp:"), "OutSegs"))
                .isZero();
    }

    @Test
    void thisProcessHasMemory() {
        ProcessStatus now = ProcessFigures.now();
        assertThat(now.residentBytes()).isGreaterThan(10_000_000);
        assertThat(now.heapBytes()).isPositive();
        assertThat(now.segmentsSent()).isGreaterThanOrEqualTo(now.segmentsResent());
    }
}
