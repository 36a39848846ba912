package org.stretchdeploy.tunnel.internal.core;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which machine said last that an IP address is its own, and on which side. A fixed number of places: an address that
 * finds none pushes the first one out. Any thread; neither locks nor allocates. Two threads that race may lose one
 * claim, which the next one repairs.
 */
final class AddressClaims {
    /** Nobody else claims the address, or the claim is too old to matter. */
    static final long UNDISPUTED = -1;

    private static final int PLACES = 8192;
    private static final int PROBES = 8;
    private static final int KEEP_SECONDS = 180;
    private static final int SECONDS_MASK = 0x7fff;
    private static final long MAC_MASK = 0xffff_ffff_ffffL;

    private final AtomicLongArray keys = new AtomicLongArray(PLACES);
    private final AtomicLongArray claims = new AtomicLongArray(PLACES);

    /**
     * Notes a claim.
     *
     * @param address an IPv4 address or a hash of an IPv6 address, not 0
     * @return the MAC address of the machine at the other side that claims it too, or {@link #UNDISPUTED}
     */
    long claim(long address, long mac, int side, int nowSeconds) {
        long fresh = (mac & MAC_MASK) << 16 | (long) side << 15 | nowSeconds & SECONDS_MASK;
        int start = (int) (address * 0x9e37_79b9_7f4a_7c15L >>> 40);
        for (int i = 0; i < PROBES; i++) {
            int place = start + i & PLACES - 1;
            long key = keys.getOpaque(place);
            if (key == address) {
                long before = claims.getOpaque(place);
                claims.setOpaque(place, fresh);
                return disputed(before, mac, side, nowSeconds) ? before >>> 16 : UNDISPUTED;
            }
            if (key == 0) {
                claims.setOpaque(place, fresh);
                keys.setOpaque(place, address);
                return UNDISPUTED;
            }
        }
        claims.setOpaque(start & PLACES - 1, fresh);
        keys.setOpaque(start & PLACES - 1, address);
        return UNDISPUTED;
    }

    private static boolean disputed(long before, long mac, int side, int nowSeconds) {
        int age = nowSeconds - (int) before & SECONDS_MASK;
        return before >>> 16 != mac && (before >>> 15 & 1) != side && age <= KEEP_SECONDS;
    }
}
