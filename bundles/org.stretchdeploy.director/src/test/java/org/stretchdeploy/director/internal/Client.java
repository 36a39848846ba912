package org.stretchdeploy.director.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.stretchdeploy.director.embed.EmbeddedDirector;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;
import org.stretchdeploy.director.internal.xml.XmlParser;

/** A client that knows nothing but the wire. */
final class Client {
    static final String V = "application/vnd.vmware.vcloud.";
    static final String NS = "xmlns=\"" + Ns.VCLOUD + "\" xmlns:ovf=\"" + Ns.OVF + "\"";
    private final HttpClient http;
    final String base;
    private final String version;
    String token;

    Client(EmbeddedDirector director, String version) {
        this.base = director.uri().toString();
        this.version = version;
        try {
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry("director", director.certificate());
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(trust);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            this.http = HttpClient.newBuilder().sslContext(context).build();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Client admin(EmbeddedDirector director) {
        Client client = new Client(director, "37.0");
        assertThat(client.login("admin@acme", "admin-pass").statusCode()).isEqualTo(200);
        return client;
    }

    static Client provider(EmbeddedDirector director) {
        Client client = new Client(director, "37.0");
        String password = director.password("root", "System").orElseThrow();
        assertThat(client.login("root@System", password).statusCode()).isEqualTo(200);
        return client;
    }

    HttpResponse<byte[]> login(String account, String password) {
        String basic = Base64.getEncoder().encodeToString((account + ":" + password).getBytes(StandardCharsets.UTF_8));
        HttpResponse<byte[]> response = send("POST", "/api/sessions", null, null, "Authorization", "Basic " + basic);
        response.headers().firstValue("x-vcloud-authorization").ifPresent(t -> token = t);
        return response;
    }

    HttpResponse<byte[]> send(String method, String path, String type, String body, String... headers) {
        return sendBytes(method, path, type, body == null ? null : body.getBytes(StandardCharsets.UTF_8), headers);
    }

    HttpResponse<byte[]> sendBytes(String method, String path, String type, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(path.startsWith("https://") ? path : base + path))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        String accept = path.contains("/cloudapi/") ? "application/json" : "application/*+xml";
        if (List.of(headers).stream().noneMatch("Accept"::equals)) {
            request.header("Accept", accept + ";version=" + version);
        }
        if (type != null) {
            request.header("Content-Type", type);
        }
        if (token != null) {
            request.header("x-vcloud-authorization", token);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static XmlElement xml(HttpResponse<byte[]> response) {
        try {
            return XmlParser.parse(response.body());
        } catch (XmlParser.XmlRejected e) {
            throw new AssertionError(text(response), e);
        }
    }

    static String text(HttpResponse<byte[]> response) {
        return response.statusCode() + " " + new String(response.body(), StandardCharsets.UTF_8);
    }

    static JsonNode json(HttpResponse<byte[]> response) {
        try {
            return new ObjectMapper().readTree(response.body());
        } catch (IOException e) {
            throw new AssertionError(text(response), e);
        }
    }

    XmlElement get(String path) {
        HttpResponse<byte[]> response = send("GET", path, null, null);
        assertThat(response.statusCode()).as(() -> text(response)).isEqualTo(200);
        return xml(response);
    }

    JsonNode getJson(String path) {
        HttpResponse<byte[]> response = send("GET", path, null, null);
        assertThat(response.statusCode()).as(() -> text(response)).isEqualTo(200);
        return json(response);
    }

    /** Sends and expects a refusal. */
    XmlElement refused(int status, String method, String path, String type, String body) {
        HttpResponse<byte[]> response = send(method, path, type, body);
        assertThat(response.statusCode()).as(() -> text(response)).isEqualTo(status);
        XmlElement error = xml(response);
        assertThat(error.name()).isEqualTo("Error");
        return error;
    }

    /** Sends, expects 202 or 201, waits for the task inside, gives the final task. */
    XmlElement done(String method, String path, String type, String body) {
        XmlElement task = ended(method, path, type, body);
        assertThat(task.attribute("status")).as(task::toString).contains("success");
        return task;
    }

    XmlElement ended(String method, String path, String type, String body) {
        HttpResponse<byte[]> response = send(method, path, type, body);
        assertThat(response.statusCode()).as(() -> text(response)).isIn(201, 202);
        XmlElement root = xml(response);
        XmlElement task = root.name().equals("Task")
                ? root
                : root.first("Tasks").orElseThrow().first("Task").orElseThrow();
        return waitFor(task.attribute("href").orElseThrow());
    }

    XmlElement waitFor(String taskHref) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> get(taskHref),
                        t -> !t.attribute("status").orElse("").equals("running"));
    }

    /** A JSON change: 202, the task's Location, its end. */
    XmlElement doneJson(String method, String path, String body) {
        HttpResponse<byte[]> response = send(method, path, "application/json", body);
        assertThat(response.statusCode()).as(() -> text(response)).isEqualTo(202);
        XmlElement task = waitFor(response.headers().firstValue("Location").orElseThrow());
        assertThat(task.attribute("status")).as(task::toString).contains("success");
        return task;
    }

    XmlElement query(String type, String filter) {
        return get("/api/query?type=" + type + "&format=records&filter="
                + java.net.URLEncoder.encode(filter, StandardCharsets.UTF_8));
    }

    /** href of the one record with that name. */
    String find(String type, String name) {
        List<XmlElement> hits = query(type, "name==" + name).children().stream()
                .filter(c -> c.name().endsWith("Record"))
                .toList();
        assertThat(hits).as(type + " " + name).hasSize(1);
        return hits.get(0).attribute("href").orElseThrow();
    }

    static Optional<String> link(XmlElement element, String rel) {
        return element.all("Link").stream()
                .filter(l -> l.attribute("rel").orElse("").equals(rel))
                .map(l -> l.attribute("href").orElseThrow())
                .findFirst();
    }
}
