package org.stretchdeploy.stretch.internal.sim;

import java.util.Random;
import org.stretchdeploy.spi.memory.Fault;
import org.stretchdeploy.spi.memory.FaultPlan;
import org.stretchdeploy.spi.memory.RecordedCall;

/** Spoils writing calls at random, but only so often in all, so that retries win in the end. One object for both clouds. */
final class Faults implements FaultPlan {
    private static final Fault[] KINDS = {
        Fault.FAIL_BEFORE, Fault.FAIL_AFTER, Fault.LOSE_REPLY, Fault.TASK_FAILS, Fault.SLOW, Fault.DUPLICATE
    };

    private final Random random;
    private final StringBuilder story;
    private int perMille;
    private int left;

    Faults(Random random, StringBuilder story) {
        this.random = random;
        this.story = story;
    }

    /** From now on so many faults at most, each writing call being spoiled with this probability. */
    void allow(int most, int newPerMille) {
        this.left = most;
        this.perMille = newPerMille;
    }

    @Override
    public Fault at(RecordedCall call) {
        if (left == 0 || random.nextInt(1000) >= perMille) {
            return Fault.NONE;
        }
        left--;
        Fault fault = KINDS[random.nextInt(KINDS.length)];
        story.append("  fault ").append(fault).append(" at ").append(call).append('\n');
        return fault;
    }
}
