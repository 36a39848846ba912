package org.stretchdeploy.tunnel.internal.link;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import org.stretchdeploy.tunnel.control.AgentIdentity;

/**
 * Trusts certificates of one deployment CA that carry an accepted identity. Host names and addresses mean nothing
 * here: they may be those of a NAT or a relay.
 */
public final class PeerTrust extends X509ExtendedTrustManager {
    private static final int URI_NAME = 6;

    private final X509Certificate authority;
    private final Predicate<AgentIdentity> accepted;

    public PeerTrust(X509Certificate authority, Predicate<AgentIdentity> accepted) {
        this.authority = authority;
        this.accepted = accepted;
    }

    /** The identity in the peer's certificate of a finished handshake. */
    String identityOf(SSLSession session) throws SSLException {
        try {
            return identity((X509Certificate) session.getPeerCertificates()[0]).uri();
        } catch (CertificateException e) {
            throw new SSLException(e);
        }
    }

    /** The identity in a certificate. */
    public static AgentIdentity identity(X509Certificate certificate) throws CertificateException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names != null) {
            for (List<?> name : names) {
                if (Integer.valueOf(URI_NAME).equals(name.get(0))) {
                    return AgentIdentity.parse((String) name.get(1))
                            .orElseThrow(() -> new CertificateException("not one of our identities"));
                }
            }
        }
        throw new CertificateException("certificate without identity");
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain == null || chain.length == 0) {
            throw new CertificateException("no certificate");
        }
        X509Certificate leaf = chain[0];
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(new Date());
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(List.of(leaf)), parameters);
        } catch (GeneralSecurityException e) {
            throw new CertificateException("not signed by the deployment's CA or expired", e);
        }
        if (leaf.getBasicConstraints() >= 0) {
            throw new CertificateException("a CA is no peer");
        }
        if (!accepted.test(identity(leaf))) {
            throw new CertificateException("identity not accepted");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[] {authority};
    }
}
