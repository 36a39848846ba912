package org.stretchdeploy.vendor.vcd.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.CloudRegistration;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.spi.CloudAccount;

/** An HTTPS server that answers as each test scripts it, with the certificate of nobody's authority. */
public final class ScriptedDirector implements AutoCloseable {
    public static final String PASSWORD = "correct horse";
    private static final Identity IDENTITY = Identity.make();

    static {
        // Otherwise every answer waits 40 ms for the acknowledgement of its own head.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /** A request as it arrived. */
    public record Call(String method, String path, Map<String, List<String>> headers, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public Optional<String> header(String name) {
            return headers.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .map(entry -> entry.getValue().get(0))
                    .findFirst();
        }
    }

    /** @param status 0: the connection is cut without an answer */
    public record Answer(int status, byte[] body, Map<String, String> headers) {
        public static final Answer CUT = new Answer(0, new byte[0], Map.of());

        public static Answer of(int status, String body) {
            return new Answer(status, body.getBytes(StandardCharsets.UTF_8), Map.of());
        }

        public Answer with(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Answer(status, body, more);
        }
    }

    private record Rule(String method, Pattern path, Function<Call, Answer> answer) {}

    private record Identity(SSLContext context, String fingerprint) {
        static Identity make() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(256);
                KeyPair keys = generator.generateKeyPair();
                X500Name name = new X500Name("CN=scripted.example");
                Instant now = Instant.now();
                var builder = new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.ONE,
                        Date.from(now.minus(Duration.ofDays(1))),
                        Date.from(now.plus(Duration.ofDays(1))),
                        name,
                        keys.getPublic());
                X509Certificate certificate = new JcaX509CertificateConverter()
                        .getCertificate(
                                builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                store.setKeyEntry("k", keys.getPrivate(), new char[0], new X509Certificate[] {certificate});
                KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                factory.init(store, new char[0]);
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(factory.getKeyManagers(), null, null);
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
                return new Identity(context, HexFormat.of().formatHex(digest));
            } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final AtomicReference<String> token = new AtomicReference<>("token-1");

    public ScriptedDirector() {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(IDENTITY.context()));
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        on("GET", "/api/versions", call -> Answer.of(200, versions("1.5", "36.0", "38.0", "38.1", "40.0")));
        on("POST", "/cloudapi/1.0.0/sessions(/provider)?", this::logIn);
        on("DELETE", "/cloudapi/1.0.0/sessions/current", call -> Answer.of(204, ""));
        on("GET", "/api/query\\?.*", call -> Answer.of(200, records("")));
        on("GET", "/cloudapi/1.0.0/[A-Za-z]+\\?.*", call -> Answer.of(200, "{\"resultTotal\":0,\"values\":[]}"));
    }

    public static String versions(String... versions) {
        StringBuilder text = new StringBuilder("<SupportedVersions xmlns='http://www.vmware.com/vcloud/versions'>");
        for (String version : versions) {
            text.append("<VersionInfo><Version>").append(version).append("</Version></VersionInfo>");
        }
        return text.append("</SupportedVersions>").toString();
    }

    public static String records(String records) {
        return "<QueryResultRecords xmlns='http://www.vmware.com/vcloud/v1.5' total='"
                + records.split("<", -1).length / 2 + "'>" + records + "</QueryResultRecords>";
    }

    public static String error(int status, String code, String message) {
        return "<Error xmlns='http://www.vmware.com/vcloud/v1.5' majorErrorCode='" + status + "' minorErrorCode='"
                + code + "' message='" + message + "'/>";
    }

    private Answer logIn(Call call) {
        String expected = "Basic "
                + java.util.Base64.getEncoder()
                        .encodeToString(("admin@acme:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        if (!call.header("Authorization").equals(Optional.of(expected))) {
            return Answer.of(401, "").with("WWW-Authenticate", "BASIC realm=\"VMware Cloud Director\"");
        }
        return Answer.of(
                        200,
                        "{\"org\":{\"name\":\"acme\",\"id\":\"urn:vcloud:org:11111111-1111-1111-1111-111111111111\"},"
                                + "\"roles\":[\"Organization Administrator\"]}")
                .with("X-VMWARE-VCLOUD-ACCESS-TOKEN", token.get());
    }

    /** Tokens given out so far stop to be good. */
    public void expireTokens() {
        token.updateAndGet(old -> old + "x");
    }

    /** Later rules win over earlier ones. */
    public ScriptedDirector on(String method, String pathPattern, Function<Call, Answer> answer) {
        rules.add(0, new Rule(method, Pattern.compile(pathPattern), answer));
        return this;
    }

    public List<Call> calls() {
        return new ArrayList<>(calls);
    }

    public List<Call> calls(String method, String pathPattern) {
        return calls.stream()
                .filter(call -> call.method().equals(method) && call.path().matches(pathPattern))
                .toList();
    }

    public String origin() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    public String fingerprint() {
        return IDENTITY.fingerprint();
    }

    public CloudAccount account() {
        return account(PASSWORD, Optional.of(fingerprint()), Map.of("vcd.request-timeout-seconds", "2"));
    }

    public CloudAccount account(String password, Optional<String> pin, Map<String, String> settings) {
        return new CloudAccount(
                new CloudRegistration(
                        new CloudName("scripted"), "vcd", URI.create(origin()), "acme", "admin", pin, settings),
                Secret.of(password));
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Call call = new Call(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                Map.copyOf(exchange.getRequestHeaders()),
                body);
        calls.add(call);
        Answer answer = authorized(call) ? answer(call) : Answer.of(401, "");
        if (answer.status() == 0) {
            exchange.close();
            return;
        }
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        boolean bodiless = answer.status() == 204 || answer.body().length == 0;
        exchange.sendResponseHeaders(answer.status(), bodiless ? -1 : answer.body().length);
        if (!bodiless) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer.body());
            }
        }
        exchange.close();
    }

    private boolean authorized(Call call) {
        boolean open = call.path().equals("/api/versions") || call.path().startsWith("/cloudapi/1.0.0/sessions");
        return open || call.header("Authorization").equals(Optional.of("Bearer " + token.get()));
    }

    private Answer answer(Call call) {
        return rules.stream()
                .filter(rule -> rule.method().equals(call.method())
                        && rule.path().matcher(call.path()).matches())
                .findFirst()
                .map(rule -> rule.answer().apply(call))
                .orElseGet(() -> Answer.of(403, error(403, "ACCESS_TO_RESOURCE_IS_FORBIDDEN", "No access to entity.")));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
