package org.stretchdeploy.tunnel.internal.agent;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.control.ControlJson;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;

/**
 * What an agent keeps between starts: its key (which never leaves the edge), certificate, CA and the last desired
 * state. Files are replaced atomically and readable by their owner only. One process at a time.
 */
final class StateFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateFolder.class);

    private final Path folder;
    private final FileChannel lockFile;
    private final FileLock lock;

    StateFolder(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        this.lockFile = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        this.lock = lockFile.tryLock();
        if (lock == null) {
            lockFile.close();
            throw new IOException("another agent uses " + folder);
        }
    }

    /** The key pair, made at the first call. */
    KeyPair keys() throws IOException, GeneralSecurityException {
        Path privateFile = folder.resolve("key.der");
        Path publicFile = folder.resolve("key.pub.der");
        if (!Files.exists(privateFile) || !Files.exists(publicFile)) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair fresh = generator.generateKeyPair();
            write("key.pub.der", fresh.getPublic().getEncoded());
            write("key.der", fresh.getPrivate().getEncoded());
            return fresh;
        }
        KeyFactory factory = KeyFactory.getInstance("EC");
        PrivateKey key = factory.generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(privateFile)));
        PublicKey publicKey = factory.generatePublic(new X509EncodedKeySpec(Files.readAllBytes(publicFile)));
        return new KeyPair(publicKey, key);
    }

    /** The identity from the last enrolment; empty before, and when its files are damaged. */
    Optional<TlsIdentity> identity() {
        Path certificate = folder.resolve("certificate.pem");
        Path authority = folder.resolve("authority.pem");
        if (!Files.exists(certificate) || !Files.exists(authority)) {
            return Optional.empty();
        }
        try {
            X509Certificate own = certificate(Files.readAllBytes(certificate));
            KeyPair keys = keys();
            if (!own.getPublicKey().equals(keys.getPublic())) {
                return Optional.empty();
            }
            return Optional.of(new TlsIdentity(keys.getPrivate(), own, certificate(Files.readAllBytes(authority))));
        } catch (IOException | GeneralSecurityException e) {
            LOG.warn("event=identity-unreadable cause=\"{}\"", e.getMessage());
            return Optional.empty();
        }
    }

    void storeIdentity(String certificatePem, String authorityPem) throws IOException {
        write("authority.pem", authorityPem.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        write("certificate.pem", certificatePem.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    /** The last desired state that was applied. */
    DesiredState desired() {
        Path file = folder.resolve("desired.json");
        try {
            return Files.exists(file)
                    ? ControlJson.read(Files.readAllBytes(file), DesiredState.class)
                    : DesiredState.EMPTY;
        } catch (IOException e) {
            LOG.warn("event=desired-unreadable cause=\"{}\"", e.getMessage());
            return DesiredState.EMPTY;
        }
    }

    void storeDesired(DesiredState desired) throws IOException {
        write("desired.json", ControlJson.write(desired));
    }

    static X509Certificate certificate(byte[] pem) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    private void write(String name, byte[] content) throws IOException {
        Path draft = folder.resolve(name + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(content));
            channel.force(true);
        }
        Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        lock.release();
        lockFile.close();
    }
}
