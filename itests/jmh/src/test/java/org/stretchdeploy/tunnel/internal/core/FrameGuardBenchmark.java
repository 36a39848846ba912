package org.stretchdeploy.tunnel.internal.core;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;
import org.stretchdeploy.tunnel.internal.testkit.TestFrames;

/** All guards and the decision for one frame, both directions, as the frame path asks them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameGuardBenchmark {
    private static final String HOST = "52:54:00:00:00:01";
    private static final String PEER = "52:54:00:00:00:02";

    @Param({"udp4", "tagged", "icmp6", "arp", "superframe"})
    public String frame;

    private FrameGuard guard;
    private GuardPolicy source;
    private GuardPolicy target;
    private ByteBuffer outbound;
    private ByteBuffer inbound;

    private static final class Own implements FrameGuard.OwnFrames {
        @Override
        public long mac() {
            return 0x0253_0000_0001L;
        }

        @Override
        public void loopProbe(ByteBuffer buffer, int at) {
            throw new IllegalStateException("not in this benchmark");
        }

        @Override
        public void arp(ByteBuffer buffer, int arpAt) {
            throw new IllegalStateException("not in this benchmark");
        }

        @Override
        public void ipv4(ByteBuffer buffer, int at, int ip, int end) {
            throw new IllegalStateException("not in this benchmark");
        }

        @Override
        public boolean asksForUs(ByteBuffer buffer, int arpAt, boolean local) {
            return false;
        }
    }

    @Setup
    public void make() {
        guard = new FrameGuard(new Sightings(new ForwardingTable(8192, 300), new Alarms("n")), new Own());
        source = policy(NetworkSide.SOURCE);
        target = policy(NetworkSide.TARGET);
        outbound = frame(PEER, HOST);
        inbound = frame(HOST, PEER);
        if (outbound() != FrameGuard.PASS || inbound() != FrameGuard.PASS) {
            throw new IllegalStateException("the frame does not pass");
        }
    }

    private static GuardPolicy policy(NetworkSide side) {
        return GuardPolicy.of(
                new NetworkConfig(
                        "n",
                        HOST,
                        side,
                        "10.0.0.254",
                        "52:54:00:00:00:fe",
                        "10.0.0.253",
                        List.of("52:54:00:00:00:66"),
                        0),
                1500);
    }

    private ByteBuffer frame(String to, String from) {
        return switch (frame) {
            case "udp4" -> TestFrames.withHeader(TestFrames.udp(to, from, 1000, 2000));
            case "tagged" -> TestFrames.withHeader(TestFrames.tagged(TestFrames.udp(to, from, 1000, 2000), 5));
            case "icmp6" -> TestFrames.withHeader(TestFrames.icmp6(to, from, 128));
            case "arp" -> TestFrames.withHeader(TestFrames.arp(2, to, from, "10.0.0.1", "10.0.0.2"));
            case "superframe" -> TestFrames.superFrame(to, from, 1, 1448, 60_000, false);
            default -> throw new IllegalArgumentException(frame);
        };
    }

    @Benchmark
    public int outbound() {
        return guard.outbound(source, outbound, 0, outbound.limit(), 1);
    }

    @Benchmark
    public int inbound() {
        return guard.inbound(target, inbound, 0, inbound.limit(), 1);
    }

    /** The header alone. */
    @Benchmark
    public boolean virtioNetHeader() {
        return VirtioNetHeader.isValid(outbound, 0, outbound.limit() - VirtioNetHeader.BYTES)
                && !VirtioNetHeader.isSuperFrame(inbound, 0);
    }
}
