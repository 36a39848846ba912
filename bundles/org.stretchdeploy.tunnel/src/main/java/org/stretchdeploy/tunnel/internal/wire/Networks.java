package org.stretchdeploy.tunnel.internal.wire;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * The sender's networks; replaces what it said before.
 *
 * @param networks at most {@link Wire#MAX_NETWORKS}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Networks(List<Entry> networks) {
    /**
     * One network.
     *
     * @param number what the sender puts into message headers
     * @param id what both ends call it
     * @param open whether the sender takes frames
     * @param mtu largest layer-3 size on the sender's segment
     * @param reason why not open
     * @param udpSuperFrames whether the sender's kernel takes super-frames of UDP datagrams (Linux 6.2); absent means no
     * @param blocked whether the sender keeps it closed because a guard or a proof says so; absent means no
     * @param proven whether it was open at both ends and neither was blocked since: another agent of the receiver's end may
     *     open it without proofs; absent means no
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Entry(
            int number,
            String id,
            boolean open,
            int mtu,
            String reason,
            boolean udpSuperFrames,
            boolean blocked,
            boolean proven) {}

    public Networks {
        networks = networks == null ? List.of() : List.copyOf(networks);
    }
}
