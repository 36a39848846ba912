package org.stretchdeploy.tunnel.internal.datagram;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/**
 * Opens the records of one lane under one key, each at most once. One thread. What is not sealed with the key, was
 * changed, was seen before or is too old is refused without a word.
 */
final class Opener {
    /** Not what the peer sealed for us, or not the first time. */
    static final int REFUSED = -1;

    private final LaneKey key;
    private final RecordNonce nonce;
    private final Cipher cipher = Sealer.newCipher();
    private final ReplayWindow window = new ReplayWindow();
    private boolean newest;

    Opener(LaneKey key) {
        this.key = key;
        this.nonce = new RecordNonce(key.iv());
    }

    /** True when the record opened last has the highest number so far. */
    boolean isNewest() {
        return newest;
    }

    /** Opens the record between {@code at} and {@code at + bytes}; returns the bytes of what was sealed. */
    int open(byte[] record, int at, int bytes, byte[] plain) {
        long number = Sealer.numberOf(record, at);
        long count = number & (1L << Sealer.LANE_SHIFT) - 1;
        if (bytes < Sealer.OVERHEAD_BYTES || bytes - Sealer.OVERHEAD_BYTES > plain.length || !window.isFresh(count)) {
            return REFUSED;
        }
        try {
            cipher.init(Cipher.DECRYPT_MODE, key.key(), nonce.of(number));
            cipher.updateAAD(record, at, Sealer.HEADER_BYTES);
            int opened = cipher.doFinal(record, at + Sealer.HEADER_BYTES, bytes - Sealer.HEADER_BYTES, plain, 0);
            newest = window.mark(count);
            return opened;
        } catch (GeneralSecurityException forged) {
            return REFUSED;
        }
    }
}
