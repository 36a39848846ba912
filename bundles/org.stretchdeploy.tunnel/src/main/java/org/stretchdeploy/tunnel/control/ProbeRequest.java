package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Objects;

/**
 * One measurement.
 *
 * @param id made once per id
 * @param kind what to measure
 * @param network the network's id
 * @param target IPv4 address, for the ARP kinds
 * @param size Ethernet frame bytes, for {@link ProbeKind#ECHO}; 0 means 1514
 * @param count how many; 0 means 3, at most 100
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ProbeRequest(String id, ProbeKind kind, String network, String target, int size, int count) {
    public ProbeRequest {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(network, "network");
        size = size <= 0 ? 1514 : Math.min(size, 65_000);
        count = count <= 0 ? 3 : Math.min(count, 100);
    }

    /** An ARP probe of one address. */
    public static ProbeRequest arp(String id, ProbeKind kind, String network, String address) {
        return new ProbeRequest(id, kind, network, address, 0, 0);
    }

    /** Test frames of one size. */
    public static ProbeRequest echo(String id, String network, int size, int count) {
        return new ProbeRequest(id, ProbeKind.ECHO, network, null, size, count);
    }

    /** An estimate of the throughput. */
    public static ProbeRequest throughput(String id, String network) {
        return new ProbeRequest(id, ProbeKind.THROUGHPUT, network, null, 0, 0);
    }
}
