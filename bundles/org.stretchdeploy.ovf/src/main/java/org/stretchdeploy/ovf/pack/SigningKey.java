package org.stretchdeploy.ovf.pack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * The key that signs packages.
 *
 * @param key RSA or EC private key
 * @param chain its certificate, then the certificates between it and the authority
 */
public record SigningKey(PrivateKey key, List<X509Certificate> chain) {
    public SigningKey {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a signing key needs its certificate");
        }
        CertificateFile.signatureName(DigestAlgorithm.SHA256, key.getAlgorithm());
    }

    /**
     * The contents of the {@code .cert} file: the signature over the manifest, then the certificates as PEM.
     *
     * @param manifestName file name of the manifest
     * @param manifest its bytes
     */
    public byte[] certificateFile(String manifestName, byte[] manifest) throws GeneralSecurityException {
        Signature signature =
                Signature.getInstance(CertificateFile.signatureName(DigestAlgorithm.SHA256, key.getAlgorithm()));
        signature.initSign(key);
        signature.update(manifest);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String line = "SHA256(" + manifestName + ")= " + HexFormat.of().formatHex(signature.sign()) + "\n";
        out.writeBytes(line.getBytes(StandardCharsets.UTF_8));
        Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
        for (X509Certificate certificate : chain) {
            String pem = "-----BEGIN CERTIFICATE-----\n" + base64.encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
            out.writeBytes(pem.getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }

    @Override
    public String toString() {
        return "SigningKey[" + chain.get(0).getSubjectX500Principal() + "]";
    }
}
