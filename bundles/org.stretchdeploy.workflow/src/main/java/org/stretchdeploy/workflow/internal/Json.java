package org.stretchdeploy.workflow.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.WorkflowException;

/** The one way in which this bundle writes and reads JSON. */
public final class Json {
    /** Characters of one event: enough for the plan of a large vApp, not for a disk. */
    static final int LARGEST_EVENT = 4 << 20;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private Json() {}

    public static JsonNode tree(Object value) {
        try {
            return MAPPER.valueToTree(value);
        } catch (IllegalArgumentException e) {
            throw new WorkflowException(
                    WorkflowException.Code.INVALID,
                    "a value of " + value.getClass().getName() + " cannot be written as JSON",
                    e);
        }
    }

    public static <T> T value(JsonNode json, Class<T> type) {
        try {
            return MAPPER.treeToValue(json, type);
        } catch (JsonProcessingException e) {
            throw new WorkflowException(
                    WorkflowException.Code.INVALID,
                    "not a readable " + type.getSimpleName() + ": " + e.getOriginalMessage(),
                    e);
        }
    }

    public static String write(JournalEvent event) {
        try {
            String json = MAPPER.writerFor(JournalEvent.class).writeValueAsString(event);
            if (json.length() > LARGEST_EVENT) {
                throw new WorkflowException(
                        WorkflowException.Code.INVALID,
                        "an event of " + json.length() + " characters is too large for the journal (at most "
                                + LARGEST_EVENT + ")");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw new WorkflowException(WorkflowException.Code.INVALID, "the event cannot be written as JSON", e);
        }
    }

    public static JournalEvent event(String json) {
        try {
            return MAPPER.readValue(json, JournalEvent.class);
        } catch (JsonProcessingException e) {
            throw new WorkflowException(
                    WorkflowException.Code.JOURNAL_CORRUPT,
                    "the journal holds an event that this version cannot read: " + e.getOriginalMessage(),
                    e);
        }
    }

    public static String text(Object value) {
        return tree(value).toString();
    }

    public static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new WorkflowException(WorkflowException.Code.INVALID, "not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** SHA-256 over workflow name and input, independent of the order of the input's fields. */
    public static String digest(String workflow, JsonNode input) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(workflow.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return HexFormat.of()
                    .formatHex(digest.digest(sorted(input).toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static JsonNode sorted(JsonNode node) {
        if (node.isObject()) {
            Map<String, JsonNode> fields = new TreeMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
            return MAPPER.createObjectNode().setAll(fields);
        }
        if (node.isArray()) {
            var array = MAPPER.createArrayNode();
            node.forEach(element -> array.add(sorted(element)));
            return array;
        }
        return node;
    }

    public static <I> Workflow.InputCodec<I> codec(Class<I> type) {
        return new Workflow.InputCodec<>() {
            @Override
            public JsonNode encode(I input) {
                return tree(input);
            }

            @Override
            public I decode(JsonNode json) {
                return value(json, type);
            }
        };
    }
}
