package org.stretchdeploy.tunnel.internal.core;

import java.util.Locale;

/** What a guard can notice. Each has a counter in the status, an event in the log and, mostly, an alarm. */
enum Finding {
    /** A marked frame came back: the segments are connected beside the tunnel. */
    LOOP(true),
    /** Somebody at the target speaks as the stretched gateway. */
    DUPLICATE_GATEWAY(true),
    /** A DHCP or DHCPv6 server at the target. */
    FOREIGN_DHCP(true),
    /** An IPv6 router at the target. */
    FOREIGN_ROUTER(true),
    /** The same MAC address sends from both sides within seconds. */
    DUPLICATE_MAC(true),
    /** A MAC address moves to and fro (RFC 7432 section 15.1). */
    MAC_FLAPPING(true),
    /** Different machines at both ends claim one IP address. */
    DUPLICATE_IP(true),
    /** A fenced machine still sends. */
    FENCED_HEARD(true),
    /** More broadcast or multicast than the storm limit. */
    STORM(true),
    /** More machines than the forwarding table takes. */
    TABLE_FULL(true),
    /** Frames larger than the segment's MTU. */
    OVERSIZED(true),
    /** Frames that are none. */
    MALFORMED(true),
    /** Spanning tree, LLDP and the like were kept from crossing: ordinary, so no alarm. */
    LINK_CONTROL(false),
    /** Another edge agent stretches this segment. */
    OTHER_EDGE(true),
    /** Two stretched networks of this edge are connected. */
    JOINED_SEGMENTS(true),
    /** An end that is to have two agents has one. */
    NO_STANDBY(true);

    private final boolean alarm;

    Finding(boolean alarm) {
        this.alarm = alarm;
    }

    /** True when a person should see it. */
    boolean isAlarm() {
        return alarm;
    }

    /** The name in status documents, logs and metrics. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
