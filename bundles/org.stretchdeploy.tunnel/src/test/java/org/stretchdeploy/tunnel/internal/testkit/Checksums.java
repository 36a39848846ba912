package org.stretchdeploy.tunnel.internal.testkit;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The internet checksum by another computation than the product's: the number that the words make, modulo 65535. */
public final class Checksums {
    private static final BigInteger WORDS = BigInteger.valueOf(0xffff);

    private Checksums() {}

    /** What the sum of the 16-bit words is congruent to; 2^16 is 1 modulo 65535, so the whole number is. */
    public static BigInteger sum(byte[] bytes) {
        return new BigInteger(1, Arrays.copyOf(bytes, bytes.length + bytes.length % 2));
    }

    /** The checksum of a sum: its one's complement, where only nothing at all sums up to 0 rather than 65535. */
    public static int complement(BigInteger sum) {
        int rest = sum.mod(WORDS).intValue();
        return sum.signum() != 0 && rest == 0 ? 0 : 0xffff - rest;
    }

    public static int of(byte[] bytes) {
        return complement(sum(bytes));
    }

    /** Of the TCP segment of a frame, with its pseudo header; 0 when the one that it has is right. */
    public static int ofTcp(byte[] frame, int ip, int end) {
        int transport = ip + (frame[ip] & 15) * 4;
        byte[] segment = Arrays.copyOfRange(frame, transport, end);
        ByteBuffer pseudo = ByteBuffer.allocate(12 + segment.length);
        pseudo.put(frame, ip + 12, 8)
                .putShort((short) 6)
                .putShort((short) segment.length)
                .put(segment);
        return of(pseudo.array());
    }
}
