package org.stretchdeploy.appliance.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.stretchdeploy.store.Store;
import org.stretchdeploy.tunnel.control.AgentIdentity;

/**
 * The certificate authority of one deployment: an EC P-256 key, sealed in the store that all nodes share, made at
 * the first start. Certificates carry an {@link AgentIdentity} and live shortly; nothing but that identity is taken from a
 * request. Thread safe.
 */
final class DeploymentCa {
    private static final String KIND = "certificate-authority";
    private static final String NAME = "deployment";
    private static final String SECRET = "certificate-authority/key";
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final Duration CA_LIFE = Duration.ofDays(3650);
    private static final Duration LONGEST_BACKDATE = Duration.ofHours(1);
    private static final int REQUEST_LIMIT = 8192;
    private static final int P256_BITS = 256;

    private final SecureRandom random = new SecureRandom();
    private final PrivateKey key;
    private final X509Certificate certificate;

    private DeploymentCa(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    /** Opens the deployment's CA, or makes it; of nodes that make one together, all get the same. */
    static DeploymentCa open(Store store) throws IOException, GeneralSecurityException {
        Optional<String> stored = store.documents().find(KIND, NAME);
        if (stored.isEmpty()) {
            store(store, create(store));
            stored = store.documents().find(KIND, NAME);
        }
        String[] parts = stored.orElseThrow().split("\n", 2);
        PrivateKey key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(store.vault().open(SECRET, parts[0])));
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(parts[1].getBytes(StandardCharsets.US_ASCII)));
        return new DeploymentCa(key, certificate);
    }

    /** Form in the store: the sealed key (PKCS #8) in the first line, then the certificate (PEM). */
    static String document(Store store, byte[] key, String certificatePem) {
        return store.vault().seal(SECRET, key) + "\n" + certificatePem;
    }

    /** Puts a CA into the store; false when there is another one already, which stays. */
    static boolean store(Store store, String document) {
        String there = store.documents().putIfAbsent(KIND, NAME, document);
        return there.substring(there.indexOf('\n')).equals(document.substring(document.indexOf('\n')));
    }

    private static String create(Store store) throws IOException, GeneralSecurityException {
        byte[] name = new byte[6];
        new SecureRandom().nextBytes(name);
        KeyPair keys = newKeys();
        X500Name subject = new X500NameBuilder()
                .addRDN(BCStyle.O, "Stretch Deploy")
                .addRDN(BCStyle.CN, HexFormat.of().formatHex(name))
                .build();
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                subject,
                new BigInteger(120, new SecureRandom()),
                Date.from(now.minus(LONGEST_BACKDATE)),
                Date.from(now.plus(CA_LIFE)),
                subject,
                keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
        X509Certificate certificate = sign(builder, keys.getPrivate());
        return document(store, keys.getPrivate().getEncoded(), Pem.certificate(certificate));
    }

    static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /** The name of this deployment. */
    String deployment() {
        return new X500Name(certificate.getSubjectX500Principal().getName())
                .getRDNs(BCStyle.CN)[0]
                .getFirst()
                .getValue()
                .toString();
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** SHA-256 of the CA's certificate: what agents pin. */
    String digest() throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }

    AgentIdentity agent(String agentId) {
        return new AgentIdentity(deployment(), agentId);
    }

    /**
     * Reads the public key of a certificate request whose own signature is right.
     *
     * @throws GeneralSecurityException when it is not a request for a P-256 key
     */
    static PublicKey requestedKey(String pem) throws GeneralSecurityException {
        if (pem == null || pem.length() > REQUEST_LIMIT) {
            throw new GeneralSecurityException("not a certificate request");
        }
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            if (!(parser.readObject() instanceof PKCS10CertificationRequest request)) {
                throw new GeneralSecurityException("not a certificate request");
            }
            PublicKey asked = new JcaPKCS10CertificationRequest(request).getPublicKey();
            boolean proven = request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(asked));
            boolean curve = asked instanceof ECPublicKey ec
                    && ec.getParams().getCurve().getField().getFieldSize() == P256_BITS;
            if (!proven || !curve) {
                throw new GeneralSecurityException("the request is not signed by a P-256 key of its own");
            }
            return asked;
        } catch (IOException | PKCSException | OperatorCreationException | RuntimeException e) {
            throw new GeneralSecurityException("not a certificate request", e);
        }
    }

    /** A certificate for both ends of TLS. */
    X509Certificate issue(PublicKey subjectKey, AgentIdentity identity, Duration life)
            throws GeneralSecurityException, IOException {
        return issue(
                subjectKey,
                identity.agent().isEmpty() ? "controller" : identity.agent(),
                Optional.of(identity),
                life,
                new ExtendedKeyUsage(
                        new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth}));
    }

    /** A certificate to sign packages with; it has no identity, so that no TLS peer accepts it. */
    X509Certificate issueSigner(PublicKey subjectKey, Duration life) throws GeneralSecurityException, IOException {
        return issue(
                subjectKey,
                "package signer",
                Optional.empty(),
                life,
                new ExtendedKeyUsage(KeyPurposeId.id_kp_codeSigning));
    }

    private X509Certificate issue(
            PublicKey subjectKey,
            String commonName,
            Optional<AgentIdentity> identity,
            Duration life,
            ExtendedKeyUsage usage)
            throws GeneralSecurityException, IOException {
        Instant now = Instant.now();
        Duration tenth = life.dividedBy(10);
        Duration backdate = tenth.compareTo(LONGEST_BACKDATE) < 0 ? tenth : LONGEST_BACKDATE;
        X500Name subject = new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
        JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                new BigInteger(120, random),
                Date.from(now.minus(backdate)),
                Date.from(now.plus(life)),
                subject,
                subjectKey);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, usage);
        builder.addExtension(
                Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(certificate));
        if (identity.isPresent()) {
            GeneralName uri = new GeneralName(
                    GeneralName.uniformResourceIdentifier, identity.get().uri());
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(uri));
        }
        return sign(builder, key);
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey signer)
            throws GeneralSecurityException, IOException {
        try {
            X509CertificateHolder holder = builder.build(new JcaContentSignerBuilder(SIGNATURE).build(signer));
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(holder.getEncoded()));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("cannot sign", e);
        }
    }
}
