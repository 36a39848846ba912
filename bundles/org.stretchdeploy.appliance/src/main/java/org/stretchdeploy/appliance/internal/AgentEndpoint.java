package org.stretchdeploy.appliance.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.appliance.internal.AgentDesk.Refused;
import org.stretchdeploy.appliance.internal.HttpExchange.Answer;
import org.stretchdeploy.store.StoreException;
import org.stretchdeploy.tunnel.control.AgentIdentity;
import org.stretchdeploy.tunnel.control.ControlJson;
import org.stretchdeploy.tunnel.control.EnrolRequest;
import org.stretchdeploy.tunnel.control.StatusReport;

/**
 * Where agents call: {@code POST /agent/v1/enrol} with a token, everything else with a client certificate: {@code POST
 * /agent/v1/renew}, {@code GET /agent/v1/desired} (waits up to 20 s), {@code POST /agent/v1/status}. Who asks is known
 * from the certificate only, never from an address or a path.
 */
final class AgentEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentEndpoint.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    private static final Duration SERVER_CERTIFICATE_LIFE = Duration.ofDays(400);

    /** An edge that was off when its certificate ended may still renew it, as long as it is not forgotten. */
    private static final Duration LATE_RENEWAL = Duration.ofDays(30);

    private final AgentDesk desk;
    private final HttpsListener listener;

    AgentEndpoint(DeploymentCa authority, AgentDesk desk, InetSocketAddress address)
            throws IOException, GeneralSecurityException {
        this.desk = desk;
        this.listener = new HttpsListener(address, context(authority), this::answer);
        LOG.info("event=agent-endpoint port={} deployment={}", listener.port(), authority.deployment());
    }

    int port() {
        return listener.port();
    }

    private static SSLContext context(DeploymentCa authority) throws GeneralSecurityException, IOException {
        KeyPair keys = DeploymentCa.newKeys();
        X509Certificate certificate = authority.issue(
                keys.getPublic(), AgentIdentity.controller(authority.deployment()), SERVER_CERTIFICATE_LIFE);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "controller", keys.getPrivate(), new char[0], new Certificate[] {certificate, authority.certificate()});
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(own.getKeyManagers(), new TrustManager[] {new ClientTrust(authority.certificate())}, null);
        // A resumed session would show a certificate that was checked long ago.
        context.getServerSessionContext().setSessionTimeout(1);
        return context;
    }

    private Answer answer(HttpExchange request) {
        try {
            return route(request);
        } catch (Refused e) {
            LOG.warn("event=agent-refused path={} cause=\"{}\"", request.path(), e.getMessage());
            return Answer.of(403);
        } catch (IOException e) {
            return Answer.of(400);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.of(503);
        } catch (StoreException e) {
            LOG.warn("event=agent-put-off path={} reason=\"{}\"", request.path(), e.getMessage());
            return Answer.of(503);
        } catch (RuntimeException e) {
            LOG.error("event=agent-request-failed path={}", request.path(), e);
            return Answer.of(500);
        }
    }

    private Answer route(HttpExchange request) throws Refused, IOException, InterruptedException {
        String route = request.method() + " " + request.path();
        switch (route) {
            case "POST /agent/v1/enrol":
                return Answer.json(ControlJson.write(desk.enrol(ControlJson.read(request.body(), EnrolRequest.class))));
            case "POST /agent/v1/renew":
                EnrolRequest renewal = ControlJson.read(request.body(), EnrolRequest.class);
                return Answer.json(ControlJson.write(desk.renew(agent(request, LATE_RENEWAL), renewal)));
            case "POST /agent/v1/status":
                desk.reported(agent(request), ControlJson.read(request.body(), StatusReport.class));
                return Answer.of(204);
            case "GET /agent/v1/desired":
                return desired(request);
            default:
                return Answer.of(404);
        }
    }

    private Answer desired(HttpExchange request) throws Refused, InterruptedException {
        long known = number(request.headers().get("if-none-match"));
        String prefer = request.headers().getOrDefault("prefer", "");
        long seconds = prefer.startsWith("wait=") ? number(prefer.substring(5)) : 0;
        Duration patience = Duration.ofSeconds(Math.max(0, Math.min(seconds, LONGEST_WAIT.toSeconds())));
        return desk.await(agent(request), known, patience)
                .map(state -> new Answer(200, ControlJson.write(state), Map.of("ETag", "\"" + state.version() + "\"")))
                .orElse(Answer.of(304));
    }

    private static long number(String text) {
        try {
            return text == null ? -1 : Long.parseLong(text.replace("\"", "").strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private String agent(HttpExchange request) throws Refused {
        return agent(request, Duration.ZERO);
    }

    private String agent(HttpExchange request, Duration late) throws Refused {
        X509Certificate certificate = request.client().orElseThrow(() -> new Refused("no client certificate"));
        try {
            certificate.checkValidity(Date.from(Instant.now().minus(late)));
        } catch (CertificateExpiredException e) {
            throw new Refused("certificate expired");
        } catch (CertificateNotYetValidException young) {
            // Younger than the time that is allowed to be late: then it has not expired either.
        }
        try {
            return desk.authenticated(certificate, ClientTrust.identity(certificate));
        } catch (CertificateException e) {
            throw new Refused("certificate: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /**
     * Accepts certificates that the deployment's CA signed for an agent; which agent, and its end, is checked per
     * request.
     */
    static final class ClientTrust extends X509ExtendedTrustManager {
        private static final int URI_NAME = 6;

        private final X509Certificate authority;

        ClientTrust(X509Certificate authority) {
            this.authority = authority;
        }

        static AgentIdentity identity(X509Certificate certificate) throws CertificateException {
            var names = certificate.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (Integer.valueOf(URI_NAME).equals(name.get(0))) {
                    return AgentIdentity.parse((String) name.get(1))
                            .orElseThrow(() -> new CertificateException("not one of our identities"));
                }
            }
            throw new CertificateException("certificate without identity");
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            try {
                chain[0].verify(authority.getPublicKey());
                boolean issued = chain[0].getIssuerX500Principal().equals(authority.getSubjectX500Principal());
                if (!issued
                        || chain[0].getBasicConstraints() >= 0
                        || identity(chain[0]).agent().isEmpty()) {
                    throw new CertificateException("not an agent's certificate");
                }
            } catch (GeneralSecurityException e) {
                throw new CertificateException("not an agent of this deployment", e);
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("not a client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("not a client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("not a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {authority};
        }
    }
}
