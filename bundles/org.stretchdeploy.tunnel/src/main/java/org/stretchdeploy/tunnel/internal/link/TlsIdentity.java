package org.stretchdeploy.tunnel.internal.link;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.function.Predicate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.stretchdeploy.tunnel.control.AgentIdentity;

/** This agent's key and certificate, and the CA that it trusts. Immutable; a renewed certificate is a new identity. */
public final class TlsIdentity {
    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final String[] SUITES = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"};

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final X509Certificate authority;

    public TlsIdentity(PrivateKey key, X509Certificate certificate, X509Certificate authority) {
        this.key = key;
        this.certificate = certificate;
        this.authority = authority;
    }

    /** The CA. */
    public X509Certificate authority() {
        return authority;
    }

    /** What this agent shows. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** For signing in a handshake; a P-256 key. */
    public PrivateKey privateKey() {
        return key;
    }

    /** Who this agent is. */
    public AgentIdentity identity() throws GeneralSecurityException {
        return PeerTrust.identity(certificate);
    }

    public Instant notBefore() {
        return certificate.getNotBefore().toInstant();
    }

    public Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }

    /** True until the certificate's end. */
    public boolean isValidAt(Instant time) {
        return time.isBefore(notAfter());
    }

    /** A context that shows this certificate and accepts what {@code trust} accepts. */
    public SSLContext context(X509ExtendedTrustManager trust) throws GeneralSecurityException {
        return context(new KeyManager[] {new OwnKey(key, certificate, authority)}, trust);
    }

    /** Trusts peers of the same CA with an accepted identity. */
    public PeerTrust trust(Predicate<AgentIdentity> accepted) {
        return new PeerTrust(authority, accepted);
    }

    /** A context without a certificate of our own, before enrolment. */
    public static SSLContext context(KeyManager[] own, TrustManager trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(own, new TrustManager[] {trust}, null);
        return context;
    }

    /** An engine for one connection: TLS 1.3 only, both sides show certificates. No session is ever resumed. */
    static SSLEngine engine(SSLContext context, boolean client) {
        FastCrypto.current();
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(client);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setCipherSuites(SUITES);
        parameters.setNeedClientAuth(!client);
        engine.setSSLParameters(parameters);
        return engine;
    }
}
