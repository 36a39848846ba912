package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Objects;

/**
 * A question to one machine of the agent's own segment whether it serves (ADR 0034). The agent has no address there: while it
 * asks, it takes the first of {@code from} that nobody answers for.
 *
 * @param id asked once per id
 * @param network the network's id
 * @param address IPv4 address of the machine
 * @param mac its MAC address; what another one says is no answer
 * @param port TCP port, 1 to 65535; 0 asks with an ICMP echo request
 * @param from free IPv4 addresses of the segment, at most {@link #MOST_FROM} are tried
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ServiceRequest(String id, String network, String address, String mac, int port, List<String> from) {
    /** Addresses that are tried. */
    public static final int MOST_FROM = 4;

    public ServiceRequest {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(network, "network");
        from = from == null ? List.of() : List.copyOf(from);
    }
}
