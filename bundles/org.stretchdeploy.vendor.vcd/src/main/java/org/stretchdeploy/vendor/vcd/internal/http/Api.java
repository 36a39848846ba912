package org.stretchdeploy.vendor.vcd.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stretchdeploy.spi.CloudAccount;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/**
 * The calls of the API by their shape: documents, writes, queries, pages, files. Every refusal becomes a
 * {@link CloudException}. Thread-safe.
 */
public final class Api implements AutoCloseable {
    private static final int MAX_PAGES = 400;
    private static final Pattern ENTITY = Pattern.compile("(/api/(?:admin/)?[A-Za-z]+/[A-Za-z0-9-]+)(/.*)?");
    private static final Pattern NEXT_PAGE = Pattern.compile("<([^>]+)>\\s*;[^,]*rel=\"?nextPage\"?");

    private final Session session;
    private final Settings settings;

    private Api(Session session, Settings settings) {
        this.session = session;
        this.settings = settings;
    }

    /** Logs in. */
    public static Api open(CloudAccount account, Settings settings) {
        Endpoint endpoint = new Endpoint(account.registration().endpoint());
        Transport transport = new Transport(endpoint, account.registration().certificateSha256(), settings);
        Api api = new Api(Session.open(transport, account, settings.apiVersion()), settings);
        try {
            settings.tenant().ifPresent(api::actIn);
            return api;
        } catch (CloudException e) {
            api.close();
            throw e;
        }
    }

    private void actIn(String tenant) {
        Elem organization = query("organization", "OrgRecord", Optional.of(Filter.of("name", tenant))).stream()
                .filter(org -> org.attribute("name").equals(tenant))
                .findFirst()
                .orElseThrow(() -> new CloudException(
                        "no-such-tenant",
                        Category.USER,
                        "The account sees no organization of the name in the setting vcd.tenant."));
        String path = path(organization.attribute("href"));
        session.actIn(tenant, path.substring(path.lastIndexOf('/') + 1));
    }

    public ApiVersion version() {
        return session.version();
    }

    public Duration clockSkew() {
        return session.clockSkew();
    }

    public Set<String> roles() {
        return session.roles();
    }

    /** URN of our organization. */
    public String organization() {
        return session.organization();
    }

    /** Path of a link that the cloud gave, see {@link Endpoint#path}. */
    public String path(String href) {
        return session.endpoint().path(href);
    }

    /** Reads an XML entity; one that we may not see counts as NOT_FOUND, as the cloud does not tell the difference. */
    public Elem get(String path) {
        Reply reply = session.send(Request.read(path, Request.Answer.XML));
        if (reply.ok()) {
            return reply.xml();
        }
        throw unseen(reply) ? notFound(reply) : Failures.of(reply, "Reading from the cloud");
    }

    /** The same, empty when it is not there. */
    public Optional<Elem> find(String path) {
        try {
            return Optional.of(get(path));
        } catch (CloudException e) {
            if (e.category() == Category.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean unseen(Reply reply) {
        return reply.status() == 403 || reply.status() == 404;
    }

    private static CloudException notFound(Reply reply) {
        Failures.Told told = Failures.told(reply.body());
        return new CloudException(
                told.code().isEmpty() ? "not-found" : told.code(),
                Category.NOT_FOUND,
                "The object is not there, or this account may not see it"
                        + (told.message().isEmpty() ? "." : ": " + told.message()));
    }

    /** A write without body. */
    public Reply write(String method, String path) {
        return checked(path, session.send(Request.write(method, path, Request.Answer.XML)));
    }

    /** A write with an XML body. */
    public Reply write(String method, String path, String mediaType, Elem document) {
        return checked(
                path,
                session.send(Request.write(method, path, Request.Answer.XML).xml(mediaType, document)));
    }

    /** A write whose answer the caller judges. */
    public Reply tryWrite(String method, String path) {
        return session.send(Request.write(method, path, Request.Answer.XML));
    }

    /** A write with an XML body whose answer the caller judges. */
    public Reply tryWrite(String method, String path, String mediaType, Elem document) {
        return session.send(Request.write(method, path, Request.Answer.XML).xml(mediaType, document));
    }

    /** A write of bytes, such as a piece of an upload; the caller judges the answer. */
    public Reply putBytes(String path, String mediaType, byte[] bytes, Map<String, String> headers) {
        return session.send(Request.write("PUT", path, Request.Answer.BYTES)
                .body(mediaType, bytes)
                .headers(headers));
    }

    /** The failure that a refused write stands for; a forbidden one is NOT_FOUND if the object cannot even be read. */
    public CloudException refusal(String path, Reply reply) {
        if (reply.status() == 403) {
            Matcher entity = ENTITY.matcher(path);
            if (entity.matches() && find(entity.group(1)).isEmpty()) {
                return notFound(reply);
            }
        }
        return Failures.of(reply, "A change in the cloud");
    }

    private Reply checked(String path, Reply reply) {
        if (!reply.ok()) {
            throw refusal(path, reply);
        }
        return reply;
    }

    /** All records of a query over all pages; records of another name than asked for are left out. */
    public List<Elem> query(String type, String recordName, Optional<Filter> filter) {
        String base = "/api/query?type=" + type + "&format=records&pageSize=128"
                + filter.map(f -> "&filterEncoded=true&filter=" + f.encoded()).orElse("");
        List<Elem> records = new ArrayList<>();
        for (int page = 1; page <= MAX_PAGES; page++) {
            Reply reply = session.send(Request.read(base + "&page=" + page, Request.Answer.XML));
            if (!reply.ok()) {
                throw Failures.of(reply, "A query");
            }
            Elem answer = reply.xml();
            List<Elem> found = answer.children(recordName);
            records.addAll(found);
            if (found.isEmpty() || records.size() >= answer.numberAttribute("total", 0)) {
                return records;
            }
        }
        throw endless();
    }

    private static CloudException endless() {
        return new CloudException("endless-list", Category.EXTERNAL, "A list of the cloud does not come to its end.");
    }

    /** A condition of a query: {@code name==value} terms joined by and. */
    public record Filter(String encoded) {
        public static Filter of(String field, String value) {
            return new Filter(encode(field + "==" + encode(value)));
        }

        public Filter and(String field, String value) {
            return new Filter(encoded + "%3B" + of(field, value).encoded());
        }
    }

    /** Percent-encodes a text for a query or path segment. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Reads a JSON object; unknown or invisible ones are NOT_FOUND. */
    public JsonNode getJson(String path) {
        Reply reply = session.send(Request.read(path, Request.Answer.JSON));
        if (reply.ok()) {
            return reply.json();
        }
        throw unseen(reply) ? notFound(reply) : Failures.of(reply, "Reading from the cloud");
    }

    /** The same, empty when it is not there. */
    public Optional<JsonNode> findJson(String path) {
        try {
            return Optional.of(getJson(path));
        } catch (CloudException e) {
            // Cloud Director answers 400 for an id of the right shape that does not exist.
            if (e.category() == Category.NOT_FOUND || e.category() == Category.USER) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A write with a JSON body. */
    public Reply writeJson(String method, String path, Optional<JsonNode> body) {
        Request bare = Request.write(method, path, Request.Answer.JSON);
        Reply reply = session.send(body.map(Json::text).map(bare::json).orElse(bare));
        if (!reply.ok()) {
            boolean gone = reply.status() == 404
                    || (reply.status() == 403
                            && !method.equals("POST")
                            && findJson(path).isEmpty());
            throw gone ? notFound(reply) : Failures.of(reply, "A change in the cloud");
        }
        return reply;
    }

    /** All values of a paged list, whether it is paged by number or by cursor. */
    public List<JsonNode> pages(String path) {
        String separator = path.contains("?") ? "&" : "?";
        String base = path + separator + "pageSize=32";
        String next = base;
        List<JsonNode> values = new ArrayList<>();
        for (int page = 1; page <= MAX_PAGES; page++) {
            Reply reply = session.send(Request.read(next, Request.Answer.JSON));
            if (!reply.ok()) {
                throw unseen(reply) ? notFound(reply) : Failures.of(reply, "Reading a list");
            }
            JsonNode answer = reply.json();
            answer.path("values").forEach(values::add);
            Optional<String> link = nextPage(reply);
            boolean all = values.size() >= answer.path("resultTotal").asInt(0)
                    || answer.path("values").isEmpty();
            if (link.isEmpty() && all) {
                return values;
            }
            next = link.orElse(base + "&page=" + (page + 1));
            if (link.isPresent() && answer.path("values").isEmpty()) {
                return values;
            }
        }
        throw endless();
    }

    private Optional<String> nextPage(Reply reply) {
        return reply.headers().allValues("Link").stream()
                .map(NEXT_PAGE::matcher)
                .filter(Matcher::find)
                .map(matcher -> path(matcher.group(1)))
                .findFirst();
    }

    /** Reads a document of any type; empty when it is not there. */
    public Optional<byte[]> bytes(String path) {
        Reply reply = session.send(Request.read(path, Request.Answer.BYTES));
        if (unseen(reply)) {
            return Optional.empty();
        }
        if (!reply.ok()) {
            throw Failures.of(reply, "Reading a file");
        }
        return Optional.of(reply.body());
    }

    /** Opens a file from an offset to its end; a server that does not know ranges is skipped through. */
    public InputStream stream(String path, long offset) {
        Map<String, String> range = offset > 0 ? Map.of("Range", "bytes=" + offset + "-") : Map.of();
        HttpResponse<InputStream> response =
                session.open(Request.read(path, Request.Answer.BYTES).headers(range));
        return Download.of(response, offset, settings.stallTimeout());
    }

    @Override
    public void close() {
        session.close();
    }
}
