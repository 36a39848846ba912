package org.stretchdeploy.api;

import java.time.Instant;
import java.util.List;

/**
 * Proof, measured by probes, that what answered before answers now.
 *
 * @param proven true when every flow that worked before works after
 */
public record ContinuityReport(Instant measuredAt, boolean proven, List<Flow> flows) {
    /**
     * @param name             for people, for instance {@code app (192.168.77.20) from the segment}
     * @param kind             {@code arp}, {@code tcp}, {@code http}, …
     * @param longestGapMillis longest time without an answer while it was watched, -1 when not watched
     * @param evidence         what the other side said about itself: its MAC address, boot count…
     */
    public record Flow(
            String name,
            String kind,
            boolean answeredBefore,
            boolean answersAfter,
            long longestGapMillis,
            String evidence) {}
}
