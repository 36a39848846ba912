package org.stretchdeploy.spi;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Correlation tag: says which operation and which purpose made an object, so that it is found again after a lost reply.
 * It is findable from the moment the object exists (so it travels in the creating request, for instance in the
 * description), and its text is {@code [stretch:<operation>:<purpose>]}.
 *
 * @param operation the operation's id, {@code [a-z0-9-]{1,40}}
 * @param purpose   what the object is for, {@code [a-z0-9.-]{1,60}}; one operation uses a purpose for one object only
 */
public record Tag(String operation, String purpose) {
    private static final Pattern TEXT = Pattern.compile("\\[stretch:([a-z0-9-]{1,40}):([a-z0-9.-]{1,60})]");

    public Tag {
        if (!TEXT.matcher("[stretch:" + operation + ":" + purpose + "]").matches()) {
            throw new IllegalArgumentException("not a tag: " + operation + " " + purpose);
        }
    }

    /** The tag as it stands in a description. */
    public String text() {
        return "[stretch:" + operation + ":" + purpose + "]";
    }

    /** Finds the first tag in a text. */
    public static Optional<Tag> in(String text) {
        if (text == null) {
            return Optional.empty();
        }
        var matcher = TEXT.matcher(text);
        return matcher.find() ? Optional.of(new Tag(matcher.group(1), matcher.group(2))) : Optional.empty();
    }
}
