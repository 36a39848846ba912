package org.stretchdeploy.tunnel.internal.link;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who computes the AES-GCM of the TLS records. The TLS engine is always the JDK's own, so protocol versions, pinning and
 * the checks of certificates are the same whoever computes. Amazon's Corretto crypto provider is taken when it is in the
 * class path, loads on this machine and computes the same as the JDK; the JDK's provider otherwise. See ADR 0016.
 *
 * @param provider name and version of the provider of AES-GCM
 * @param reason why this one, for people
 */
public record FastCrypto(String provider, String reason) {
    /** System property: {@code jdk} keeps to the JDK's own. */
    public static final String PROPERTY = "stretch.crypto";

    private static final String CORRETTO = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
    private static final String AES = "AES/GCM/NoPadding";
    private static volatile FastCrypto current;

    /** What is in use; the first call looks for it. */
    public static FastCrypto current() {
        FastCrypto found = current;
        if (found == null) {
            found = "jdk".equals(System.getProperty(PROPERTY)) ? useJdk("as configured") : useBest();
        }
        return found;
    }

    /** Takes the fastest that works here. */
    public static synchronized FastCrypto useBest() {
        try {
            Provider corretto = load();
            compare(corretto);
            Security.removeProvider(corretto.getName());
            Security.insertProviderAt(corretto, 1);
            current = new FastCrypto(nameOf(corretto), "the fastest, it loads here and computes as the JDK does");
            return current;
        } catch (ReflectiveOperationException | GeneralSecurityException | LinkageError e) {
            return useJdk("Corretto cannot be used: " + cause(e));
        }
    }

    /** Takes the JDK's own. */
    public static synchronized FastCrypto useJdk(String why) {
        loaded().ifPresent(corretto -> Security.removeProvider(corretto.getName()));
        try {
            current = new FastCrypto(nameOf(Cipher.getInstance(AES).getProvider()), why);
            return current;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + AES, e);
        }
    }

    private static Optional<Provider> loaded() {
        return Arrays.stream(Security.getProviders())
                .filter(provider -> provider.getClass().getName().equals(CORRETTO))
                .findFirst();
    }

    private static Provider load() throws ReflectiveOperationException, GeneralSecurityException {
        Class<?> type = Class.forName(CORRETTO);
        Provider provider = (Provider) type.getField("INSTANCE").get(null);
        Throwable failure = (Throwable) type.getMethod("getLoadingError").invoke(provider);
        if (failure != null) {
            throw new GeneralSecurityException(cause(failure));
        }
        return provider;
    }

    /** A provider that computes something else would only show as a tunnel that does not come up. */
    private static void compare(Provider provider) throws GeneralSecurityException {
        byte[] text = "what one seals, the other opens".getBytes(StandardCharsets.US_ASCII);
        byte[] sealed = run(Cipher.getInstance(AES, provider), Cipher.ENCRYPT_MODE, text);
        byte[] opened = run(Cipher.getInstance(AES, "SunJCE"), Cipher.DECRYPT_MODE, sealed);
        if (!Arrays.equals(text, opened)) {
            throw new GeneralSecurityException("it computes something else than the JDK");
        }
    }

    private static byte[] run(Cipher cipher, int mode, byte[] input) throws GeneralSecurityException {
        cipher.init(mode, new SecretKeySpec(new byte[16], "AES"), new GCMParameterSpec(128, new byte[12]));
        return cipher.doFinal(input);
    }

    private static String nameOf(Provider provider) {
        return provider.getName() + " " + provider.getVersionStr();
    }

    private static String cause(Throwable failure) {
        return failure instanceof ClassNotFoundException ? "not in the class path" : String.valueOf(failure);
    }
}
