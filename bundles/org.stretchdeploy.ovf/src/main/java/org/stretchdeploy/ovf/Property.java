package org.stretchdeploy.ovf;

import java.util.Optional;

/**
 * A property of a product.
 *
 * @param key name inside the product
 * @param type for instance {@code string} or {@code boolean}
 * @param value value or default
 * @param userConfigurable whether the person who deploys may change it
 * @param password whether the value is a secret
 * @param label short text for people
 * @param description long text for people
 * @param extensions what is kept beyond the specification
 */
public record Property(
        String key,
        String type,
        String value,
        boolean userConfigurable,
        boolean password,
        Optional<String> label,
        Optional<String> description,
        Extensions extensions) {
    /** A text property that the person who deploys may set. */
    public static Property text(String key, String value, String label) {
        return new Property(key, "string", value, true, false, Optional.of(label), Optional.empty(), Extensions.NONE);
    }

    /** Like {@link #text}, for a secret. */
    public static Property secret(String key, String label) {
        return new Property(key, "string", "", true, true, Optional.of(label), Optional.empty(), Extensions.NONE);
    }

    @Override
    public String toString() {
        return "Property[" + key + "=" + (password ? "(secret)" : value) + "]";
    }
}
