package org.stretchdeploy.rest.internal.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A fresh P-256 key with a certificate that it signed itself, for clients that pin it. */
record ServerCertificate(KeyPair keys, X509Certificate certificate) {
    private static final Duration VALID = Duration.ofDays(3650);
    private static final Duration SKEW = Duration.ofHours(1);

    /** Makes one for every name and address of this machine. */
    static ServerCertificate make(Instant now, Set<String> dnsNames, Set<InetAddress> addresses)
            throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        var name = new X500Name("CN=Stretch Deploy,OU=" + HexFormat.of().toHexDigits(new SecureRandom().nextInt()));
        var builder = new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(126, new SecureRandom()).setBit(126),
                Date.from(now.minus(SKEW)),
                Date.from(now.plus(VALID)),
                name,
                keys.getPublic());
        try {
            extend(builder, dnsNames, addresses);
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
            return new ServerCertificate(keys, new JcaX509CertificateConverter().getCertificate(builder.build(signer)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static void extend(JcaX509v3CertificateBuilder builder, Set<String> dnsNames, Set<InetAddress> addresses)
            throws CertIOException {
        var names = new LinkedHashSet<GeneralName>();
        dnsNames.forEach(dns -> names.add(new GeneralName(GeneralName.dNSName, dns)));
        addresses.forEach(address -> names.add(
                new GeneralName(GeneralName.iPAddress, address.getHostAddress().split("%")[0])));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(
                Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(new GeneralName[0])));
    }

    /** Hexadecimal SHA-256 of the certificate, what clients pin. */
    static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }

    /** {@code localhost} and the host's name, where it is a name that a certificate can carry. */
    static Set<String> dnsNamesOfThisMachine() {
        var names = new LinkedHashSet<String>();
        names.add("localhost");
        try {
            String host = InetAddress.getLocalHost().getHostName();
            if (host.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")) {
                names.add(host);
            }
        } catch (IOException e) {
            // A machine without a name is reached by address.
        }
        return names;
    }

    static Set<InetAddress> addressesOfThisMachine() throws SocketException {
        var addresses = new LinkedHashSet<InetAddress>();
        NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLinkLocalAddress())
                .forEach(addresses::add);
        addresses.add(InetAddress.getLoopbackAddress());
        return addresses;
    }
}
