package org.stretchdeploy.soap.internal;

import java.time.Instant;
import java.time.OffsetDateTime;

/** Times of XML Schema; the generated classes call it. */
public final class Times {
    private Times() {}

    public static Instant parse(String text) {
        return text == null || text.isBlank()
                ? null
                : OffsetDateTime.parse(text.strip()).toInstant();
    }

    public static String print(Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
