package org.stretchdeploy.rest.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.Plan;

/**
 * How the API's values look in JSON: times and durations as ISO 8601 text, names and ids as text, absent values left
 * out. Reading is strict: unknown fields, doubled fields and trailing text are refused, nesting and lengths are bounded.
 */
public final class ApiJson {
    private static final int MAX_NESTING = 32;
    private static final int MAX_STRING = 64 * 1024;

    private ApiJson() {}

    /** Returns a new mapper; it is thread-safe once made. */
    public static ObjectMapper mapper() {
        var factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_NESTING)
                        .maxStringLength(MAX_STRING)
                        .build())
                .build();
        return JsonMapper.builder(factory)
                .addModule(new JavaTimeModule())
                .addModule(new Jdk8Module())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                .enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(
                        SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
                        SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .serializationInclusion(JsonInclude.Include.NON_ABSENT)
                .addMixIn(CloudName.class, AsText.class)
                .addMixIn(OperationId.class, AsText.class)
                .addMixIn(Plan.class, WithExecutable.class)
                .build();
    }

    private interface AsText {
        @JsonValue
        String value();
    }

    private interface WithExecutable {
        @JsonProperty
        boolean executable();
    }
}
