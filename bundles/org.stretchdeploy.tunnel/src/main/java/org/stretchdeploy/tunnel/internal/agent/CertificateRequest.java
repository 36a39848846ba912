package org.stretchdeploy.tunnel.internal.agent;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Base64;

/**
 * Writes a PKCS#10 request (RFC 2986) for an elliptic-curve key: a subject with only a common name, no attributes. The
 * few bytes of DER are written here so that the agent needs no PKI library.
 */
final class CertificateRequest {
    private static final byte[] VERSION_0 = {2, 1, 0};
    static final byte[] COMMON_NAME = {6, 3, 0x55, 4, 3};
    static final byte[] ECDSA_SHA256 = {6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2};
    private static final byte[] NO_ATTRIBUTES = {(byte) 0xa0, 0};
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int UTF8_STRING = 0x0c;
    private static final int BIT_STRING = 3;

    private CertificateRequest() {}

    /** PEM of a request signed with SHA-256 and ECDSA. */
    static String pem(KeyPair keys, String commonName) throws GeneralSecurityException {
        byte[] name = der(UTF8_STRING, commonName.getBytes(StandardCharsets.UTF_8));
        byte[] subject = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, name)));
        byte[] info = der(SEQUENCE, VERSION_0, subject, keys.getPublic().getEncoded(), NO_ATTRIBUTES);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(info);
        byte[] bits = der(BIT_STRING, new byte[] {0}, signature.sign());
        byte[] request = der(SEQUENCE, info, der(SEQUENCE, ECDSA_SHA256), bits);
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(request);
        return "-----BEGIN CERTIFICATE REQUEST-----\n" + base64 + "\n-----END CERTIFICATE REQUEST-----\n";
    }

    /** One DER element (X.690 section 8.1) of at most 65535 bytes. */
    static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            body.writeBytes(part);
        }
        int length = body.size();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 128) {
            out.write(length);
        } else if (length < 256) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >>> 8);
            out.write(length);
        }
        out.writeBytes(body.toByteArray());
        return out.toByteArray();
    }
}
