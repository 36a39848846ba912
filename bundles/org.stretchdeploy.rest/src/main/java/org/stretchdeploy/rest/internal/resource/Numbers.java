package org.stretchdeploy.rest.internal.resource;

import org.stretchdeploy.api.Quoted;
import org.stretchdeploy.api.StretchException;

/** Reads numbers out of addresses and headers. */
final class Numbers {
    private Numbers() {}

    /** Returns the number; anything else than a number of the range is the caller's mistake. */
    static long inRange(String name, String text, long least, long most) {
        try {
            long number = Long.parseLong(text.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, as for a number out of range
        }
        throw StretchException.user(
                "invalid-number",
                name + " is a whole number from " + least + " to " + most + ", not " + Quoted.quote(text) + ".");
    }
}
