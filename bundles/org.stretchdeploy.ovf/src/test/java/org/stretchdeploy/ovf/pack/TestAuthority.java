package org.stretchdeploy.ovf.pack;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that issues certificates for tests. */
final class TestAuthority {
    static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant TO = Instant.parse("2027-01-01T00:00:00Z");

    private final KeyPair keys;
    private final X509Certificate certificate;

    TestAuthority(String name) throws Exception {
        keys = keys("EC", 256);
        certificate = issue(name, name, keys, keys, true);
    }

    X509Certificate certificate() {
        return certificate;
    }

    SigningKey signer(String name, String algorithm, int bits) throws Exception {
        KeyPair own = keys(algorithm, bits);
        X509Certificate issued =
                issue(name, certificate.getSubjectX500Principal().getName().substring(3), own, keys, false);
        return new SigningKey(own.getPrivate(), List.of(issued));
    }

    private static KeyPair keys(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static X509Certificate issue(String subject, String issuer, KeyPair own, KeyPair by, boolean authority)
            throws Exception {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                new X500Name("CN=" + issuer),
                BigInteger.valueOf(subject.hashCode() & 0xffffff),
                Date.from(FROM),
                Date.from(TO),
                new X500Name("CN=" + subject),
                own.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate())));
    }
}
