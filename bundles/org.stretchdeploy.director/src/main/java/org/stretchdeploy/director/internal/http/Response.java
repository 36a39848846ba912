package org.stretchdeploy.director.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** An answer: status, headers, body. */
public record Response(int status, Map<String, String> headers, Body body) {

    public static Response of(int status) {
        return new Response(status, Map.of(), new Body.Empty());
    }

    /** The media type is the root's {@code type} attribute. */
    public static Response xml(int status, XmlElement root) {
        return xml(status, root, root.attribute("type").orElse("text/xml"));
    }

    public static Response xml(int status, XmlElement root, String mediaType) {
        return new Response(status, Map.of(), new Body.Xml(root, mediaType));
    }

    public static Response ok(XmlElement root) {
        return xml(200, root);
    }

    public static Response json(int status, JsonNode root) {
        return new Response(status, Map.of(), new Body.Json(root));
    }

    public static Response bytes(int status, byte[] bytes, String contentType) {
        return new Response(status, Map.of(), new Body.Bytes(bytes, contentType));
    }

    /** 201 or 202 with the Location that clients follow. */
    public static Response created(int status, XmlElement root) {
        Response response = xml(status, root);
        return root.attribute("href").map(h -> response.header("Location", h)).orElse(response);
    }

    public Response header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Response(status, more, body);
    }
}
