package org.stretchdeploy.workflow;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * Identity of one operation. It is part of every correlation tag, so it is short and made of characters that every
 * cloud accepts in names and metadata.
 *
 * @param value 1 to 40 lower-case letters, digits and hyphens
 */
public record OperationId(@JsonValue String value) implements Comparable<OperationId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

    @JsonCreator
    public OperationId {
        if (value == null || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "an operation id has 1 to 40 lower-case letters, digits and hyphens: " + value);
        }
    }

    public static OperationId of(String value) {
        return new OperationId(value);
    }

    @Override
    public int compareTo(OperationId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
