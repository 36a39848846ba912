package org.stretchdeploy.vendor.vcd.internal.http;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Decides whether the server is the right one: by the JDK's trust store with the host name checked, or, when a
 * fingerprint is given, by exactly that certificate and nothing else (neither name nor dates).
 */
final class Trust extends X509ExtendedTrustManager {
    /** The server's certificate is refused; carries its fingerprint for the user. */
    static final class Refused extends CertificateException {
        private static final long serialVersionUID = 1L;
        private final String fingerprint;
        private final boolean pinned;

        Refused(String fingerprint, boolean pinned, Throwable cause) {
            super("certificate " + fingerprint + " is not trusted", cause);
            this.fingerprint = fingerprint;
            this.pinned = pinned;
        }

        String fingerprint() {
            return fingerprint;
        }

        boolean pinned() {
            return pinned;
        }
    }

    private final Optional<String> pin;
    private final X509ExtendedTrustManager authorities;

    private Trust(Optional<String> pin, X509ExtendedTrustManager authorities) {
        this.pin = pin;
        this.authorities = authorities;
    }

    /** @param pin SHA-256 of the server's certificate, 64 lower-case hexadecimal digits */
    static SSLContext context(Optional<String> pin) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            for (TrustManager candidate : factory.getTrustManagers()) {
                if (candidate instanceof X509ExtendedTrustManager authorities) {
                    SSLContext context = SSLContext.getInstance("TLS");
                    context.init(null, new TrustManager[] {new Trust(pin, authorities)}, null);
                    return context;
                }
            }
            throw new IllegalStateException("the JDK offers no trust manager");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The refusal behind a failed connection, if that was the reason. */
    static Optional<Refused> in(Throwable failure) {
        int depth = 0;
        for (Throwable t = failure; t != null && depth < 20; t = t.getCause(), depth++) {
            if (t instanceof Refused refused) {
                return Optional.of(refused);
            }
        }
        return Optional.empty();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        String fingerprint = fingerprint(chain[0]);
        if (pin.isPresent()) {
            if (!MessageDigest.isEqual(
                    pin.get().getBytes(StandardCharsets.US_ASCII), fingerprint.getBytes(StandardCharsets.US_ASCII))) {
                throw new Refused(fingerprint, true, null);
            }
            return;
        }
        try {
            authorities.checkServerTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw new Refused(fingerprint, false, e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("the adapter connects by engine only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("the adapter connects by engine only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("the adapter is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("the adapter is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("the adapter is no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return pin.isPresent() ? new X509Certificate[0] : authorities.getAcceptedIssuers();
    }

    private static String fingerprint(X509Certificate certificate) throws CertificateException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new CertificateException(e);
        }
    }
}
