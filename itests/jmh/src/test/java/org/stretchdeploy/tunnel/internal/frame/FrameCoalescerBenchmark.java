package org.stretchdeploy.tunnel.internal.frame;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.stretchdeploy.tunnel.internal.testkit.FlowFrames;
import org.stretchdeploy.tunnel.internal.testkit.FlowFrames.Flow;

/** What a frame costs that is looked at for whether it can be put to the one before, its copy into the batch included. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameCoalescerBenchmark {
    private static final int FRAMES = 40;
    private static final int GAP = 8;

    /** Datagrams and segments that are one flow, with the checksum left out or complete; and two flows in turn, which are not joined. */
    @Param({"udp64-partial", "udp64", "tcp1448-partial", "tcp1448", "turns64"})
    public String frames;

    private final FrameCoalescer coalescer = new FrameCoalescer();
    private ByteBuffer sent;
    private ByteBuffer batch;
    private int bytes;

    @Setup
    public void make() {
        boolean udp = !frames.startsWith("tcp");
        byte[] payload = new byte[udp ? 64 : 1448];
        for (int i = 0; i < FRAMES; i++) {
            int port = frames.startsWith("turns") ? 80 + i % 2 : 80;
            Flow flow = new Flow(false, udp, 0, frames.endsWith("partial"), port);
            byte[] frame = FlowFrames.frame(flow, i, i * payload.length, FlowFrames.ACK, payload);
            bytes = frame.length;
            sent = i == 0 ? ByteBuffer.allocateDirect(FRAMES * bytes) : sent;
            sent.put(i * bytes, frame);
        }
        batch = ByteBuffer.allocateDirect(FRAMES * (bytes + GAP));
    }

    /** @return how many messages they became */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public int append() {
        int at = GAP;
        int messages = 0;
        for (int i = 0; i < FRAMES; i++) {
            batch.put(at, sent, i * bytes, bytes);
            if (coalescer.append(batch, at, at + bytes, true)) {
                at = coalescer.end() + GAP;
            } else {
                at += bytes + GAP;
                messages++;
            }
        }
        coalescer.finish();
        return messages;
    }
}
