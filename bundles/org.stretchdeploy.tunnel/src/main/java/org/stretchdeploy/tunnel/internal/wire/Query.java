package org.stretchdeploy.tunnel.internal.wire;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Asks the peer to make an ARP probe on its segment.
 *
 * @param id comes back in the answer
 * @param network the network's id
 * @param address IPv4 address
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Query(long id, String network, String address) {}
