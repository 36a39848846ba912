package org.stretchdeploy.tunnel.internal.datagram;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/**
 * Seals the records of one lane under one key with AES-256-GCM. One thread at a time. A key seals at most {@link
 * #LIMIT} records (RFC 8446 section 5.5); new keys are asked for long before.
 *
 * <pre>
 *   0                4                          12                       12+n          28+n
 *   +----------------+--------+-----------------+------------------------+-------------+
 *   | receiver index |  lane  |  record number  |  sealed, n bytes       |  tag        |
 *   +----------------+--------+-----------------+------------------------+-------------+
 * </pre>
 */
final class Sealer {
    static final int HEADER_BYTES = 12;
    static final int TAG_BYTES = 16;
    static final int OVERHEAD_BYTES = HEADER_BYTES + TAG_BYTES;
    static final int LANE_SHIFT = 56;
    /** 2^24.5 */
    static final long LIMIT = 23_726_566;
    /** Records after which new keys are wanted. */
    static final long RENEW = LIMIT / 2;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final int index;
    private final long laneBits;
    private final LaneKey key;
    private final RecordNonce nonce;
    private final Cipher cipher;
    private long next;

    Sealer(int index, int lane, LaneKey key) {
        this.index = index;
        this.laneBits = (long) lane << LANE_SHIFT;
        this.key = key;
        this.nonce = new RecordNonce(key.iv());
        this.cipher = newCipher();
    }

    static Cipher newCipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }

    /** Records sealed so far. */
    long sealed() {
        return next;
    }

    /**
     * Seals one record.
     *
     * @return bytes written, {@link #OVERHEAD_BYTES} more than it took
     * @throws GeneralSecurityException when the key has sealed all it may
     */
    int seal(byte[] plain, int bytes, byte[] into, int at) throws GeneralSecurityException {
        if (next >= LIMIT) {
            throw new GeneralSecurityException("the key has sealed all it may");
        }
        long number = laneBits | next++;
        INTS.set(into, at, index);
        LONGS.set(into, at + 4, number);
        cipher.init(Cipher.ENCRYPT_MODE, key.key(), nonce.of(number));
        cipher.updateAAD(into, at, HEADER_BYTES);
        return HEADER_BYTES + cipher.doFinal(plain, 0, bytes, into, at + HEADER_BYTES);
    }

    static int indexOf(byte[] record, int at) {
        return (int) INTS.get(record, at);
    }

    static long numberOf(byte[] record, int at) {
        return (long) LONGS.get(record, at + 4);
    }
}
