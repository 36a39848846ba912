package org.stretchdeploy.director.internal.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.director.internal.cloud.Accounts;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Right;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.http.Sessions;
import org.stretchdeploy.director.internal.model.ApiToken;

/** API tokens: an account registers a client, gets a refresh token once, and later logs in with it. */
final class OAuthHandler {
    private static final String JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private final Handlers handlers;
    private final Sessions sessions;
    private final Accounts accounts;

    OAuthHandler(Handlers handlers, Sessions sessions, Accounts accounts) {
        this.handlers = handlers;
        this.sessions = sessions;
        this.accounts = accounts;
    }

    void routes(Routes routes) {
        for (String base : new String[] {"/oauth/tenant/{org}", "/oauth/provider"}) {
            routes.add("POST", base + "/register", Right.READ, this::register);
            routes.add("POST", base + "/token", Right.ANONYMOUS, this::token);
        }
        routes.get("/cloudapi/1.0.0/tokens", this::list);
        routes.delete("/cloudapi/1.0.0/tokens/{id}", Right.READ, this::revoke);
    }

    private Response register(Call call) {
        String name = call.json().path("client_name").asText("");
        if (name.isBlank()) {
            throw ApiException.badRequest("A client name is needed.");
        }
        return handlers.update(call, (s, access) -> {
            boolean taken = s.apiTokens.values().stream()
                    .anyMatch(t -> t.userId.equals(call.principal().userId()) && t.name.equals(name));
            if (taken) {
                throw ApiException.duplicateName(name);
            }
            ApiToken token = new ApiToken();
            token.name = name;
            token.userId = call.principal().userId();
            token.clientId = java.util.UUID.randomUUID().toString();
            s.apiTokens.put(token.id, token);
            ObjectNode body = CloudJson.object().put("client_name", name).put("client_id", token.clientId);
            body.putArray("grant_types").add(JWT_GRANT).add("refresh_token");
            return Response.json(200, body);
        });
    }

    private Response token(Call call) {
        Map<String, String> form = form(new String(call.bytes(), StandardCharsets.UTF_8));
        return switch (form.getOrDefault("grant_type", "")) {
            case JWT_GRANT -> first(form);
            case "refresh_token" -> refresh(form.getOrDefault("refresh_token", ""));
            default -> wrong("unsupported_grant_type");
        };
    }

    private static Map<String, String> form(String text) {
        Map<String, String> all = new HashMap<>();
        for (String pair : text.split("&")) {
            String[] parts = pair.split("=", 2);
            all.put(
                    URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    parts.length > 1 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
        }
        return all;
    }

    private static Response wrong(String error) {
        return Response.json(
                400,
                CloudJson.object()
                        .put("error", error)
                        .put("error_description", "The token or the client is not valid."));
    }

    private static ObjectNode answer(Sessions.Session session, String refreshToken) {
        return CloudJson.object()
                .put("access_token", session.token)
                .put("token_type", "Bearer")
                .put("expires_in", 3600)
                .put("refresh_token", refreshToken);
    }

    private Response first(Map<String, String> form) {
        Optional<Sessions.Session> session = sessions.byToken(form.getOrDefault("assertion", ""));
        if (session.isEmpty()) {
            return wrong("invalid_grant");
        }
        String secret = Accounts.generate();
        boolean known = handlers.cloud().store().update(s -> {
            Optional<ApiToken> token = s.apiTokens.values().stream()
                    .filter(t -> t.clientId.equals(form.get("client_id")))
                    .filter(t -> t.userId.equals(session.get().principal.userId()) && t.digest.isEmpty())
                    .findFirst();
            token.ifPresent(t -> t.digest = digest(secret));
            return token.isPresent();
        });
        return known ? Response.json(200, answer(session.get(), secret)) : wrong("invalid_grant");
    }

    private Response refresh(String secret) {
        String digest = digest(secret);
        Optional<String> user = handlers.cloud().store().read(s -> s.apiTokens.values().stream()
                .filter(t -> MessageDigest.isEqual(
                        t.digest.getBytes(StandardCharsets.US_ASCII), digest.getBytes(StandardCharsets.US_ASCII)))
                .map(t -> t.userId)
                .findFirst());
        return user.map(id -> Response.json(200, answer(sessions.open(accounts.principal(id)), null)))
                .orElseGet(() -> wrong("invalid_grant"));
    }

    private static String digest(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing from this Java", e);
        }
    }

    private Response list(Call call) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        handlers.read(call, (s, access) -> {
            s.apiTokens.values().stream()
                    .filter(t -> t.userId.equals(call.principal().userId()))
                    .forEach(t -> all.addObject()
                            .put("id", t.kind().urn(t.id))
                            .put("name", t.name)
                            .put("type", "REFRESH")
                            .set("owner", CloudJson.reference(s.users.get(t.userId))));
            return Response.of(200);
        });
        return Pages.json(call, all);
    }

    private Response revoke(Call call) {
        return handlers.update(call, (s, access) -> {
            ApiToken token = s.apiTokens.get(call.id("id"));
            if (token == null || !token.userId.equals(call.principal().userId())) {
                throw ApiException.forbidden(call.variable("id"));
            }
            s.apiTokens.remove(token.id);
            return Response.of(204);
        });
    }
}
