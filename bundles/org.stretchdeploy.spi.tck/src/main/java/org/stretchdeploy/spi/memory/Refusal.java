package org.stretchdeploy.spi.memory;

import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;

/** The cloud's sentences. */
final class Refusal {
    private Refusal() {}

    static CloudException user(String code, String message) {
        return new CloudException(code, Category.USER, message);
    }

    static CloudException conflict(String code, String message) {
        return new CloudException(code, Category.CONFLICT, message);
    }

    static CloudException notFound(String kind, Object id) {
        return new CloudException("not-found", Category.NOT_FOUND, "There is no " + kind + " " + id + ".");
    }

    static CloudException busy(String what) {
        return new CloudException("busy", Category.TRANSIENT, what + " is held by another task.");
    }

    static CloudException notSupported(Capability capability) {
        return user("not-supported", "This cloud does not have the capability " + capability + ".");
    }

    static CloudException external(String code, String message) {
        return new CloudException(code, Category.EXTERNAL, message);
    }
}
