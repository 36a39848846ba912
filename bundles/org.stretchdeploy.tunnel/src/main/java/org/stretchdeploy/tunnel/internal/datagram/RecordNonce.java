package org.stretchdeploy.tunnel.internal.datagram;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The nonce of one record after the other without allocating for each. Two arrays take turns, because a cipher may keep
 * the array of before to see that no nonce is used twice. One thread at a time.
 */
final class RecordNonce extends GCMParameterSpec {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int TAG_BITS = 128;

    private final long fixedTail;
    private final byte[] even;
    private final byte[] odd;
    private byte[] current;

    RecordNonce(byte[] iv) {
        super(TAG_BITS, iv);
        this.even = iv.clone();
        this.odd = iv.clone();
        this.current = even;
        this.fixedTail = (long) LONGS.get(iv, 4);
    }

    /** For the record with this number; every number at most once with one key. */
    RecordNonce of(long number) {
        byte[] next = current == even ? odd : even;
        LONGS.set(next, 4, fixedTail ^ number);
        current = next;
        return this;
    }

    @Override
    public byte[] getIV() {
        return current;
    }
}
