package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * The agent's process and its host's TCP, as the kernel counts them.
 *
 * @param residentBytes memory of the process that is in RAM, 0 when the kernel does not say
 * @param heapBytes Java heap in use
 * @param segmentsSent TCP segments sent in the agent's network namespace since it exists; next to nothing but the tunnel
 *     sends there
 * @param segmentsResent those sent again because they were lost or late
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ProcessStatus(long residentBytes, long heapBytes, long segmentsSent, long segmentsResent) {}
