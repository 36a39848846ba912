package org.stretchdeploy.api;

import java.util.List;

/**
 * Whether this node of the controller can do its work now.
 *
 * @param up    when every part is
 * @param parts what it needs, each by name
 */
public record Health(boolean up, List<Part> parts) {
    /** The database with journal, register and secrets. */
    public static final String STORE = "store";

    /** @param message why it is not up, with what to do; empty when it is */
    public record Part(String name, boolean up, String message) {}

    public static Health of(List<Part> parts) {
        return new Health(parts.stream().allMatch(Part::up), List.copyOf(parts));
    }
}
