package org.stretchdeploy.stretch.internal.sim;

import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.stretchdeploy.spi.memory.Fault;
import org.stretchdeploy.spi.memory.FaultPlan;
import org.stretchdeploy.spi.memory.RecordedCall;

/**
 * Decides about every writing call of both clouds: the given strikes at the calls of given numbers, and others at random,
 * but only so often in all that retries win in the end.
 */
final class Faults implements FaultPlan {
    private static final Fault[] KINDS = {
        Fault.FAIL_BEFORE, Fault.FAIL_AFTER, Fault.LOSE_REPLY, Fault.TASK_FAILS, Fault.SLOW, Fault.DUPLICATE
    };

    private final Random random;
    private final StringBuilder story;
    private final Trace trace;
    private Consumer<Strike> events = strike -> {};
    private Map<Integer, Strike> strikes = Map.of();
    private int perMille;
    private int left;
    private int calls;
    private int hits;

    Faults(Random random, StringBuilder story, Trace trace) {
        this.random = random;
        this.story = story;
        this.trace = trace;
    }

    /** Who carries out what is not the cloud's. */
    void events(Consumer<Strike> listener) {
        events = listener;
    }

    /** What happens to the operation that begins now; its calls are counted from 1. */
    void begin(Trouble trouble) {
        strikes = trouble.strikes();
        left = trouble.faults();
        perMille = trouble.perMille();
        calls = 0;
        hits = 0;
    }

    void end() {
        strikes = Map.of();
        left = 0;
    }

    /** Writing calls since the operation began. */
    int calls() {
        return calls;
    }

    /** How many of the given strikes found their call. */
    int hits() {
        return hits;
    }

    @Override
    public Fault at(RecordedCall call) {
        calls++;
        trace.add(call.cloud(), call.operation(), call.target());
        Strike strike = strikes.get(calls);
        if (strike != null) {
            hits++;
            story.append("  strike ").append(strike).append(" at ").append(call).append('\n');
            Optional<Fault> fault = strike.fault();
            if (fault.isEmpty()) {
                events.accept(strike);
            }
            return fault.orElse(Fault.NONE);
        }
        if (left == 0 || random.nextInt(1000) >= perMille) {
            return Fault.NONE;
        }
        left--;
        Fault fault = KINDS[random.nextInt(KINDS.length)];
        story.append("  fault ").append(fault).append(" at ").append(call).append('\n');
        return fault;
    }
}
