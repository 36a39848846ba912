package org.stretchdeploy.spi;

/** The adapter of one vendor; a DS service. */
public interface CloudVendor {
    /** Short lower-case name, for instance {@code vcd}; the same as the service property {@code stretch.vendor}. */
    String name();

    /**
     * Logs in.
     *
     * @throws CloudException DENIED for wrong credentials, TRANSIENT when the cloud cannot be reached, USER when it is
     *     no cloud of this vendor or its version is not supported
     */
    Cloud open(CloudAccount account);
}
