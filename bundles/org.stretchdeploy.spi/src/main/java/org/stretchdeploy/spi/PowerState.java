package org.stretchdeploy.spi;

/** Whether a VM or vApp runs. */
public enum PowerState {
    ON,
    /** Off, nothing held on a host. */
    OFF,
    /** Off for the guest, but still deployed: has to be undeployed before it is moved, captured or deleted. */
    OFF_DEPLOYED,
    SUSPENDED,
    /** A vApp whose VMs differ. */
    MIXED,
    /** Being made, or failed to be made. */
    UNRESOLVED
}
