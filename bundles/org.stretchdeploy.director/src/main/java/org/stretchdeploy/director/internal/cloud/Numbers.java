package org.stretchdeploy.director.internal.cloud;

import org.stretchdeploy.director.internal.http.ApiException;

/** Reads numbers that a client sent. */
public final class Numbers {
    private Numbers() {}

    public static int integer(String name, String text) {
        try {
            return Integer.parseInt(text.trim());
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("The value \"" + text + "\" of " + name + " is not a number.");
        }
    }

    public static long whole(String name, String text) {
        try {
            return Long.parseLong(text.trim());
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("The value \"" + text + "\" of " + name + " is not a number.");
        }
    }
}
