package org.stretchdeploy.ovf.pack;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;

/**
 * Whose signatures count: authorities, and single signers by the SHA-256 fingerprint of their certificate.
 *
 * @param authorities certificates of authorities
 * @param fingerprints fingerprints of signers, in hexadecimal
 */
public record TrustAnchors(Set<X509Certificate> authorities, Set<String> fingerprints) {
    public TrustAnchors {
        authorities = Set.copyOf(authorities);
        Set<String> plain = new HashSet<>();
        fingerprints.forEach(f -> plain.add(f.replace(":", "").toLowerCase(Locale.ROOT)));
        fingerprints = Set.copyOf(plain);
    }

    /** Trusts everything that one authority has issued. */
    public static TrustAnchors authority(X509Certificate authority) {
        return new TrustAnchors(Set.of(authority), Set.of());
    }

    /** Trusts one signer. */
    public static TrustAnchors signer(X509Certificate signer) {
        return new TrustAnchors(Set.of(), Set.of(fingerprint(signer)));
    }

    /** The SHA-256 fingerprint of a certificate, in lower-case hexadecimal. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            return Digest.over(DigestAlgorithm.SHA256, certificate.getEncoded()).hex();
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate without encoding", e);
        }
    }

    /**
     * @param chain the signer's certificate first
     * @throws OvfException {@link OvfProblem#UNTRUSTED_SIGNER} if the chain does not lead to an anchor or is not valid
     */
    void requireTrusted(List<X509Certificate> chain, Instant now) throws OvfException {
        X509Certificate signer = chain.get(0);
        Date at = Date.from(now);
        try {
            signer.checkValidity(at);
            boolean[] usage = signer.getKeyUsage();
            if (usage != null && !usage[0]) {
                throw new GeneralSecurityException("the certificate is not for signatures");
            }
            if (fingerprints.contains(fingerprint(signer))) {
                return;
            }
            requireIssued(chain, at);
        } catch (GeneralSecurityException e) {
            throw new OvfException(
                    OvfProblem.UNTRUSTED_SIGNER,
                    "The package is signed by " + signer.getSubjectX500Principal()
                            + ", who is not trusted here (" + e.getMessage()
                            + "). Pin the signer or its authority, or have the package signed by one that is pinned.",
                    e);
        }
    }

    private void requireIssued(List<X509Certificate> chain, Date at) throws GeneralSecurityException {
        if (authorities.isEmpty()) {
            throw new GeneralSecurityException("no authority is pinned");
        }
        Set<TrustAnchor> anchors = new HashSet<>();
        authorities.forEach(a -> anchors.add(new TrustAnchor(a, null)));
        List<X509Certificate> path = new ArrayList<>(chain);
        path.removeAll(authorities);
        if (path.isEmpty()) {
            throw new GeneralSecurityException("the authority itself does not sign packages");
        }
        PKIXParameters parameters = new PKIXParameters(anchors);
        // revocation is replaced by short lifetimes and by unpinning
        parameters.setRevocationEnabled(false);
        parameters.setDate(at);
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
    }
}
