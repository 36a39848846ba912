package org.stretchdeploy.director.internal.http;

/** A refusal that the client is told: HTTP status, minor error code, sentence. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String minorCode;

    public ApiException(int status, String minorCode, String message) {
        super(message);
        this.status = status;
        this.minorCode = minorCode;
    }

    public static ApiException badRequest(String message) {
        return new ApiException(400, "BAD_REQUEST", message);
    }

    public static ApiException duplicateName(String name) {
        return new ApiException(400, "DUPLICATE_NAME", "The VCD entity " + name + " already exists.");
    }

    public static ApiException busy(String what, String name) {
        return new ApiException(
                400, "BUSY_ENTITY", "The entity " + what + " \"" + name + "\" is busy completing an operation.");
    }

    /** Also the answer for what does not exist: a stranger cannot tell the two apart. */
    public static ApiException forbidden(String entity) {
        return new ApiException(403, "ACCESS_TO_RESOURCE_IS_FORBIDDEN", "No access to entity \"" + entity + "\".");
    }

    public static ApiException noRight(String operation) {
        return new ApiException(
                403,
                "ACCESS_TO_RESOURCE_IS_FORBIDDEN",
                "Either you need some or all of the following rights [" + operation
                        + "] to perform operations or the target entity is invalid.");
    }

    public static ApiException notFound(String path) {
        return new ApiException(404, "NOT_FOUND", "No resource found at " + path + ".");
    }

    public int status() {
        return status;
    }

    public String minorCode() {
        return minorCode;
    }
}
