package org.stretchdeploy.workflow;

import java.time.Instant;

/**
 * How far the current step is.
 *
 * @param stepId row id
 * @param done how much is done
 * @param total how much there is, 0 when unknown
 * @param unit for instance {@code "bytes"}
 * @param text one short line
 * @param at when this was told
 */
public record Progress(String stepId, long done, long total, String unit, String text, Instant at) {

    /** Whether another report tells nothing new but its time. */
    public boolean sameAs(Progress other) {
        return stepId.equals(other.stepId)
                && done == other.done
                && total == other.total
                && unit.equals(other.unit)
                && text.equals(other.text);
    }
}
