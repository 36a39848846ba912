package org.stretchdeploy.spi;

import java.util.Objects;

/** A cloud's own identity of an object, opaque to everybody but its adapter, stable for the object's life. */
public record ObjectId(String value) {
    public ObjectId {
        Objects.requireNonNull(value);
        if (value.isEmpty() || value.length() > 2048) {
            throw new IllegalArgumentException("an object id has 1 to 2048 characters");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
