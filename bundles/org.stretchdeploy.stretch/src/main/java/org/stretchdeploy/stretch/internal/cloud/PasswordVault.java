package org.stretchdeploy.stretch.internal.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.stretchdeploy.api.Secret;

/**
 * Opens passwords as earlier releases sealed them: AES-256-GCM under a key that lies in a file of its own, with the name
 * of the cloud authenticated. Only for bringing them into the store.
 */
public final class PasswordVault {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;

    public PasswordVault(Path keyFile) {
        this.key = new SecretKeySpec(load(keyFile), "AES");
    }

    private static byte[] load(Path keyFile) {
        try {
            byte[] stored = Files.readAllBytes(keyFile);
            if (stored.length != 32) {
                throw new IllegalStateException("the key file of the password vault is damaged");
            }
            return stored;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Secret open(String cloud, String sealed) {
        byte[] all = Base64.getDecoder().decode(sealed);
        try {
            Cipher cipher = cipher(Arrays.copyOf(all, NONCE_BYTES), cloud);
            byte[] clear = cipher.doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
            CharBuffer chars = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(clear));
            char[] value = new char[chars.remaining()];
            chars.get(value);
            Secret secret = Secret.of(value);
            Arrays.fill(value, '\0');
            Arrays.fill(clear, (byte) 0);
            return secret;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the stored password of cloud " + cloud + " cannot be opened", e);
        }
    }

    private Cipher cipher(byte[] nonce, String cloud) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(cloud.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
