package org.stretchdeploy.api;

import java.util.regex.Pattern;

/** Names an operation, for instance {@code op-7k2m9x4q}. */
public record OperationId(String value) {
    private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

    public OperationId {
        if (value == null || !VALID.matcher(value).matches()) {
            throw StretchException.user(
                    "invalid-operation-id", "An operation id looks like op-7k2m9x4q, not " + Quoted.quote(value) + ".");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
