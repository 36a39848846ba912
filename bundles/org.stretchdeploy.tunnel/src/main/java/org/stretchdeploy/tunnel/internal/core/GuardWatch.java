package org.stretchdeploy.tunnel.internal.core;

import org.stretchdeploy.tunnel.internal.frame.MacAddress;

/**
 * Tells once a second what the guards of one network stopped since the second before: the frame path only counts. One
 * thread.
 */
final class GuardWatch {
    private final FrameGuard guard;
    private final Sightings sightings;
    private final Alarms alarms;
    private final TrafficMeter[] meters;
    private final long[][] seen = new long[2][DropReason.values().length];
    private long unlearned;

    GuardWatch(FrameGuard guard, Sightings sightings, Alarms alarms, TrafficMeter outbound, TrafficMeter inbound) {
        this.guard = guard;
        this.sightings = sightings;
        this.alarms = alarms;
        this.meters = new TrafficMeter[] {outbound, inbound};
    }

    void look(GuardPolicy policy, int nowSeconds) {
        for (int side = 0; side < meters.length; side++) {
            for (DropReason reason : DropReason.values()) {
                long total = meters[side].drops(reason);
                long fresh = total - seen[side][reason.ordinal()];
                seen[side][reason.ordinal()] = total;
                if (fresh > 0) {
                    dropped(policy, side, reason, fresh, nowSeconds);
                }
            }
        }
        long full = sightings.unlearned();
        if (full > unlearned) {
            alarms.raise(
                    Finding.TABLE_FULL,
                    "more machines than the forwarding table takes; their frames still cross",
                    full - unlearned,
                    nowSeconds);
            unlearned = full;
        }
    }

    private void dropped(GuardPolicy policy, int side, DropReason reason, long frames, int nowSeconds) {
        long mac = guard.offender(side, reason);
        boolean fromTarget = policy.target() == (side == ForwardingTable.LOCAL);
        String who = MacAddress.format(mac) + (side == ForwardingTable.LOCAL ? " on this side" : " on the peer's side");
        switch (reason) {
            case FENCED -> alarms.raise(Finding.FENCED_HEARD, who + " sends although it is fenced", frames, nowSeconds);
            case STORM ->
                alarms.raise(Finding.STORM, "too much broadcast or multicast, last from " + who, frames, nowSeconds);
            case OVERSIZED ->
                alarms.raise(Finding.OVERSIZED, who + " sends frames larger than the MTU allows", frames, nowSeconds);
            case MALFORMED -> alarms.raise(Finding.MALFORMED, "broken frames, last from " + who, frames, nowSeconds);
            case LINK_CONTROL ->
                alarms.raise(Finding.LINK_CONTROL, "spanning tree, LLDP or the like from " + who, frames, nowSeconds);
            default -> {
                // Questions to the target's own edge are kept from it every day; only who speaks for it is a finding.
                if (fromTarget) {
                    spoke(policy, mac, who, reason, frames, nowSeconds);
                }
            }
        }
    }

    private void spoke(GuardPolicy policy, long mac, String who, DropReason reason, long frames, int nowSeconds) {
        if (reason == DropReason.GATEWAY && mac != policy.localGatewayMac()) {
            alarms.raise(Finding.DUPLICATE_GATEWAY, who + " speaks as the stretched gateway", frames, nowSeconds);
        } else if (reason == DropReason.DHCP) {
            alarms.raise(Finding.FOREIGN_DHCP, who + " is a DHCP server at the target", frames, nowSeconds);
        } else if (reason == DropReason.ROUTER_ADVERTISEMENT) {
            alarms.raise(Finding.FOREIGN_ROUTER, who + " is an IPv6 router at the target", frames, nowSeconds);
        }
    }
}
