package org.stretchdeploy.tunnel.internal.agent;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.stretchdeploy.tunnel.internal.link.PeerTrust;

/**
 * Trusts exactly the controller of the deployment whose CA certificate has the pinned SHA-256: the server's chain must
 * hold that CA, its leaf must be signed by it and carry the controller's identity. The name that was dialled means
 * nothing.
 */
final class PinnedController extends X509ExtendedTrustManager {
    private final String digest;

    PinnedController(String digest) {
        this.digest = digest;
    }

    /** The digest that {@code stretch.ca.sha256} is compared with. */
    static String digest(X509Certificate certificate) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        for (X509Certificate certificate : chain) {
            if (isPinned(certificate)) {
                new PeerTrust(certificate, identity -> identity.agent().isEmpty()).checkServerTrusted(chain, "UNKNOWN");
                return;
            }
        }
        throw new CertificateException("the controller does not show the pinned CA");
    }

    private boolean isPinned(X509Certificate certificate) throws CertificateException {
        try {
            return digest(certificate).equals(digest);
        } catch (GeneralSecurityException e) {
            throw new CertificateException(e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw new CertificateException("not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw new CertificateException("not a server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
