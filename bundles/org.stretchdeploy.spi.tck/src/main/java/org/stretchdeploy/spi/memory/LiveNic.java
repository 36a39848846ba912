package org.stretchdeploy.spi.memory;

import java.util.Optional;

/**
 * A connected NIC of a running VM: what could send frames now.
 *
 * @param network name of the vApp network
 * @param segment the layer-2 segment: vApp networks that are bridged to one organization network share it
 */
public record LiveNic(
        String cloud, String vApp, String vm, String network, String segment, String mac, Optional<String> address) {}
