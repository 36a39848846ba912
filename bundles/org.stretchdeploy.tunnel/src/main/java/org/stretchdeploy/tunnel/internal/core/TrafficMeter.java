package org.stretchdeploy.tunnel.internal.core;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.stretchdeploy.tunnel.control.TrafficCounters;

/** Counts one direction of one network. Any thread; neither locks nor allocates. */
final class TrafficMeter {
    private final LongAdder bytes = new LongAdder();
    private final LongAdder frames = new LongAdder();
    private final LongAdder bum = new LongAdder();
    private final LongAdder[] drops = new LongAdder[DropReason.values().length];

    TrafficMeter() {
        for (int i = 0; i < drops.length; i++) {
            drops[i] = new LongAdder();
        }
    }

    void passed(int frameBytes, boolean group) {
        bytes.add(frameBytes);
        frames.increment();
        if (group) {
            bum.increment();
        }
    }

    /** A batch that crossed. */
    void passed(long batchBytes, int batchFrames, int groupFrames) {
        bytes.add(batchBytes);
        frames.add(batchFrames);
        bum.add(groupFrames);
    }

    void dropped(int reason) {
        drops[reason].increment();
    }

    /** Frames of a batch that did not cross, by reason. */
    void dropped(int[] byReason) {
        for (int i = 0; i < byReason.length; i++) {
            if (byReason[i] > 0) {
                drops[i].add(byReason[i]);
            }
        }
    }

    long drops(DropReason reason) {
        return drops[reason.ordinal()].sum();
    }

    TrafficCounters snapshot() {
        Map<String, Long> byReason = new TreeMap<>();
        for (DropReason reason : DropReason.values()) {
            long count = drops(reason);
            if (count > 0) {
                byReason.put(reason.key(), count);
            }
        }
        return new TrafficCounters(bytes.sum(), frames.sum(), bum.sum(), byReason);
    }
}
