package org.stretchdeploy.shell.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.Plan;

/** Writes the API's values as REST does, indented. */
final class ShellJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .serializationInclusion(JsonInclude.Include.NON_ABSENT)
            .addMixIn(CloudName.class, AsText.class)
            .addMixIn(OperationId.class, AsText.class)
            .addMixIn(Plan.class, WithExecutable.class)
            .build();

    private ShellJson() {}

    static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
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
