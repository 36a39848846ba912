package org.stretchdeploy.director.internal.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.stretchdeploy.director.internal.cloud.Accounts;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.ApiVersion;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.DirectorServer;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.http.Principal;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Right;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.http.Sessions;
import org.stretchdeploy.director.internal.model.Organization;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Versions, login, logout. */
final class SessionHandler {
    private static final String V = "application/vnd.vmware.vcloud.";
    private final Handlers handlers;
    private final Sessions sessions;
    private final Accounts accounts;
    private final List<ApiVersion> versions;

    SessionHandler(Handlers handlers, Sessions sessions, Accounts accounts, List<ApiVersion> versions) {
        this.handlers = handlers;
        this.sessions = sessions;
        this.accounts = accounts;
        this.versions = versions;
    }

    void routes(Routes routes) {
        ApiVersion lastOldLogin = new ApiVersion(37, 3);
        routes.add("GET", "/api/versions", Right.ANONYMOUS, this::versions);
        routes.add("POST", "/api/sessions", Right.ANONYMOUS, null, lastOldLogin, this::login);
        routes.add("POST", "/api/login", Right.ANONYMOUS, null, new ApiVersion(33, 0), this::login);
        routes.get("/api/session", this::session);
        routes.add("DELETE", "/api/session", Right.READ, this::logout);
        routes.add("DELETE", "/api/sessions", Right.READ, this::logout);
        String base = "/cloudapi/1.0.0/sessions";
        routes.add("POST", base, Right.ANONYMOUS, ApiVersion.V33, null, c -> cloudLogin(c, false));
        routes.add("POST", base + "/provider", Right.ANONYMOUS, ApiVersion.V33, null, c -> cloudLogin(c, true));
        routes.get(base + "/current", this::cloudSession);
        routes.get(base + "/{id}", this::cloudSession);
        routes.add("DELETE", base, Right.READ, this::logout);
        routes.add("DELETE", base + "/provider", Right.READ, this::logout);
        routes.add("DELETE", base + "/{id}", Right.READ, this::logout);
    }

    private Response versions(Call call) {
        XmlElement root = XmlElement.of(Ns.VERSIONS, "SupportedVersions");
        for (ApiVersion version : versions) {
            XmlElement info = XmlElement.of(Ns.VERSIONS, "VersionInfo")
                    .attribute("deprecated", version.major() <= 35)
                    .child("Version", version);
            if (version.atLeast(ApiVersion.V33)) {
                info.child("LoginUrl", call.hrefs().path("/cloudapi/1.0.0/sessions"));
                info.child("ProviderLoginUrl", call.hrefs().path("/cloudapi/1.0.0/sessions/provider"));
            } else {
                info.child("LoginUrl", call.hrefs().path("/api/sessions"));
            }
            root.add(info);
        }
        root.child("SchemaRoot", call.hrefs().path("/api/v1.5/schema/"));
        return Response.xml(200, root, "text/xml");
    }

    private record Credentials(String user, String org, String password) {}

    private static Optional<Credentials> credentials(Call call) {
        return call.header("Authorization")
                .filter(h -> h.toLowerCase(Locale.ROOT).startsWith("basic "))
                .flatMap(h -> {
                    try {
                        String text = new String(
                                Base64.getDecoder().decode(h.substring(6).trim()), StandardCharsets.UTF_8);
                        int colon = text.indexOf(':');
                        int at = text.lastIndexOf('@', Math.max(colon, 0));
                        return colon < 0 || at < 0
                                ? Optional.empty()
                                : Optional.of(new Credentials(
                                        text.substring(0, at),
                                        text.substring(at + 1, colon),
                                        text.substring(colon + 1)));
                    } catch (IllegalArgumentException e) {
                        return Optional.empty();
                    }
                });
    }

    private Optional<Sessions.Session> open(Call call, Optional<Boolean> provider) {
        return credentials(call)
                .filter(c -> provider.isEmpty() || provider.get() == c.org().equalsIgnoreCase(Organization.SYSTEM))
                .flatMap(c -> accounts.login(c.user(), c.org(), c.password()))
                .map(sessions::open);
    }

    private static Response withTokens(Response response, Sessions.Session session) {
        return response.header("x-vcloud-authorization", session.opaque)
                .header("X-VMWARE-VCLOUD-ACCESS-TOKEN", session.token)
                .header("X-VMWARE-VCLOUD-TOKEN-TYPE", "Bearer")
                .header("Set-Cookie", "vcloud-token=" + session.opaque + "; Secure; HttpOnly; Path=/");
    }

    private Response login(Call call) {
        return open(call, Optional.empty())
                .map(session -> withTokens(Response.ok(document(call, session.principal)), session))
                .orElseGet(() -> DirectorServer.unauthorized(call));
    }

    private Response session(Call call) {
        return Response.ok(document(call, call.principal()));
    }

    private static XmlElement document(Call call, Principal who) {
        Hrefs hrefs = call.hrefs();
        XmlElement root = XmlElement.vcloud("Session")
                .attribute("user", who.userName())
                .attribute("org", who.orgName())
                .attribute("userId", "urn:vcloud:user:" + who.userId())
                .attribute("roles", who.role().label)
                .attribute("locationId", who.orgId() + "@" + who.orgId())
                .attribute("href", hrefs.path("/api/session"))
                .attribute("type", V + "session+xml")
                .add(hrefs.link("down", V + "orgList+xml", "/api/org/"))
                .add(hrefs.link("remove", null, "/api/session"))
                .add(hrefs.link("down", "application/vnd.vmware.admin.vcloud+xml", "/api/admin/"))
                .add(hrefs.link("down", V + "org+xml", "/api/org/" + who.orgId(), who.orgName()))
                .add(hrefs.link("down", V + "query.queryList+xml", "/api/query"))
                .add(hrefs.link("entityResolver", V + "entity+xml", "/api/entity/"))
                .add(hrefs.link("down:extensibility", V + "apiextensibility+xml", "/api/extensibility"));
        if (call.version().major() >= 30) {
            root.add(hrefs.link("openapi", "application/json", "/cloudapi"));
        }
        if (call.version().major() >= 29) {
            root.add(XmlElement.vcloud("AuthorizedLocations")
                    .add(XmlElement.vcloud("Location")
                            .child("LocationId", who.orgId() + "@" + who.orgId())
                            .child("LocationName", "local")
                            .child("OrgName", who.orgName())
                            .child("RestApiEndpoint", hrefs.base())
                            .child("UIEndpoint", hrefs.base())
                            .child("AuthContext", who.orgName())));
        }
        return root;
    }

    private Response cloudLogin(Call call, boolean provider) {
        return open(call, Optional.of(provider))
                .map(session -> withTokens(Response.json(200, json(session)), session))
                .orElseGet(() -> DirectorServer.unauthorized(call));
    }

    private Response cloudSession(Call call) {
        Sessions.Session session = sessions.of(call).orElseThrow();
        String wanted = call.variable("id");
        if (wanted != null && !Hrefs.uuid(wanted).equals(Optional.of(session.id))) {
            throw ApiException.forbidden(wanted);
        }
        return Response.json(200, json(session));
    }

    private ObjectNode json(Sessions.Session session) {
        Principal who = session.principal;
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("id", "urn:vcloud:session:" + session.id);
        String siteId = handlers.cloud().store().read(s -> s.siteId);
        root.set("site", reference(handlers.cloud().config().name(), "urn:vcloud:site:" + siteId));
        root.set("user", reference(who.userName(), "urn:vcloud:user:" + who.userId()));
        root.set("org", reference(who.orgName(), "urn:vcloud:org:" + who.orgId()));
        root.set("operatingOrg", reference(who.orgName(), "urn:vcloud:org:" + who.orgId()));
        root.put("location", "local");
        root.putArray("roles").add(who.role().label);
        root.putArray("roleRefs")
                .add(reference(
                        who.role().label,
                        "urn:vcloud:role:"
                                + java.util.UUID.nameUUIDFromBytes(
                                        who.role().label.getBytes(StandardCharsets.UTF_8))));
        root.put("sessionIdleTimeoutMinutes", Sessions.IDLE_MINUTES);
        return root;
    }

    private static ObjectNode reference(String name, String id) {
        return JsonNodeFactory.instance.objectNode().put("name", name).put("id", id);
    }

    private Response logout(Call call) {
        sessions.of(call).ifPresent(sessions::close);
        return Response.of(204);
    }
}
