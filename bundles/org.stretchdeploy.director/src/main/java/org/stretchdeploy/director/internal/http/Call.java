package org.stretchdeploy.director.internal.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.director.internal.xml.XmlElement;
import org.stretchdeploy.director.internal.xml.XmlParser;

/** One request, as handlers see it. Used by one thread. */
public final class Call {
    private static final int MAX_BODY_BYTES = 4 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpExchange exchange;
    private final List<String> segments;
    private final Map<String, String> query;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private Principal principal;
    private Negotiation negotiation = Negotiation.none();
    private Hrefs hrefs;

    Call(HttpExchange exchange, String base) {
        this.exchange = exchange;
        this.segments = segments(exchange.getRequestURI().getRawPath());
        this.query = queryParameters(exchange.getRequestURI().getRawQuery());
        this.hrefs = new Hrefs(base, negotiation.version());
    }

    private static List<String> segments(String rawPath) {
        List<String> all = new ArrayList<>();
        for (String part : rawPath.split("/")) {
            if (!part.isEmpty()) {
                all.add(decode(part.replace("+", "%2B")));
            }
        }
        return all;
    }

    private static Map<String, String> queryParameters(String raw) {
        Map<String, String> all = new LinkedHashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&")) {
                if (!pair.isEmpty()) {
                    String[] parts = pair.split("=", 2);
                    all.putIfAbsent(decode(parts[0]), parts.length > 1 ? decode(parts[1]) : "");
                }
            }
        }
        return all;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    public String method() {
        return exchange.getRequestMethod();
    }

    public List<String> segments() {
        return segments;
    }

    public String path() {
        return "/" + String.join("/", segments);
    }

    /** A query parameter. */
    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    public List<String> headers(String name) {
        return exchange.getRequestHeaders().getOrDefault(name, List.of());
    }

    /** The part of the path that the route's pattern names. */
    public String variable(String name) {
        return variables.get(name);
    }

    /** The uuid in that part of the path; an id of another form leads to the answer for unknown entities. */
    public String id(String name) {
        String value = variables.get(name);
        return Hrefs.uuid(value).orElseThrow(() -> ApiException.forbidden(value));
    }

    void variables(Map<String, String> found) {
        variables.putAll(found);
    }

    public Principal principal() {
        return principal;
    }

    void principal(Principal who) {
        this.principal = who;
    }

    public Negotiation negotiation() {
        return negotiation;
    }

    void negotiation(Negotiation result) {
        this.negotiation = result;
        this.hrefs = new Hrefs(hrefs.base(), result.version());
    }

    public ApiVersion version() {
        return negotiation.version();
    }

    public Hrefs hrefs() {
        return hrefs;
    }

    /** The raw body, for uploads; everything else is read with a limit. */
    public InputStream stream() {
        return exchange.getRequestBody();
    }

    public byte[] bytes() {
        try {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
            if (body.length > MAX_BODY_BYTES) {
                throw new ApiException(413, "BAD_REQUEST", "The request is larger than " + MAX_BODY_BYTES + " bytes.");
            }
            return body;
        } catch (IOException e) {
            throw ApiException.badRequest("The request's body could not be read.");
        }
    }

    private Optional<String> jsonType() {
        return header("Content-Type").filter(JsonBody::is);
    }

    /** The body as a document, whatever its root. */
    public XmlElement xml() {
        if (jsonType().isPresent()) {
            return JsonBody.read(jsonType().get(), json(), List.of());
        }
        try {
            return XmlParser.parse(bytes());
        } catch (XmlParser.XmlRejected e) {
            throw ApiException.badRequest("Bad request: " + e.getMessage() + ".");
        }
    }

    /** The body as a document whose root has one of these names. */
    public XmlElement xml(String... roots) {
        if (jsonType().isPresent()) {
            return JsonBody.read(jsonType().get(), json(), List.of(roots));
        }
        XmlElement root = xml();
        for (String name : roots) {
            if (root.name().equals(name)) {
                return root;
            }
        }
        throw ApiException.badRequest("Bad request: expected " + roots[0] + ", found " + root.name() + ".");
    }

    /** The body, absent when it is empty. */
    public Optional<XmlElement> optionalXml() {
        byte[] body = bytes();
        if (body.length == 0) {
            return Optional.empty();
        }
        if (jsonType().isPresent()) {
            return Optional.of(JsonBody.read(jsonType().get(), json(body), List.of()));
        }
        try {
            return Optional.of(XmlParser.parse(body));
        } catch (XmlParser.XmlRejected e) {
            throw ApiException.badRequest("Bad request: " + e.getMessage() + ".");
        }
    }

    public ObjectNode json() {
        return json(bytes());
    }

    private static ObjectNode json(byte[] body) {
        try {
            JsonNode node = JSON.readTree(body);
            if (node instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw ApiException.badRequest("The request is not JSON.");
        } catch (IOException e) {
            throw ApiException.badRequest("The request could not be read.");
        }
        throw ApiException.badRequest("The request is not a JSON object.");
    }
}
