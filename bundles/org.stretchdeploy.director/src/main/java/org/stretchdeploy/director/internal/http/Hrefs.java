package org.stretchdeploy.director.internal.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.stretchdeploy.director.internal.model.Entity;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.Ref;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Makes and reads the addresses of entities. References are read by their path; host and port mean nothing. */
public record Hrefs(String base, ApiVersion version) {
    private static final Pattern UUID_PATTERN =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", Pattern.CASE_INSENSITIVE);

    public String of(Kind kind, String id) {
        return base + kind.path(id);
    }

    public String of(Entity entity) {
        return of(entity.kind(), entity.id);
    }

    public String path(String path) {
        return base + path;
    }

    /** A transfer address; the file name is percent-encoded. */
    public String transfer(String id, String file) {
        return base + "/transfer/" + id + "/" + encode(file);
    }

    public XmlElement reference(String element, Kind kind, String id, String name) {
        return XmlElement.vcloud(element)
                .attribute("href", of(kind, id))
                .attribute("id", kind.urn(id))
                .attribute("type", kind.mediaType())
                .attribute("name", name);
    }

    public XmlElement reference(String element, Entity entity) {
        return reference(element, entity.kind(), entity.id, entity.name);
    }

    public XmlElement reference(String element, Ref ref) {
        return reference(element, ref.kind(), ref.id(), ref.name());
    }

    public XmlElement link(String rel, String type, String path) {
        return XmlElement.vcloud("Link")
                .attribute("rel", rel)
                .attribute("type", type)
                .attribute("href", path.startsWith("https://") ? path : base + path);
    }

    public XmlElement link(String rel, String type, String path, String name) {
        return link(rel, type, path).attribute("name", name);
    }

    /** The last uuid in an href, URN or bare id. */
    public static Optional<String> uuid(String reference) {
        Matcher matcher = UUID_PATTERN.matcher(reference);
        Optional<String> found = Optional.empty();
        while (matcher.find()) {
            found = Optional.of(matcher.group().toLowerCase(java.util.Locale.ROOT));
        }
        return found;
    }

    /** As {@link #encode}, part by part. */
    public static String encodePath(String path) {
        return Arrays.stream(path.split("/", -1)).map(Hrefs::encode).collect(Collectors.joining("/"));
    }

    /** Percent-encodes everything but unreserved characters. */
    public static String encode(String text) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            if (c < 128 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0)) {
                out.append(c);
            } else {
                out.append('%').append(String.format("%02X", b & 0xFF));
            }
        }
        return out.toString();
    }
}
