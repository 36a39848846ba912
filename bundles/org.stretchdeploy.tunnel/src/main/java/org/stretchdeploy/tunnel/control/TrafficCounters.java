package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Map;
import java.util.TreeMap;

/**
 * Traffic of one direction since the agent started.
 *
 * @param bytes Ethernet bytes that crossed
 * @param frames frames that crossed; one super-frame of up to 64 KB counts as one
 * @param bum broadcast, unknown-unicast and multicast frames among them (group addresses only)
 * @param drops frames that did not cross, by reason
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrafficCounters(long bytes, long frames, long bum, Map<String, Long> drops) {
    /** Nothing yet. */
    public static final TrafficCounters ZERO = new TrafficCounters(0, 0, 0, Map.of());

    public TrafficCounters {
        drops = drops == null ? Map.of() : Map.copyOf(drops);
    }

    /** The sum of both. */
    public TrafficCounters plus(TrafficCounters other) {
        Map<String, Long> sum = new TreeMap<>(drops);
        other.drops.forEach((reason, count) -> sum.merge(reason, count, Long::sum));
        return new TrafficCounters(bytes + other.bytes, frames + other.frames, bum + other.bum, sum);
    }
}
