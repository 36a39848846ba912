package org.stretchdeploy.tunnel.internal.agent;

import static org.stretchdeploy.tunnel.internal.agent.CertificateRequest.der;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.stretchdeploy.tunnel.control.AgentIdentity;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;

/** An identity that signs itself (RFC 5280 section 4.1), good for an hour and for nobody but the process that made it. */
final class ThrowawayIdentity {
    private static final byte[] VERSION_3 = {(byte) 0xa0, 3, 2, 1, 2};
    private static final byte[] SERIAL = {2, 1, 1};
    private static final byte[] ALTERNATIVE_NAME = {6, 3, 0x55, 0x1d, 0x11};
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int UTF8_STRING = 0x0c;
    private static final int UTC = 0x17;
    private static final int BIT_STRING = 3;
    private static final int OCTET_STRING = 4;
    private static final int EXTENSIONS = 0xa3;
    private static final int URI_NAME = 0x86;

    private ThrowawayIdentity() {}

    /** A new one for an agent. */
    static TlsIdentity of(AgentIdentity agent) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        byte[] common = der(UTF8_STRING, agent.agent().getBytes(StandardCharsets.UTF_8));
        byte[] name = der(SEQUENCE, der(SET, der(SEQUENCE, CertificateRequest.COMMON_NAME, common)));
        Instant now = Instant.now();
        byte[] validity = der(SEQUENCE, time(now.minusSeconds(3600)), time(now.plusSeconds(3600)));
        byte[] uri = der(URI_NAME, agent.uri().getBytes(StandardCharsets.US_ASCII));
        byte[] names = der(SEQUENCE, ALTERNATIVE_NAME, der(OCTET_STRING, der(SEQUENCE, uri)));
        byte[] extensions = der(EXTENSIONS, der(SEQUENCE, names));
        byte[] algorithm = der(SEQUENCE, CertificateRequest.ECDSA_SHA256);
        byte[] info = der(
                SEQUENCE,
                VERSION_3,
                SERIAL,
                algorithm,
                name,
                validity,
                name,
                keys.getPublic().getEncoded(),
                extensions);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(info);
        byte[] whole = der(SEQUENCE, info, algorithm, der(BIT_STRING, new byte[] {0}, signature.sign()));
        X509Certificate certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
        return new TlsIdentity(keys.getPrivate(), certificate, certificate);
    }

    private static byte[] time(Instant moment) {
        return der(UTC, UTC_TIME.format(moment).getBytes(StandardCharsets.US_ASCII));
    }
}
