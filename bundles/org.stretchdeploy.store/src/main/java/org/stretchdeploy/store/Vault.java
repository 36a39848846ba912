package org.stretchdeploy.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what must not be read in the database with AES-256-GCM (NIST SP 800-38D) under the deployment's key, which is
 * never in the database. The name of a secret is authenticated with it, so that one cannot be put in another's place.
 * Thread-safe.
 */
public final class Vault {
    /** Length of the key. */
    public static final int KEY_BYTES = 32;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    /** @param key {@link #KEY_BYTES} bytes; copied */
    public Vault(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new StoreException(
                    StoreException.Code.INVALID, "the key of the store has " + key.length + " bytes, not " + KEY_BYTES);
        }
        this.key = new SecretKeySpec(key, "AES");
    }

    public String seal(String name, byte[] clear) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, name).doFinal(clear);
            return Base64.getEncoder()
                    .encodeToString(ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                            .put(nonce)
                            .put(sealed)
                            .array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal " + name, e);
        }
    }

    /** @throws StoreException INVALID when it was sealed with another key or for another name */
    public byte[] open(String name, String sealed) {
        try {
            byte[] all = Base64.getDecoder().decode(sealed);
            if (all.length < NONCE_BYTES) {
                throw new GeneralSecurityException("too short");
            }
            return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(all, NONCE_BYTES), name)
                    .doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new StoreException(
                    StoreException.Code.INVALID,
                    "the sealed secret " + name + " cannot be opened with the key of this node",
                    e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String name) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
