package org.stretchdeploy.director.internal.model;

/** A refresh token of an account; only its digest is kept. */
public final class ApiToken extends Entity {
    public String userId = "";
    public String clientId = "";
    /** Hexadecimal SHA-256 of the token; empty until the client has fetched it. */
    public String digest = "";

    @Override
    public Kind kind() {
        return Kind.API_TOKEN;
    }
}
