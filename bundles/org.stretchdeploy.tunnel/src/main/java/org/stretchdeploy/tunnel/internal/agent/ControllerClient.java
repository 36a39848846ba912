package org.stretchdeploy.tunnel.internal.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.stretchdeploy.tunnel.control.ControlJson;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.EnrolReply;
import org.stretchdeploy.tunnel.control.EnrolRequest;
import org.stretchdeploy.tunnel.control.StatusReport;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;

/**
 * Speaks to the controller's agent endpoint over TLS 1.3. When a node of the controller cannot be reached, or has
 * trouble of its own, the next request goes to the next one; what a node refuses for good is not asked of another.
 * Thread safe; a new identity takes effect with the next request.
 */
final class ControllerClient {
    private static final int CONNECT_MILLIS = 5000;
    private static final int READ_MILLIS = 10_000;
    private static final int POLL_MILLIS = 30_000;
    private static final int BODY_LIMIT = 4 << 20;

    private final AgentSettings settings;
    private final AtomicInteger current = new AtomicInteger();
    private Optional<TlsIdentity> identity = Optional.empty();
    private Optional<SSLSocketFactory> sockets = Optional.empty();

    ControllerClient(AgentSettings settings) {
        this.settings = settings;
    }

    /** From now on the agent shows this certificate. */
    synchronized void use(TlsIdentity shown) {
        identity = Optional.of(shown);
        sockets = Optional.empty();
    }

    /** Made when the controller is asked for the first time: the networks of guests come up before that. */
    private synchronized SSLSocketFactory sockets() throws IOException {
        if (sockets.isEmpty()) {
            sockets = Optional.of(newSockets());
            // Also for the field that each connection sets before it can be told: Java's default would read all the
            // authorities that this machine trusts, and the agent trusts none of them.
            HttpsURLConnection.setDefaultSSLSocketFactory(sockets.get());
        }
        return sockets.get();
    }

    private SSLSocketFactory newSockets() throws IOException {
        try {
            PinnedController trust = new PinnedController(settings.authorityDigest());
            SSLContext context =
                    identity.isPresent() ? identity.get().context(trust) : TlsIdentity.context(null, trust);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("no TLS: " + e.getMessage(), e);
        }
    }

    /** Refused for good, as opposed to not reached. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;
        private final int status;

        Refused(int status, String path) {
            super("controller answers " + status + " to " + path);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    EnrolReply enrol(EnrolRequest request) throws IOException {
        String path = request.token() == null ? "/agent/v1/renew" : "/agent/v1/enrol";
        return ControlJson.read(post(path, ControlJson.write(request)), EnrolReply.class);
    }

    void report(StatusReport report) throws IOException {
        post("/agent/v1/status", ControlJson.write(report));
    }

    /** Waits up to 20 s for a state of another version than this; empty when there is none. */
    Optional<DesiredState> desired(long knownVersion) throws IOException {
        return atOneNode(node -> desired(node, knownVersion));
    }

    private Optional<DesiredState> desired(AgentSettings.Controller node, long knownVersion) throws IOException {
        HttpsURLConnection connection = open(node, "/agent/v1/desired", POLL_MILLIS);
        connection.setRequestProperty("If-None-Match", "\"" + knownVersion + "\"");
        connection.setRequestProperty("Prefer", "wait=20");
        if (connection.getResponseCode() == HttpsURLConnection.HTTP_NOT_MODIFIED) {
            drain(connection);
            return Optional.empty();
        }
        return Optional.of(ControlJson.read(body(connection, "/agent/v1/desired"), DesiredState.class));
    }

    private interface Request<T> {
        T to(AgentSettings.Controller node) throws IOException;
    }

    /** A failure is the caller's, who comes again; then it is another node's turn. */
    private <T> T atOneNode(Request<T> request) throws IOException {
        int index = current.get();
        int count = settings.controllers().size();
        try {
            return request.to(settings.controllers().get(index));
        } catch (Refused e) {
            if (e.status() >= HttpsURLConnection.HTTP_INTERNAL_ERROR) {
                current.compareAndSet(index, (index + 1) % count);
            }
            throw e;
        } catch (IOException e) {
            current.compareAndSet(index, (index + 1) % count);
            throw e;
        }
    }

    private byte[] post(String path, byte[] json) throws IOException {
        return atOneNode(node -> post(node, path, json));
    }

    private byte[] post(AgentSettings.Controller node, String path, byte[] json) throws IOException {
        HttpsURLConnection connection = open(node, path, READ_MILLIS);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(json.length);
        connection.setRequestProperty("Content-Type", "application/json");
        try (OutputStream out = connection.getOutputStream()) {
            out.write(json);
        }
        return body(connection, path);
    }

    private HttpsURLConnection open(AgentSettings.Controller node, String path, int readMillis) throws IOException {
        SSLSocketFactory factory = sockets();
        URL url = URI.create("https://" + node + path).toURL();
        HttpsURLConnection connection = (HttpsURLConnection) url.openConnection(Proxy.NO_PROXY);
        connection.setSSLSocketFactory(factory);
        // The trust manager has already checked who this is; the name is that of a relay or a NAT.
        connection.setHostnameVerifier((name, session) -> true);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(readMillis);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        return connection;
    }

    private static byte[] body(HttpsURLConnection connection, String path) throws IOException {
        int status = connection.getResponseCode();
        if (status < 200 || status > 299) {
            drain(connection);
            throw new Refused(status, path);
        }
        try (InputStream in = connection.getInputStream()) {
            byte[] body = in.readNBytes(BODY_LIMIT + 1);
            if (body.length > BODY_LIMIT) {
                throw new IOException("answer too long: " + path);
            }
            return body;
        }
    }

    private static void drain(HttpsURLConnection connection) throws IOException {
        InputStream error = connection.getErrorStream();
        try (InputStream in =
                error == null && connection.getResponseCode() < 400 ? connection.getInputStream() : error) {
            if (in != null) {
                in.readNBytes(65_536);
            }
        }
    }
}
