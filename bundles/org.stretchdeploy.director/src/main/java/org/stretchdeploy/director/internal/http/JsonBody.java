package org.stretchdeploy.director.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;

/**
 * Reads the JSON form of a request of the XML surface, the way back of {@link JsonTwin}. JSON does not tell attributes from
 * elements; a plain value becomes both, so that whoever reads the document finds it where the schema has it. Sections of
 * the OVF namespace are not known here.
 */
final class JsonBody {
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("application/vnd\\.vmware\\.(?:vcloud|admin)\\.([A-Za-z]+)\\+json");

    private JsonBody() {}

    /** Whether a body of this Content-Type is JSON. */
    static boolean is(String contentType) {
        String type = contentType.split(";")[0].trim().toLowerCase(Locale.ROOT);
        return type.endsWith("+json") || type.equals("application/json");
    }

    /**
     * @param roots names that the document may have; the media type picks, else the first is meant
     */
    static XmlElement read(String contentType, ObjectNode body, List<String> roots) {
        Matcher matcher = MEDIA_TYPE.matcher(contentType.split(";")[0].trim());
        String named = matcher.matches() ? upper(matcher.group(1)) : "";
        String root = roots.isEmpty() ? named : roots.contains(named) ? named : roots.get(0);
        XmlElement element = XmlElement.vcloud(root.isEmpty() ? "Params" : root);
        fill(element, body);
        return element;
    }

    private static void fill(XmlElement element, JsonNode object) {
        object.fields().forEachRemaining(field -> {
            String key = field.getKey();
            JsonNode value = field.getValue();
            if (key.equals("_type")) {
                element.attribute(Ns.XSI, "type", value.asText());
            } else if (!key.equals("otherAttributes") && !key.equals("vCloudExtension") && !key.equals("any")) {
                Iterable<JsonNode> values = value.isArray() ? value : List.of(value);
                values.forEach(v -> add(element, key, v));
            }
        });
    }

    private static void add(XmlElement element, String key, JsonNode value) {
        if (value.isObject()) {
            String type = value.path("_type").asText("");
            boolean section = key.equals("section") && type.endsWith("SectionType");
            XmlElement child = XmlElement.vcloud(section ? type.substring(0, type.length() - 4) : upper(key));
            fill(child, value);
            element.add(child);
        } else if (value.isArray()) {
            throw ApiException.badRequest("Bad request: a list inside of a list at " + key + ".");
        } else if (!value.isNull()) {
            element.attribute(key, value.asText());
            element.child(upper(key), value.asText());
            if (key.equals("value")) {
                element.setText(value.asText());
            }
        }
    }

    private static String upper(String name) {
        if (name.equals("macAddress") || name.equals("mACAddress")) {
            return "MACAddress";
        }
        return name.isEmpty() ? name : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }
}
