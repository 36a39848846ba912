package org.stretchdeploy.tunnel.internal.core;

import java.util.Locale;

/** Why a frame did not cross. */
public enum DropReason {
    /** Shorter than a header, a group sender, or a virtio-net header that makes no sense. */
    MALFORMED,
    /** Larger than the segment's MTU allows. */
    OVERSIZED,
    /** Spanning tree, LLDP, pause and the like: they describe one link and never cross. */
    LINK_CONTROL,
    /** From a machine that must not be heard from this side. */
    FENCED,
    /** From or to the gateway of the wrong side. */
    GATEWAY,
    /** DHCP of the wrong side. */
    DHCP,
    /** IPv6 router advertisement of the wrong side. */
    ROUTER_ADVERTISEMENT,
    /** More broadcast and multicast than the storm limit. */
    STORM,
    /** The network is not open here or at the peer. */
    NOT_OPEN,
    /** No connection to the peer, or it broke while sending. */
    NO_LINK,
    /** The kernel did not take the frame. */
    TAP_REFUSED,
    /** One of our own probes, or a frame to ourselves: meant for the agent, not for the peer. */
    OWN;

    private static final DropReason[] ALL = values();

    static DropReason of(int ordinal) {
        return ALL[ordinal];
    }

    /** The name in status documents and metrics. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
