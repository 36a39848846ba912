package org.stretchdeploy.tunnel.internal.testkit;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.stretchdeploy.tunnel.control.AgentIdentity;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;

/** A CA for tests. */
public final class TestPki {
    private static final X500Name CA = new X500Name("CN=test");

    private final KeyPair keys = newKeys();
    private final X509Certificate authority = certificate(CA, keys.getPublic(), null, Duration.ofDays(1));
    private long serial = 1;

    public X509Certificate authority() {
        return authority;
    }

    /** An agent of deployment {@code test}. */
    public TlsIdentity identity(String agent) {
        return identity(new AgentIdentity("test", agent), Duration.ofHours(1));
    }

    public TlsIdentity identity(AgentIdentity identity, Duration life) {
        KeyPair own = newKeys();
        X509Certificate certificate =
                certificate(new X500Name("CN=" + identity.agent()), own.getPublic(), identity.uri(), life);
        return new TlsIdentity(own.getPrivate(), certificate, authority);
    }

    public static String uri(String agent) {
        return new AgentIdentity("test", agent).uri();
    }

    private X509Certificate certificate(X500Name subject, PublicKey key, String uri, Duration life) {
        try {
            Instant now = Instant.now();
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    CA,
                    BigInteger.valueOf(++serial),
                    Date.from(now.minusSeconds(60)),
                    Date.from(now.plus(life)),
                    subject,
                    key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(uri == null));
            if (uri != null) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
            }
            byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                    .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
