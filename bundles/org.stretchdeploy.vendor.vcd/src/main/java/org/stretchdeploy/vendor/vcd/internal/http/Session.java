package org.stretchdeploy.vendor.vcd.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.spi.CloudAccount;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/**
 * A login that lasts: sends requests with the token and logs in again, once per request, when the token has run out (a
 * request refused with 401 was not carried out, so sending it again is safe). Thread-safe.
 */
public final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final String SESSIONS = "/cloudapi/1.0.0/sessions";

    private final Transport transport;
    private final CloudAccount account;
    private final ApiVersion version;
    private volatile Login login;
    private volatile boolean closed;
    private volatile Map<String, String> tenant = Map.of();
    private volatile String organization = "";

    /** What a login gave. */
    private record Login(String token, JsonNode description, Duration clockSkew) {
        @Override
        public String toString() {
            return "Login[***]";
        }
    }

    private Session(Transport transport, CloudAccount account, ApiVersion version) {
        this.transport = transport;
        this.account = account;
        this.version = version;
    }

    /** Finds the version to speak and logs in. */
    static Session open(Transport transport, CloudAccount account, Optional<String> wantedVersion) {
        Request versions = Request.read("/api/versions", Request.Answer.XML);
        Reply offered = Retries.run(versions, () -> transport.send(versions, Map.of("Accept", "*/*")));
        if (!offered.ok()) {
            Category category = offered.status() >= 500 ? Category.TRANSIENT : Category.USER;
            throw new CloudException(
                    "no-versions",
                    category,
                    "The endpoint does not tell its API versions (status " + offered.status()
                            + "): is it a VMware Cloud Director?");
        }
        ApiVersion version = ApiVersion.negotiate(versionsDocument(offered), wantedVersion);
        Session session = new Session(transport, account, version);
        session.logIn(null);
        return session;
    }

    private static Elem versionsDocument(Reply offered) {
        try {
            return offered.xml();
        } catch (CloudException e) {
            throw new CloudException(
                    "not-a-cloud-director",
                    Category.USER,
                    "The endpoint is no VMware Cloud Director: it does not tell its API versions.",
                    Optional.empty(),
                    e);
        }
    }

    ApiVersion version() {
        return version;
    }

    Endpoint endpoint() {
        return transport.endpoint();
    }

    Duration clockSkew() {
        return login.clockSkew();
    }

    /** Names of the roles of our account. */
    Set<String> roles() {
        Set<String> roles = new TreeSet<>();
        login.description().path("roles").forEach(role -> roles.add(role.asText()));
        return roles;
    }

    /** From now on every request acts in a tenant's organization; only for an account of the provider. */
    void actIn(String name, String uuid) {
        tenant = Map.of("X-VMWARE-VCLOUD-TENANT-CONTEXT", uuid, "X-VMWARE-VCLOUD-AUTH-CONTEXT", name);
        organization = "urn:vcloud:org:" + uuid;
    }

    /** URN of the organization that we are in. */
    String organization() {
        return organization.isEmpty()
                ? login.description().path("org").path("id").asText("")
                : organization;
    }

    /** Sends a request; safe repetitions included. The answer may be a refusal. */
    Reply send(Request request) {
        return Retries.run(request, () -> authorized(request));
    }

    /** Opens a stream; the caller looks at the status and closes the body. */
    HttpResponse<InputStream> open(Request request) {
        try {
            Login used = current();
            HttpResponse<InputStream> response = transport.open(request, headers(request, used));
            if (response.statusCode() == 401) {
                close(response.body());
                response = transport.open(request, headers(request, logIn(used)));
            }
            return response;
        } catch (Transport.Failed e) {
            throw Retries.unreachable(request, e);
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            LOG.debug("event=close-failed reason={}", e.toString());
        }
    }

    private Reply authorized(Request request) throws Transport.Failed {
        Login used = current();
        Instant start = Instant.now();
        Reply reply = transport.send(request, headers(request, used));
        if (reply.status() == 401) {
            reply = transport.send(request, headers(request, logIn(used)));
        }
        LOG.debug(
                "event=call method={} path={} status={} millis={}",
                request.method(),
                request.path().startsWith("/transfer/") ? "/transfer/..." : request.path(),
                reply.status(),
                Duration.between(start, Instant.now()).toMillis());
        return reply;
    }

    private Login current() {
        if (closed) {
            throw new CloudException("closed", Category.USER, "The connection to this cloud was closed.");
        }
        return login;
    }

    private Map<String, String> headers(Request request, Login used) {
        Map<String, String> headers = new HashMap<>(request.headers());
        headers.putAll(tenant);
        headers.put("Authorization", "Bearer " + used.token());
        headers.put("Accept", accept(request.answer()));
        request.content().ifPresent(type -> headers.put("Content-Type", type));
        return headers;
    }

    private String accept(Request.Answer answer) {
        return switch (answer) {
            case XML -> "application/*+xml;version=" + version;
            case JSON -> "application/json;version=" + version;
            case BYTES -> "*/*;version=" + version;
        };
    }

    /** Logs in unless somebody else has done so since {@code old} was used. */
    private synchronized Login logIn(Login old) {
        if (login == old) {
            login = newLogin();
        }
        return login;
    }

    private Login newLogin() {
        boolean provider = account.registration().organization().equalsIgnoreCase("System");
        Request request = Request.write("POST", provider ? SESSIONS + "/provider" : SESSIONS, Request.Answer.JSON);
        Map<String, String> headers = Map.of("Authorization", basic(), "Accept", accept(Request.Answer.JSON));
        Instant before = Instant.now();
        // A login has no lasting effect, so it may be repeated like a read.
        Reply reply =
                Retries.run(Request.read(request.path(), Request.Answer.JSON), () -> transport.send(request, headers));
        if (reply.status() == 401 || reply.status() == 403) {
            throw new CloudException(
                    "wrong-credentials",
                    Category.DENIED,
                    "The cloud does not accept this user and password for organization "
                            + Failures.clean(account.registration().organization()) + ".");
        }
        if (!reply.ok()) {
            throw Failures.of(reply, "The login");
        }
        String token = reply.header("X-VMWARE-VCLOUD-ACCESS-TOKEN")
                .filter(value -> value.matches("[!-~]{1,16384}"))
                .orElseThrow(() -> new CloudException(
                        "no-token", Category.EXTERNAL, "The cloud accepted the login but gave no access token."));
        LOG.info("event=logged-in endpoint={} version={}", transport.endpoint(), version);
        return new Login(token, reply.json(), skew(reply, before));
    }

    private static Duration skew(Reply reply, Instant before) {
        Instant after = Instant.now();
        Instant middle = before.plus(Duration.between(before, after).dividedBy(2));
        try {
            return reply.header("Date")
                    .map(date ->
                            Duration.between(middle, Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date))))
                    .map(skew -> Duration.ofSeconds(Math.round(skew.toMillis() / 1000.0)))
                    .orElse(Duration.ZERO);
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }

    private String basic() {
        String name =
                account.registration().user() + "@" + account.registration().organization() + ":";
        char[] password = account.password().reveal();
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
        byte[] start = name.getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(start, start.length + encoded.remaining());
        encoded.get(all, start.length, encoded.remaining());
        String header = "Basic " + Base64.getEncoder().encodeToString(all);
        Arrays.fill(password, '\0');
        Arrays.fill(encoded.array(), (byte) 0);
        Arrays.fill(all, (byte) 0);
        return header;
    }

    /** Logs out; failures do not matter, the session ends by itself. */
    synchronized void close() {
        if (closed) {
            return;
        }
        Request logout = Request.write("DELETE", SESSIONS + "/current", Request.Answer.JSON);
        try {
            transport.send(logout, headers(logout, login));
        } catch (Transport.Failed | CloudException e) {
            LOG.debug("event=logout-failed reason={}", e.toString());
        }
        closed = true;
    }
}
