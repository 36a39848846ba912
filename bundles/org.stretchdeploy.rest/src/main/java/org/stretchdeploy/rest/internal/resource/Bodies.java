package org.stretchdeploy.rest.internal.resource;

import org.stretchdeploy.api.StretchException;

/** What every body must be. */
final class Bodies {
    private Bodies() {}

    /** Returns the body; an absent one and the JSON word {@code null} are refused. */
    static <T> T present(T body) {
        if (body == null) {
            throw StretchException.user("missing-body", "Send a JSON object as the body.");
        }
        return body;
    }
}
