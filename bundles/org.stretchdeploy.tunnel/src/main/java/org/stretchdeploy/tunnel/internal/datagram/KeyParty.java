package org.stretchdeploy.tunnel.internal.datagram;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.Vector;
import java.util.function.Predicate;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.stretchdeploy.tunnel.control.AgentIdentity;
import org.stretchdeploy.tunnel.internal.link.PeerTrust;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;

/** One end of a {@link KeyExchange}: what it shows, whom it accepts (as on every other connection) and what it gets. */
final class KeyParty {
    /** RFC 5705 section 4 wants this first word. */
    private static final String LABEL = "EXPORTER-stretchdeploy-datagrams-1";

    private static final SignatureAndHashAlgorithm SIGNATURE =
            SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa);

    private final TlsIdentity identity;
    private final PeerTrust trust;
    private final byte[] tunnel;
    private final boolean client;
    private final JcaTlsCrypto crypto;
    private boolean checked;
    private DatagramKeys keys;

    KeyParty(TlsIdentity identity, Predicate<AgentIdentity> accepted, String tunnel, boolean client) {
        this.identity = identity;
        this.trust = identity.trust(accepted);
        this.tunnel = tunnel.getBytes(StandardCharsets.UTF_8);
        this.client = client;
        this.crypto = new JcaTlsCryptoProvider().create(new SecureRandom(), new SecureRandom());
    }

    JcaTlsCrypto crypto() {
        return crypto;
    }

    static int[] suites() {
        return new int[] {CipherSuite.TLS_AES_256_GCM_SHA384, CipherSuite.TLS_AES_128_GCM_SHA256};
    }

    static Vector<SignatureAndHashAlgorithm> signatures() {
        return new Vector<>(Arrays.asList(SIGNATURE));
    }

    TlsCredentials credentials(TlsContext context, byte[] requestContext) throws IOException {
        try {
            TlsCertificate own = crypto.createCertificate(identity.certificate().getEncoded());
            Certificate chain =
                    new Certificate(requestContext, new CertificateEntry[] {new CertificateEntry(own, null)});
            return new JcaDefaultTlsCredentialedSigner(
                    new TlsCryptoParameters(context), crypto, identity.privateKey(), chain, SIGNATURE);
        } catch (CertificateException e) {
            throw new IOException("own certificate cannot be shown", e);
        }
    }

    /** Refuses a peer that shows nothing or not the identity that is configured. */
    void check(Certificate shown) throws IOException {
        if (shown == null || shown.isEmpty()) {
            throw new TlsFatalAlert(AlertDescription.certificate_required);
        }
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            X509Certificate leaf = (X509Certificate) factory.generateCertificate(
                    new ByteArrayInputStream(shown.getCertificateAt(0).getEncoded()));
            trust.checkClientTrusted(new X509Certificate[] {leaf}, "TLS");
            checked = true;
        } catch (CertificateException e) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
        }
    }

    void export(TlsContext context) throws IOException {
        if (!checked) {
            throw new TlsFatalAlert(AlertDescription.certificate_required);
        }
        byte[] material = context.exportKeyingMaterial(LABEL, tunnel, DatagramKeys.MATERIAL_BYTES);
        keys = DatagramKeys.of(material, client);
        Arrays.fill(material, (byte) 0);
    }

    Optional<DatagramKeys> keys() {
        return Optional.ofNullable(keys);
    }
}
