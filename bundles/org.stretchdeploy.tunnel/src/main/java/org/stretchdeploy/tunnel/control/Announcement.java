package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Objects;

/**
 * Tells switches where a machine now is, with RARP (RFC 903) and, when the address is known, gratuitous ARP (RFC 5944
 * section 4.6). The frames always leave on the side where the machine is <em>not</em>: sent towards the machine itself
 * they would teach the switches the wrong port.
 *
 * @param id done once per id
 * @param network the network's id
 * @param mac the machine's MAC address
 * @param ip its IPv4 address; null sends RARP only
 * @param home where the machine is, seen from this agent; null means {@link Home#LOCAL}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Announcement(String id, String network, String mac, String ip, Home home) {
    /** Where the announced machine is. */
    public enum Home {
        /** On this agent's own segment: announced through the tunnel to the other side. */
        LOCAL,
        /** Behind the tunnel: announced on this agent's own segment. */
        REMOTE
    }

    public Announcement {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(mac, "mac");
        home = home == null ? Home.LOCAL : home;
    }
}
