package org.stretchdeploy.tunnel.internal.datagram;

import javax.crypto.SecretKey;

/**
 * What seals one lane in one direction.
 *
 * @param key AES-256
 * @param iv 12 bytes; XORed with the record's number it is the record's nonce (RFC 8446 section 5.3)
 */
record LaneKey(SecretKey key, byte[] iv) {
    static final int KEY_BYTES = 32;
    static final int IV_BYTES = 12;

    @Override
    public String toString() {
        return "LaneKey";
    }
}
