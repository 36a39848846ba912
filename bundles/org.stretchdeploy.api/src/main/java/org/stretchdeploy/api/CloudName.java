package org.stretchdeploy.api;

import java.util.regex.Pattern;

/**
 * The name an admin gives to a registered cloud.
 *
 * @param value 1 to 40 of lower-case letters, digits and dashes, starting with a letter or digit
 */
public record CloudName(String value) implements Comparable<CloudName> {
    private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

    public CloudName {
        if (value == null || !VALID.matcher(value).matches()) {
            throw StretchException.user(
                    "invalid-cloud-name",
                    "A cloud's name is 1 to 40 lower-case letters, digits and dashes; choose another name than "
                            + Quoted.quote(value) + ".");
        }
    }

    @Override
    public int compareTo(CloudName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
