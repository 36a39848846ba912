package org.stretchdeploy.vendor.vcd.internal.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.stretchdeploy.spi.CloudException;

/** Reads and writes JSON; nesting and sizes are bounded. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(64).build())
            .build());

    private Json() {}

    /** @throws CloudException EXTERNAL when it is no JSON */
    public static JsonNode parse(byte[] document) {
        try {
            JsonNode node = MAPPER.readTree(document);
            if (node != null && !node.isMissingNode()) {
                return node;
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        throw unreadable(null);
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static String text(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CloudException unreadable(IOException cause) {
        return new CloudException(
                "unreadable-answer",
                CloudException.Category.EXTERNAL,
                "The cloud answered with a document that is no acceptable JSON.",
                Optional.empty(),
                cause);
    }
}
