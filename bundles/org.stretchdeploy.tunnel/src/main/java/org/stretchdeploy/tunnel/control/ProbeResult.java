package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * What a probe found.
 *
 * @param id of the request
 * @param kind of the request
 * @param network of the request
 * @param target of the request
 * @param size of the request
 * @param sent probes sent
 * @param received probes answered
 * @param answers who answered (ARP kinds), each machine once
 * @param rttMicros median round trip in microseconds, 0 when nothing came back
 * @param bitsPerSecond estimate of what crosses in both directions at once ({@link ProbeKind#THROUGHPUT}), else 0
 * @param reason empty, or why the probe could not be made
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ProbeResult(
        String id,
        ProbeKind kind,
        String network,
        String target,
        int size,
        int sent,
        int received,
        List<Answer> answers,
        long rttMicros,
        long bitsPerSecond,
        String reason) {
    /**
     * One machine's answer.
     *
     * @param mac who
     * @param home on which side, seen from the agent that was asked
     * @param micros how long it took on that segment
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Answer(String mac, Announcement.Home home, long micros) {}

    public ProbeResult {
        answers = answers == null ? List.of() : List.copyOf(answers);
        reason = reason == null ? "" : reason;
    }
}
