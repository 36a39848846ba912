package org.stretchdeploy.director.linux.internal;

import org.stretchdeploy.director.host.Host.StopMode;
import org.stretchdeploy.director.host.VmSpec;

/** One way to play a VM. Calls for one VM are serialised by the caller. */
interface Runner {

    /** Starts the VM; on failure nothing of it is left. */
    RunRecord start(VmSpec vm);

    /** Ends the VM and removes everything but its disks; also used to tidy up after one that ended by itself. */
    void stop(RunRecord run, StopMode mode);

    /** Whether the VM is on. */
    boolean alive(RunRecord run);

    /** Brings links and networks of the NICs to the given value. */
    void updateNics(RunRecord run, VmSpec vm);

    /** Does something while the VM's disks do not change. */
    default void whilePaused(RunRecord run, Runnable work) {
        work.run();
    }

    /** Called now and then for a VM that is on; may return a changed record. */
    default RunRecord tend(RunRecord run) {
        return run;
    }
}
