package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * Everything one agent shall do. It is a whole, never a difference: what is not in it is taken down.
 *
 * @param version grows with every change; the agent reports the one it has applied
 * @param tunnels the tunnels of this edge
 * @param announcements MAC announcements to make, each once per id
 * @param probes measurements to make, each once per id
 * @param services machines to ask whether they serve, each once per id; an older agent does not know them
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DesiredState(
        long version,
        List<TunnelConfig> tunnels,
        List<Announcement> announcements,
        List<ProbeRequest> probes,
        List<ServiceRequest> services) {
    /** Nothing wanted. */
    public static final DesiredState EMPTY = new DesiredState(0, List.of(), List.of(), List.of());

    public DesiredState {
        tunnels = tunnels == null ? List.of() : List.copyOf(tunnels);
        announcements = announcements == null ? List.of() : List.copyOf(announcements);
        probes = probes == null ? List.of() : List.copyOf(probes);
        services = services == null ? List.of() : List.copyOf(services);
    }

    /** Nobody is asked whether he serves. */
    public DesiredState(
            long version, List<TunnelConfig> tunnels, List<Announcement> announcements, List<ProbeRequest> probes) {
        this(version, tunnels, announcements, probes, List.of());
    }
}
