package org.stretchdeploy.tunnel.internal.frame;

import java.util.regex.Pattern;

/** A 48-bit MAC address as the lower bits of a long, so that the frame path allocates nothing. */
public final class MacAddress {
    /** The broadcast address. */
    public static final long BROADCAST = 0xffff_ffff_ffffL;

    private static final long GROUP_BIT = 1L << 40;
    private static final Pattern TEXT = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");

    private MacAddress() {}

    /**
     * Reads {@code 52:54:00:12:34:56}.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static long parse(String text) {
        if (text == null || !TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("not a MAC address: " + text);
        }
        return Long.parseLong(text.replace(":", ""), 16);
    }

    /** Writes {@code 52:54:00:12:34:56}. */
    public static String format(long mac) {
        StringBuilder text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            int octet = (int) (mac >>> shift) & 0xff;
            text.append(Character.forDigit(octet >>> 4, 16)).append(Character.forDigit(octet & 15, 16));
            if (shift > 0) {
                text.append(':');
            }
        }
        return text.toString();
    }

    /** True for broadcast and multicast. */
    public static boolean isGroup(long mac) {
        return (mac & GROUP_BIT) != 0;
    }
}
