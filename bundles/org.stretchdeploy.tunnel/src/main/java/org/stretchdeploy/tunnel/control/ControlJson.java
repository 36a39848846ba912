package org.stretchdeploy.tunnel.control;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads and writes the control documents. Thread safe. */
public final class ControlJson {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private ControlJson() {}

    /** UTF-8 JSON of a document. */
    public static byte[] write(Object document) {
        try {
            return MAPPER.writeValueAsBytes(document);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a control document: " + document.getClass(), e);
        }
    }

    /**
     * Reads a document.
     *
     * @throws IOException when it is not well-formed or misses a mandatory field
     */
    public static <T> T read(byte[] json, Class<T> type) throws IOException {
        T document = MAPPER.readValue(json, type);
        if (document == null) {
            throw new IOException("empty " + type.getSimpleName());
        }
        return document;
    }

    /** The same for text. */
    public static <T> T read(String json, Class<T> type) throws IOException {
        return read(json.getBytes(StandardCharsets.UTF_8), type);
    }
}
