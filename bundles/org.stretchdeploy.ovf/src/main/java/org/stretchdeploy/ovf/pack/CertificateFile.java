package org.stretchdeploy.ovf.pack;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;

/**
 * A {@code .cert} file: a signature over the manifest and the signer's certificates.
 *
 * <p>The certificates inside say only who claims to have signed. Whether that claim counts is for
 * {@link TrustAnchors}, which the receiver pins.
 *
 * @param manifestName the manifest that is signed
 * @param algorithm digest of the signature
 * @param signatureHex the signature in hexadecimal
 * @param chain the signer's certificate first
 */
public record CertificateFile(
        String manifestName, DigestAlgorithm algorithm, String signatureHex, List<X509Certificate> chain) {
    /** Largest certificate file that is read, in bytes. */
    public static final int MAX_BYTES = 1 << 17;

    private static final int MAX_CERTIFICATES = 10;
    private static final int MIN_RSA_BITS = 2048;
    private static final Pattern LINE =
            Pattern.compile("(SHA[0-9]{1,3})\\s*\\((.{1,300})\\)\\s*=\\s*((?:[0-9A-Fa-f]{2}){32,2048})\\s*");
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]{1,65536})-----END CERTIFICATE-----");

    public CertificateFile {
        chain = List.copyOf(chain);
    }

    /** Reads a certificate file. Nothing is verified yet. */
    public static CertificateFile parse(byte[] bytes) throws OvfException {
        if (bytes.length > MAX_BYTES) {
            throw bad("is larger than " + MAX_BYTES + " bytes");
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int firstEnd = text.indexOf('\n');
        Matcher line = LINE.matcher(firstEnd < 0 ? text : text.substring(0, firstEnd));
        if (!line.matches()) {
            throw bad("does not begin with a signature");
        }
        DigestAlgorithm algorithm =
                DigestAlgorithm.named(line.group(1)).orElseThrow(() -> bad("uses an unknown digest"));
        List<X509Certificate> chain = new ArrayList<>();
        Matcher pem = PEM.matcher(text);
        while (pem.find()) {
            if (chain.size() == MAX_CERTIFICATES) {
                throw bad("holds more than " + MAX_CERTIFICATES + " certificates");
            }
            chain.add(certificate(pem.group(1)));
        }
        if (chain.isEmpty()) {
            throw bad("holds no certificate");
        }
        String name = new String(line.group(2).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return new CertificateFile(name, algorithm, line.group(3), chain);
    }

    /**
     * Verifies the signature and that the signer is trusted.
     *
     * @param name file name of the manifest
     * @param manifest bytes of the manifest
     * @param trust what is pinned here
     * @param now when the certificates must be valid
     * @param allowSha1 whether a signature over a SHA-1 digest counts
     * @return the signer's certificate
     */
    public X509Certificate verify(String name, byte[] manifest, TrustAnchors trust, Instant now, boolean allowSha1)
            throws OvfException {
        if (!manifestName.equals(name)) {
            throw bad("signs " + manifestName + " instead of " + name);
        }
        if (algorithm == DigestAlgorithm.SHA1 && !allowSha1) {
            throw new OvfException(
                    OvfProblem.WEAK_DIGEST, "The package is signed with SHA-1. Sign it with SHA-256 or newer.");
        }
        X509Certificate signer = chain.get(0);
        if (signer.getPublicKey() instanceof RSAPublicKey rsa
                && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
            throw new OvfException(
                    OvfProblem.BAD_SIGNATURE, "The signer's RSA key is shorter than " + MIN_RSA_BITS + " bits.");
        }
        trust.requireTrusted(chain, now);
        try {
            Signature check = Signature.getInstance(
                    signatureName(algorithm, signer.getPublicKey().getAlgorithm()));
            check.initVerify(signer.getPublicKey());
            check.update(manifest);
            if (!check.verify(HexFormat.of().parseHex(signatureHex))) {
                throw mismatch(null);
            }
        } catch (GeneralSecurityException e) {
            throw mismatch(e);
        }
        return signer;
    }

    /** Java's name for a signature over a digest with a kind of key. */
    static String signatureName(DigestAlgorithm algorithm, String keyAlgorithm) {
        return switch (keyAlgorithm) {
            case "RSA" -> algorithm + "withRSA";
            case "EC", "ECDSA" -> algorithm + "withECDSA";
            default ->
                throw new IllegalArgumentException("packages are signed with RSA or EC keys, not " + keyAlgorithm);
        };
    }

    private static X509Certificate certificate(String base64) throws OvfException {
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64);
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException | IllegalArgumentException e) {
            throw bad("holds a certificate that cannot be read");
        }
    }

    private static OvfException mismatch(Throwable cause) {
        return new OvfException(
                OvfProblem.BAD_SIGNATURE,
                "The signature does not fit the manifest: the package was changed after it was signed.",
                cause);
    }

    private static OvfException bad(String how) {
        return new OvfException(
                OvfProblem.BAD_CERTIFICATE, "The certificate file " + how + ". Sign the package again.");
    }
}
