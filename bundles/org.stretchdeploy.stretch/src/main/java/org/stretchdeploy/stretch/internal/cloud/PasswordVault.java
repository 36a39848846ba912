package org.stretchdeploy.stretch.internal.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.stretch.internal.run.DurableFiles;

/**
 * Seals passwords with AES-256-GCM under a key that lies in a file of its own, readable by the owner only. The name of
 * the cloud is authenticated with it, so that a sealed password cannot be moved to another cloud.
 */
public final class PasswordVault {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    public PasswordVault(Path keyFile) {
        this.key = new SecretKeySpec(loadOrMake(keyFile), "AES");
    }

    private byte[] loadOrMake(Path keyFile) {
        try {
            if (!Files.exists(keyFile)) {
                byte[] fresh = new byte[32];
                new SecureRandom().nextBytes(fresh);
                DurableFiles.makePrivateFolder(keyFile.toAbsolutePath().getParent());
                DurableFiles.replace(keyFile, fresh);
            }
            byte[] stored = Files.readAllBytes(keyFile);
            if (stored.length != 32) {
                throw new IllegalStateException("the key file of the password vault is damaged");
            }
            return stored;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String seal(String cloud, Secret secret) {
        char[] clear = secret.reveal();
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(clear));
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, cloud);
            byte[] sealed = cipher.doFinal(bytes.array(), 0, bytes.limit());
            return Base64.getEncoder()
                    .encodeToString(ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                            .put(nonce)
                            .put(sealed)
                            .array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal a password", e);
        } finally {
            Arrays.fill(clear, '\0');
            Arrays.fill(bytes.array(), (byte) 0);
        }
    }

    public Secret open(String cloud, String sealed) {
        byte[] all = Base64.getDecoder().decode(sealed);
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(all, NONCE_BYTES), cloud);
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

    private Cipher cipher(int mode, byte[] nonce, String cloud) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(cloud.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
