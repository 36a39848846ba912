package org.stretchdeploy.vendor.vcd.internal.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;
import org.stretchdeploy.vendor.vcd.internal.xml.Xml;

/**
 * One call of the API.
 *
 * @param path    path with query, starting with a slash
 * @param answer  what is asked for
 * @param content media type of the body
 * @param timeout for the whole exchange; empty: the session's
 */
record Request(
        String method,
        String path,
        Answer answer,
        Optional<String> content,
        byte[] body,
        Map<String, String> headers,
        Optional<Duration> timeout) {
    /** What is asked for. */
    enum Answer {
        XML,
        JSON,
        BYTES
    }

    static Request read(String path, Answer answer) {
        return new Request("GET", path, answer, Optional.empty(), new byte[0], Map.of(), Optional.empty());
    }

    static Request write(String method, String path, Answer answer) {
        return new Request(method, path, answer, Optional.empty(), new byte[0], Map.of(), Optional.empty());
    }

    Request xml(String mediaType, Elem document) {
        return body(mediaType, Xml.bytes(document));
    }

    Request json(String document) {
        return body("application/json", document.getBytes(StandardCharsets.UTF_8));
    }

    Request body(String mediaType, byte[] bytes) {
        return new Request(method, path, answer, Optional.of(mediaType), bytes, headers, timeout);
    }

    Request headers(Map<String, String> more) {
        return new Request(method, path, answer, content, body, Map.copyOf(more), timeout);
    }

    boolean reads() {
        return method.equals("GET");
    }
}
