package org.stretchdeploy.stretch.internal.sim;

import java.util.Optional;
import org.stretchdeploy.spi.memory.Fault;

/** What can happen at one writing call of a cloud: everything that the call itself may suffer, and everything else. */
enum Strike {
    FAIL_BEFORE(Fault.FAIL_BEFORE),
    FAIL_AFTER(Fault.FAIL_AFTER),
    LOSE_REPLY(Fault.LOSE_REPLY),
    TASK_FAILS(Fault.TASK_FAILS),
    SLOW(Fault.SLOW),
    DUPLICATE(Fault.DUPLICATE),
    /** The controller dies before the call reaches the cloud. */
    CRASH_BEFORE(null),
    /** The controller dies when the call has done its work, before it has written anything about it. */
    CRASH_AFTER(null),
    /** Somebody cancels while the call is on its way. */
    CANCEL(null),
    /** Somebody changes an edge or a vApp between our last look and the call. */
    EDIT(null);

    private final Fault fault;

    Strike(Fault fault) {
        this.fault = fault;
    }

    /** What the call itself suffers. */
    Optional<Fault> fault() {
        return Optional.ofNullable(fault);
    }
}
