package org.stretchdeploy.rest.internal.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;

/**
 * The web server's PKCS#12 key store beside a file with its password, both readable by their owner only.
 *
 * @param store    the key store
 * @param password a file with the password and nothing else
 */
record KeyStoreFile(Path store, Path password) {
    /** Makes both files with a fresh key unless they are there; a file left alone by a crash is made anew. */
    X509Certificate ensure(Instant now) throws GeneralSecurityException, IOException {
        if (!Files.exists(store) || !Files.exists(password)) {
            var made = ServerCertificate.make(
                    now, ServerCertificate.dnsNamesOfThisMachine(), ServerCertificate.addressesOfThisMachine());
            write(made);
        }
        return certificate(store, Files.readString(password).strip().toCharArray());
    }

    private void write(ServerCertificate made) throws GeneralSecurityException, IOException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        KeyStore keyStore = KeyStore.getInstance("PKCS12");
        keyStore.load(null, null);
        keyStore.setKeyEntry(
                "stretch", made.keys().getPrivate(), secret.toCharArray(), new Certificate[] {made.certificate()});
        var bytes = new ByteArrayOutputStream();
        keyStore.store(bytes, secret.toCharArray());
        writePrivately(password, secret.getBytes(StandardCharsets.US_ASCII));
        writePrivately(store, bytes.toByteArray());
    }

    /** Returns the first certificate of a store. */
    static X509Certificate certificate(Path file, char[] secret) throws GeneralSecurityException, IOException {
        KeyStore keyStore = KeyStore.getInstance("PKCS12");
        keyStore.load(new ByteArrayInputStream(Files.readAllBytes(file)), secret);
        for (String alias : Collections.list(keyStore.aliases())) {
            if (keyStore.isKeyEntry(alias) && keyStore.getCertificate(alias) instanceof X509Certificate certificate) {
                return certificate;
            }
        }
        throw new GeneralSecurityException("no key with a certificate in " + file);
    }

    /** Writes in one move; at no moment can others read it. */
    static void writePrivately(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        Path draft = Files.createTempFile(
                file.getParent(),
                ".new",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(draft, content);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
