package org.stretchdeploy.api;

import java.util.Arrays;
import java.util.Optional;

/** Surfaces' words for the values of an enum: their names, in any case. */
final class Words {
    private Words() {}

    /** The one of these values that is meant. */
    static <E extends Enum<E>> Optional<E> find(E[] values, String word) {
        return Arrays.stream(values)
                .filter(value -> value.name().equalsIgnoreCase(word))
                .findFirst();
    }
}
