package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an agent tells its controller.
 *
 * @param agent id
 * @param software version of the agent
 * @param time of the report, the agent's clock
 * @param started when the agent process started
 * @param appliedVersion {@link DesiredState#version()} in force
 * @param tunnels per tunnel
 * @param announcementsDone ids of announcements that were made
 * @param probeResults results of probes still wanted
 * @param problems configuration that could not be applied, for people
 * @param certificateNotAfter end of the agent's certificate, null before enrolment
 * @param certificateNotBefore its beginning, null before enrolment or from an older agent
 * @param process the agent's process, null from an older agent
 * @param services results of services still wanted, null from an older agent, which cannot ask for them
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StatusReport(
        String agent,
        String software,
        Instant time,
        Instant started,
        long appliedVersion,
        List<TunnelStatus> tunnels,
        List<String> announcementsDone,
        List<ProbeResult> probeResults,
        List<String> problems,
        Instant certificateNotAfter,
        Instant certificateNotBefore,
        ProcessStatus process,
        List<ServiceResult> services) {
    public StatusReport {
        tunnels = tunnels == null ? List.of() : List.copyOf(tunnels);
        announcementsDone = announcementsDone == null ? List.of() : List.copyOf(announcementsDone);
        probeResults = probeResults == null ? List.of() : List.copyOf(probeResults);
        problems = problems == null ? List.of() : List.copyOf(problems);
        services = services == null ? null : List.copyOf(services);
    }

    /** The tunnel with this id. */
    public Optional<TunnelStatus> tunnel(String id) {
        return tunnels.stream().filter(tunnel -> tunnel.id().equals(id)).findFirst();
    }

    /** The network with this id, in whichever tunnel. */
    public Optional<NetworkStatus> network(String id) {
        return tunnels.stream()
                .flatMap(tunnel -> tunnel.networks().stream())
                .filter(network -> network.id().equals(id))
                .findFirst();
    }

    /** The result of the probe with this id. */
    public Optional<ProbeResult> probe(String id) {
        return probeResults.stream().filter(result -> result.id().equals(id)).findFirst();
    }
}
