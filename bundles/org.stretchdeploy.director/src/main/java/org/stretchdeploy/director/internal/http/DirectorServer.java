package org.stretchdeploy.director.internal.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.internal.xml.XmlElement;
import org.stretchdeploy.director.internal.xml.XmlWriter;

/** The HTTPS front: negotiation, authentication, routing, rendering of answers and errors. */
public final class DirectorServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectorServer.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STOP_DELAY_SECONDS = 0;
    private static final int THREADS = 64;
    private static final int DRAINED_BYTES = 16 << 20;

    private final HttpsServer server;
    private final ExecutorService workers;
    private final Routes routes;
    private final Sessions sessions;
    private final List<ApiVersion> versions;
    private final Optional<String> publicUrl;

    static {
        // Without this every small answer waits for the client's delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    public DirectorServer(
            InetSocketAddress address,
            TlsIdentity identity,
            Routes routes,
            Sessions sessions,
            List<ApiVersion> versions,
            Optional<String> publicUrl)
            throws IOException, GeneralSecurityException {
        this.routes = routes;
        this.sessions = sessions;
        this.versions = versions;
        this.publicUrl = publicUrl;
        AtomicInteger number = new AtomicInteger();
        this.workers = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "director-http-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        this.server = HttpsServer.create(address, 128);
        SSLContext context = identity.sslContext();
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters tls = context.getDefaultSSLParameters();
                tls.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
                parameters.setSSLParameters(tls);
            }
        });
        server.createContext("/", this::handle);
        server.setExecutor(workers);
    }

    public void start() {
        server.start();
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(STOP_DELAY_SECONDS);
        workers.shutdownNow();
    }

    private void handle(HttpExchange exchange) {
        long began = System.nanoTime();
        String requestId = exchange.getRequestHeaders().getFirst("X-VMWARE-VCLOUD-CLIENT-REQUEST-ID");
        if (requestId == null || !requestId.matches("[A-Za-z0-9-]{1,128}")) {
            requestId = UUID.randomUUID().toString();
        }
        Call call = new Call(exchange, base(exchange));
        try (exchange) {
            Response response = answer(call, requestId);
            drain(exchange);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            exchange.getResponseHeaders().set("X-VMWARE-VCLOUD-REQUEST-ID", requestId);
            exchange.getResponseHeaders().set("X-VMWARE-VCLOUD-REQUEST-EXECUTION-TIME", Long.toString(millis));
            send(exchange, call, response);
            LOG.debug(
                    "event=request method={} path={} status={} ms={} request={}",
                    call.method(),
                    call.path(),
                    response.status(),
                    millis,
                    requestId);
        } catch (LinkageError e) {
            LOG.error("event=director-broken path={} request={}", call.path(), requestId, e);
        } catch (IOException e) {
            LOG.debug("event=client-gone path={} request={}", call.path(), requestId);
        }
    }

    /**
     * Reads what a refused request still sends, up to a limit, before it is answered. Not after: a client that has its
     * answer may send the next request into the same connection, and the JDK's server does not look into what its TLS
     * layer has read beyond the end of a body, so that such a request would wait for ever.
     */
    private static void drain(HttpExchange exchange) {
        byte[] buffer = new byte[1 << 14];
        try {
            int left = DRAINED_BYTES;
            int n = 0;
            while (left > 0 && n >= 0) {
                n = exchange.getRequestBody().read(buffer);
                left -= Math.max(0, n);
            }
        } catch (IOException e) {
            LOG.debug("event=body-broken reason={}", e.getMessage());
        }
    }

    private Response answer(Call call, String requestId) {
        try {
            if (!call.path().equals("/api/versions") && !call.path().startsWith("/transfer/")) {
                // On the XML surface a request without version means the oldest one; the JSON surface is younger than
                // that.
                boolean old = call.path().startsWith("/api");
                ApiVersion otherwise = versions.get(old ? 0 : versions.size() - 1);
                call.negotiation(Negotiation.of(call.headers("Accept"), versions, otherwise));
            }
            Routes.Route route = routes.find(call);
            Optional<Sessions.Session> session = sessions.of(call);
            session.ifPresent(s -> call.principal(inTenant(call, s.principal)));
            if (route.right() != Right.ANONYMOUS && session.isEmpty()) {
                return unauthorized(call);
            }
            if (!route.right().grantedTo(call.principal())) {
                throw ApiException.noRight(route.right().name());
            }
            return route.handler().handle(call);
        } catch (ApiException e) {
            return error(call, e.status(), e.minorCode(), e.getMessage(), requestId);
        } catch (IllegalArgumentException e) {
            return error(call, 400, "BAD_REQUEST", e.getMessage(), requestId);
        } catch (HostException e) {
            LOG.warn("event=host-refused path={} request={} reason={}", call.path(), requestId, e.getMessage());
            return error(call, 500, "INTERNAL_SERVER_ERROR", e.getMessage(), requestId);
        } catch (RuntimeException e) {
            LOG.error("event=request-failed path={} request={}", call.path(), requestId, e);
            return error(call, 500, "INTERNAL_SERVER_ERROR", "The request could not be processed.", requestId);
        }
    }

    private static Principal inTenant(Call call, Principal principal) {
        if (!principal.isProvider()) {
            return principal;
        }
        return call.header("X-VMWARE-VCLOUD-TENANT-CONTEXT")
                .flatMap(Hrefs::uuid)
                .map(principal::actingIn)
                .orElse(principal);
    }

    /** Bad or missing credentials: the challenge; a body on the JSON surface only, where clients read it. */
    public static Response unauthorized(Call call) {
        Response response = call.path().startsWith("/cloudapi")
                ? Response.json(401, problem("UNAUTHORIZED", "The credentials are missing, wrong or expired."))
                : Response.of(401);
        return response.header("WWW-Authenticate", "BASIC realm=\"VMware Cloud Director\"");
    }

    private static ObjectNode problem(String minorCode, String message) {
        return JSON.createObjectNode()
                .put("minorErrorCode", minorCode)
                .put("message", message)
                .putNull("stackTrace");
    }

    private static Response error(Call call, int status, String minorCode, String message, String requestId) {
        if (call.path().startsWith("/cloudapi") || call.path().startsWith("/oauth")) {
            return Response.json(status, problem(minorCode, "[ " + requestId + " ] " + message));
        }
        XmlElement error = XmlElement.vcloud("Error")
                .attribute("majorErrorCode", status)
                .attribute("minorErrorCode", minorCode)
                .attribute("message", message)
                .attribute("vendorSpecificErrorCode", "")
                .attribute("stackTrace", "");
        return Response.xml(status, error, "application/vnd.vmware.vcloud.error+xml");
    }

    private String base(HttpExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst("Host");
        if (publicUrl.isPresent()) {
            return publicUrl.get();
        }
        if (host == null || !host.matches("[A-Za-z0-9._:\\[\\]-]{1,255}")) {
            return "https://localhost:" + server.getAddress().getPort();
        }
        return "https://" + host;
    }

    private static void send(HttpExchange exchange, Call call, Response response) throws IOException {
        response.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.getResponseHeaders().set("Vary", "Accept-Encoding, User-Agent");
        boolean head = call.method().equals("HEAD");
        if (response.body() instanceof Body.Stream stream) {
            exchange.getResponseHeaders().set("Content-Type", stream.contentType());
            exchange.sendResponseHeaders(response.status(), head || stream.length() == 0 ? -1 : stream.length());
            if (!head && stream.length() > 0) {
                try (OutputStream out = exchange.getResponseBody()) {
                    stream.writer().writeTo(out);
                }
            }
            return;
        }
        byte[] bytes = bytes(exchange, call, response.body());
        exchange.sendResponseHeaders(response.status(), head || bytes.length == 0 ? -1 : bytes.length);
        if (!head && bytes.length > 0) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        }
    }

    private static byte[] bytes(HttpExchange exchange, Call call, Body body) throws IOException {
        if (body instanceof Body.Xml xml) {
            boolean json = call.negotiation().json() && xml.mediaType().endsWith("+xml");
            String type = json ? xml.mediaType().substring(0, xml.mediaType().length() - 4) + "+json" : xml.mediaType();
            boolean versioned = type.startsWith("application/vnd.vmware.");
            exchange.getResponseHeaders().set("Content-Type", versioned ? type + ";version=" + call.version() : type);
            return json
                    ? JSON.writeValueAsBytes(JsonTwin.of(xml.root()))
                    : XmlWriter.write(xml.root()).getBytes(StandardCharsets.UTF_8);
        }
        if (body instanceof Body.Json json) {
            exchange.getResponseHeaders().set("Content-Type", "application/json;version=" + call.version());
            return JSON.writeValueAsBytes(json.root());
        }
        if (body instanceof Body.Bytes raw) {
            exchange.getResponseHeaders().set("Content-Type", raw.contentType());
            return raw.bytes();
        }
        return new byte[0];
    }
}
