package org.stretchdeploy.tunnel.internal.core;

import java.util.Random;
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

/** The forwarding table with 1 to 100,000 machines, asked in random order. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ForwardingTableBenchmark {
    private static final int ORDER = 1 << 16;

    @Param({"1", "100", "1000", "10000", "100000"})
    public int machines;

    private final long[] order = new long[ORDER];
    private ForwardingTable table;
    private int next;
    private int second = 1;

    /** Machines of one vendor: their addresses differ in the low bits only, as they do in a real cloud. */
    @Setup
    public void fill() {
        table = new ForwardingTable(131_072, 300);
        Random random = new Random(1);
        for (int i = 0; i < machines; i++) {
            table.learn(0x5254_0000_0000L + i, i & 1, 1);
        }
        for (int i = 0; i < ORDER; i++) {
            order[i] = 0x5254_0000_0000L + random.nextInt(machines);
        }
    }

    private long mac() {
        next = next + 1 & ORDER - 1;
        return order[next];
    }

    /** Where is a known machine? */
    @Benchmark
    public int lookup() {
        return table.side(mac());
    }

    /** Where is a machine that nobody has heard? */
    @Benchmark
    public int lookupUnknown() {
        return table.side(mac() | 1L << 40);
    }

    /** A known machine is heard again within the same second. */
    @Benchmark
    public int learnKnown() {
        long mac = mac();
        return table.learn(mac, (int) mac & 1, 1);
    }

    /** A known machine is heard again, in another second each time: its entry is written. */
    @Benchmark
    public int learnFresh() {
        long mac = mac();
        second = second + 1 & 0xffff;
        return table.learn(mac, (int) mac & 1, second);
    }
}
