package org.stretchdeploy.appliance.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.stretchdeploy.tunnel.internal.testkit.FlowFrames.ACK;
import static org.stretchdeploy.tunnel.internal.testkit.FlowFrames.PUSH;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.Transport;
import org.stretchdeploy.tunnel.control.TunnelStatus;
import org.stretchdeploy.tunnel.internal.testkit.FlowFrames;
import org.stretchdeploy.tunnel.internal.testkit.FlowFrames.Flow;

/**
 * Frames that wait in a port are put together for the way; a kernel takes them apart: every byte of every frame is what was sent, in the
 * order in which it was sent. Needs root.
 */
class CoalescedFramesLabIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int FRAMES = 40;
    private static final int PCAP_HEADER = 24;
    private static final int PCAP_RECORD = 16;

    @TempDir
    Path folder;

    private TwoEdgesLab lab;
    private RawFrames raw;

    @BeforeEach
    void twoEdges() throws Exception {
        lab = new TwoEdgesLab(folder, Duration.ofHours(1));
        raw = new RawFrames(lab);
        for (String agent : List.of("ea", "eb")) {
            lab.prepare(agent, lab.service().enrol(agent, null));
            lab.startAgent(agent);
        }
        // What leaves the edge is what a wire would carry: cut, and with its checksums.
        lab.in("eb", "ethtool -K leg tso off gso off tx off");
    }

    @AfterEach
    void takeDown() throws Exception {
        lab.close();
    }

    private void configure(Transport transport) {
        lab.stretch(transport);
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(List.of("ea", "eb"))
                .allSatisfy(agent -> {
                    assertThat(network(agent)).matches(NetworkStatus::forwards);
                    assertThat(tunnel(agent).transport().used()).isEqualTo(transport);
                }));
    }

    private TunnelStatus tunnel(String agent) {
        return lab.service().status(agent).orElseThrow().report().tunnel("tun1").orElseThrow();
    }

    private NetworkStatus network(String agent) {
        return lab.service()
                .status(agent)
                .orElseThrow()
                .report()
                .network("net1")
                .orElseThrow();
    }

    private static List<Flow> flows() {
        List<Flow> flows = new ArrayList<>();
        for (int tags = 0; tags <= 2; tags++) {
            for (int kind = 0; kind < 4; kind++) {
                flows.add(new Flow((kind & 1) != 0, (kind & 2) != 0, tags, false, 9000 + flows.size()));
            }
        }
        return flows;
    }

    /** Some of one size, then one that is shorter. */
    private static byte[][] frames(Flow flow) {
        Random random = new Random(flow.port());
        int each = 16 + random.nextInt(1300);
        byte[][] frames = new byte[FRAMES][];
        int sequence = 1;
        for (int i = 0; i < FRAMES; i++) {
            byte[] payload = new byte[i == FRAMES - 1 ? each / 2 : each];
            random.nextBytes(payload);
            byte[] frame = FlowFrames.frame(flow, i, sequence, i == FRAMES - 1 ? ACK | PUSH : ACK, payload);
            frames[i] = Arrays.copyOfRange(frame, FlowFrames.VIRTIO, frame.length);
            sequence += payload.length;
        }
        return frames;
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS", "DATAGRAM"})
    void everyFrameComesOutAsItWasSent(Transport transport) throws Exception {
        configure(transport);
        // What kernels can cut is told with the networks and looked at once a second.
        await().atMost(PATIENCE).until(() -> coalesces(transport));
    }

    private boolean coalesces(Transport transport) throws IOException, InterruptedException {
        Path capture = lab.file("arrived.pcap");
        Process tcpdump =
                lab.startIn("h2", "tcpdump -U -i eth0 -w " + capture + " ether src 02:00:00:00:00:02", "tcpdump.log");
        await().atMost(PATIENCE)
                .until(() -> Files.readString(lab.file("tcpdump.log")).contains("listening"));
        long before = network("ea").outbound().frames();
        int sent = send();
        List<String> arrived = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            arrived.clear();
            arrived.addAll(captured(capture));
            return arrived.size() >= sent;
        });
        tcpdump.destroy();
        tcpdump.waitFor();
        for (Flow flow : flows()) {
            List<String> wanted =
                    Arrays.stream(frames(flow)).map(HexFormat.of()::formatHex).toList();
            assertThat(arrived.stream().filter(wanted::contains).toList())
                    .as("%s over %s", flow, transport)
                    .isEqualTo(wanted);
        }
        assertThat(arrived.size()).isEqualTo(sent);
        await().atMost(PATIENCE).until(() -> network("ea").outbound().frames() > before);
        return network("ea").outbound().frames() - before < sent / 10;
    }

    /** The agent is stopped meanwhile, so that all of them wait in its port. */
    private int send() throws IOException, InterruptedException {
        signal("STOP");
        try {
            for (Flow flow : flows()) {
                byte[][] frames = frames(flow);
                raw.sendSized("h1", frames[0].length, frames);
            }
        } finally {
            signal("CONT");
        }
        return FRAMES * flows().size();
    }

    private void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(lab.agent("ea").pid()))
                .start()
                .waitFor();
    }

    /** Whole frames only: the last may still be being written. */
    private static List<String> captured(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        ByteBuffer pcap = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<String> frames = new ArrayList<>();
        int at = PCAP_HEADER;
        while (at + PCAP_RECORD <= pcap.limit() && at + PCAP_RECORD + pcap.getInt(at + 8) <= pcap.limit()) {
            int bytes = pcap.getInt(at + 8);
            frames.add(HexFormat.of().formatHex(pcap.array(), at + PCAP_RECORD, at + PCAP_RECORD + bytes));
            at += PCAP_RECORD + bytes;
        }
        return frames;
    }
}
