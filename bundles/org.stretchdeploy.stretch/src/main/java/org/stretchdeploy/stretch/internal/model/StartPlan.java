package org.stretchdeploy.stretch.internal.model;

import org.stretchdeploy.spi.VApp;

/**
 * What the vApp's start section says of one machine besides its order.
 *
 * @param startAction     the cloud's word; {@code none}: it was started by hand, so nobody waits for it
 * @param delaySeconds    time until the machines of the next order are started
 * @param waitingForGuest the guest's first answer ends that time
 */
public record StartPlan(
        String startAction, int delaySeconds, boolean waitingForGuest, String stopAction, int stopDelaySeconds) {
    public static StartPlan of(VApp.Startup entry) {
        return new StartPlan(
                entry.startAction(),
                Math.max(0, entry.startDelaySeconds()),
                entry.waitingForGuest(),
                entry.stopAction(),
                entry.stopDelaySeconds());
    }

    /** The entry of a start section that says this of a machine. */
    public VApp.Startup entry(String vm, int order) {
        return new VApp.Startup(vm, order, startAction, delaySeconds, stopAction, stopDelaySeconds, waitingForGuest);
    }

    public boolean byHand() {
        return startAction.equalsIgnoreCase("none");
    }
}
