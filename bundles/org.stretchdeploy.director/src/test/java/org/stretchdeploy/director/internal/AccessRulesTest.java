package org.stretchdeploy.director.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.director.embed.EmbeddedDirector;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Who gets in, at which version, and what is refused before anything happens; over the wire. */
class AccessRulesTest {
    @TempDir
    private static Path folder;

    private static EmbeddedDirector director;
    private static Client admin;

    @BeforeAll
    static void start() {
        director = Clouds.start(folder, "access");
        admin = Client.admin(director);
    }

    @AfterAll
    static void stop() {
        director.close();
    }

    @Test
    void wrongPasswordGetsAnEmptyChallenge() {
        HttpResponse<byte[]> response = new Client(director, "37.0").login("admin@acme", "wrong");
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).isEmpty();
        assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("BASIC realm=");
    }

    @Test
    void loginIsNotAsParticularAboutLetterCaseAsAboutPasswords() {
        assertThat(new Client(director, "36.0")
                        .login("ADMIN@Acme", "admin-pass")
                        .statusCode())
                .isEqualTo(200);
        assertThat(new Client(director, "36.0")
                        .login("admin@acme", "Admin-pass")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void everyTokenCarrierIsAccepted() {
        Client client = new Client(director, "37.0");
        HttpResponse<byte[]> login = client.login("admin@acme", "admin-pass");
        String opaque = client.token;
        String jwt = login.headers().firstValue("X-VMWARE-VCLOUD-ACCESS-TOKEN").orElseThrow();
        client.token = null;
        for (List<String> header : List.of(
                List.of("x-vcloud-authorization", opaque),
                List.of("x-vcloud-authorization", jwt),
                List.of("Authorization", "bearer " + jwt),
                List.of("Authorization", "Bearer " + opaque),
                List.of("X-VMWARE-VCLOUD-ACCESS-TOKEN", jwt),
                List.of("Cookie", "a=b; vcloud-token=" + opaque))) {
            HttpResponse<byte[]> response = client.send("GET", "/api/org", null, null, header.get(0), header.get(1));
            assertThat(response.statusCode()).as(header.get(0)).isEqualTo(200);
        }
        assertThat(client.send("DELETE", "/cloudapi/1.0.0/sessions", null, null, "Authorization", "Bearer " + jwt)
                        .statusCode())
                .isEqualTo(204);
        assertThat(client.send("GET", "/api/org", null, null, "x-vcloud-authorization", opaque)
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void apiTokenLogsInUntilItIsRevoked() {
        Client client = new Client(director, "37.0");
        String jwt = client.login("admin@acme", "admin-pass")
                .headers()
                .firstValue("X-VMWARE-VCLOUD-ACCESS-TOKEN")
                .orElseThrow();
        String oauth = "/oauth/tenant/acme";
        JsonNode registered = Client.json(
                client.send("POST", oauth + "/register", "application/json", "{\"client_name\":\"probe\"}"));
        String form = "application/x-www-form-urlencoded";
        JsonNode first = Client.json(client.send(
                "POST",
                oauth + "/token",
                form,
                "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&client_id="
                        + registered.path("client_id").asText() + "&assertion=" + jwt));
        String refresh = "grant_type=refresh_token&refresh_token="
                + first.path("refresh_token").asText();
        client.token = null;
        HttpResponse<byte[]> again = client.send("POST", oauth + "/token", form, refresh);
        assertThat(again.statusCode()).isEqualTo(200);
        client.token = Client.json(again).path("access_token").asText();
        assertThat(client.get("/api/org").all("Org")).hasSize(1);
        String id = client.getJson("/cloudapi/1.0.0/tokens")
                .path("values")
                .path(0)
                .path("id")
                .asText();
        assertThat(client.send("DELETE", "/cloudapi/1.0.0/tokens/" + id, null, null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(client.send("POST", oauth + "/token", form, refresh).statusCode())
                .isEqualTo(400);
    }

    @Test
    void providerLogsInOnItsOwnPathOnly() {
        String root = director.password("root", "System").orElseThrow();
        Client client = new Client(director, "37.0");
        String basic = java.util.Base64.getEncoder().encodeToString(Clouds.utf8("root@System:" + root));
        String tenant = java.util.Base64.getEncoder().encodeToString(Clouds.utf8("admin@acme:admin-pass"));
        String sessions = "/cloudapi/1.0.0/sessions";
        assertThat(client.send("POST", sessions + "/provider", null, null, "Authorization", "Basic " + basic)
                        .statusCode())
                .isEqualTo(200);
        assertThat(client.send("POST", sessions + "/provider", null, null, "Authorization", "Basic " + tenant)
                        .statusCode())
                .isEqualTo(401);
        HttpResponse<byte[]> ok = client.send("POST", sessions, null, null, "Authorization", "Basic " + tenant);
        assertThat(Client.json(ok).path("org").path("name").asText()).isEqualTo("acme");
    }

    @Test
    void versionsAreNegotiated() {
        Client client = new Client(director, "37.0");
        client.token = admin.token;
        assertThat(client.send("GET", "/api/org/", null, null, "Accept", "*/*").statusCode())
                .isEqualTo(200);
        assertThat(client.send("GET", "/api/org", null, null, "Accept", "application/*+xml;version=99.0")
                        .statusCode())
                .isEqualTo(406);
        assertThat(client.send("GET", "/cloudapi/1.0.0/sessions/current", null, null, "Accept", "application/json")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<byte[]> odd = client.send(
                "GET",
                "/api/org",
                null,
                null,
                "Accept",
                "application/*+xml;version=38.1",
                "Accept",
                "vnd.vmware.vcloud.org+xml;version=37.0");
        assertThat(odd.headers().firstValue("Content-Type").orElse("")).endsWith("version=38.1");
        assertThat(client.send("POST", "/api/sessions", null, null, "Accept", "application/*+xml;version=39.0")
                        .statusCode())
                .isIn(404, 405);
    }

    @Test
    void oldestVersionKnowsOrgNetworks() {
        String href = admin.find("orgVdcNetwork", "org-net");
        XmlElement old = Client.xml(admin.send("GET", href, null, null, "Accept", "*/*"));
        assertThat(old.name()).isEqualTo("OrgNetwork");
        assertThat(old.first("Configuration").orElseThrow().first("IpScope")).isPresent();
        XmlElement recent = admin.get(href);
        assertThat(recent.name()).isEqualTo("OrgVdcNetwork");
        assertThat(recent.first("Configuration").orElseThrow().first("IpScopes"))
                .isPresent();
    }

    @Test
    void whatIsNotThereAndWhatIsNotYoursLookTheSame() {
        String vapp = Clouds.compose(admin, "mine");
        Client eve = new Client(director, "37.0");
        eve.login("eve@other", "eve-pass");
        XmlElement foreign = eve.refused(403, "GET", vapp, null, null);
        XmlElement missing = eve.refused(403, "GET", "/api/vApp/vapp-00000000-0000-0000-0000-000000000001", null, null);
        assertThat(foreign.attribute("minorErrorCode")).isEqualTo(missing.attribute("minorErrorCode"));
        assertThat(foreign.attribute("minorErrorCode")).contains("ACCESS_TO_RESOURCE_IS_FORBIDDEN");
        assertThat(eve.query("vApp", "name==*").attribute("total")).contains("0");
    }

    @Test
    void authorsDoNotTouchCatalogsAndEdges() {
        Client author = new Client(director, "37.0");
        author.login("author@acme", "author-pass");
        String catalog = author.find("catalog", "stretch");
        author.refused(
                403,
                "POST",
                catalog + "/action/upload",
                Client.V + "uploadVAppTemplateParams+xml",
                "<UploadVAppTemplateParams " + Client.NS + " name=\"x\"/>");
        String edge = author.getJson("/cloudapi/1.0.0/edgeGateways")
                .path("values")
                .path(0)
                .path("id")
                .asText();
        assertThat(author.send("POST", "/cloudapi/1.0.0/edgeGateways/" + edge + "/nat/rules", null, "{}")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void hostileXmlIsRefusedBeforeAnythingHappens() {
        String vdc = admin.find("orgVdc", "acme-vdc");
        String type = Client.V + "composeVAppParams+xml";
        for (String body : List.of(
                "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><ComposeVAppParams " + Client.NS
                        + " name=\"x\"><Description>&x;</Description></ComposeVAppParams>",
                "<!DOCTYPE a [<!ENTITY x \"yyyy\">]><ComposeVAppParams " + Client.NS + " name=\"&x;\"/>",
                "<ComposeVAppParams",
                "",
                "<a>".repeat(100_000),
                "<Wrong " + Client.NS + "/>")) {
            XmlElement error = admin.refused(400, "POST", vdc + "/action/composeVApp", type, body);
            assertThat(error.attribute("minorErrorCode")).contains("BAD_REQUEST");
        }
        HttpResponse<byte[]> large = admin.send("POST", vdc + "/action/composeVApp", type, "x".repeat(5 << 20));
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(admin.query("vApp", "name==x").attribute("total")).contains("0");
    }
}
