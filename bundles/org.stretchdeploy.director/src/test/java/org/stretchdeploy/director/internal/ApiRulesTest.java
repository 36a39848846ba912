package org.stretchdeploy.director.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.director.embed.EmbeddedDirector;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.host.VmSpec;
import org.stretchdeploy.director.internal.memory.MemoryHost;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** What the director promises its clients, rule by rule, over the wire. */
class ApiRulesTest {
    @TempDir
    private static Path folder;

    private static EmbeddedDirector director;
    private static Client admin;

    @BeforeAll
    static void start() {
        director = Clouds.start(folder, "rules");
        admin = Client.admin(director);
    }

    @AfterAll
    static void stop() {
        director.close();
    }

    private static String message(XmlElement error) {
        return error.attribute("message").orElse("");
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

    @Test
    void namesAreTakenOnce() {
        Clouds.compose(admin, "only once");
        String vdc = admin.find("orgVdc", "acme-vdc");
        XmlElement error = admin.refused(
                400,
                "POST",
                vdc + "/action/composeVApp",
                Client.V + "composeVAppParams+xml",
                "<ComposeVAppParams " + Client.NS + " name=\"only once\"/>");
        assertThat(error.attribute("minorErrorCode")).contains("DUPLICATE_NAME");
    }

    @Test
    void emptyVAppDoesNotPowerOn() {
        String vapp = Clouds.compose(admin, "empty");
        XmlElement document = admin.get(vapp);
        assertThat(Client.link(document, "power:powerOn")).isEmpty();
        assertThat(Client.link(document, "recompose")).isPresent();
        assertThat(message(admin.refused(400, "POST", vapp + "/power/action/powerOn", null, null)))
                .contains("is empty");
    }

    @Test
    void twoMachinesNeverShareAnAddressOnOneNetwork() {
        String vapp = Clouds.compose(admin, "addresses", Clouds.isolated("lan"));
        String first = Clouds.addVm(admin, vapp, "a", "lan", "192.168.55.20", "00:50:56:2a:01:01");
        String second = Clouds.addVm(admin, vapp, "b", "lan", "192.168.55.21", "00:50:56:2a:01:02");
        String section = "<NetworkConnectionSection " + Client.NS + "><ovf:Info/>%s</NetworkConnectionSection>";
        String type = Client.V + "networkConnectionSection+xml";
        String path = second + "/networkConnectionSection/";
        assertThat(message(admin.refused(
                        400,
                        "PUT",
                        path,
                        type,
                        section.formatted(Clouds.nic("lan", "192.168.55.20", "00:50:56:2a:01:02")))))
                .contains("192.168.55.20", "VM a");
        assertThat(message(admin.refused(
                        400,
                        "PUT",
                        path,
                        type,
                        section.formatted(Clouds.nic("lan", "192.168.55.1", "00:50:56:2a:01:02")))))
                .contains("gateway");
        assertThat(message(admin.refused(
                        400,
                        "PUT",
                        path,
                        type,
                        section.formatted(Clouds.nic("lan", "192.168.55.21", "00:50:56:2a:01:01")))))
                .contains("00:50:56:2a:01:01", "VM a");
        assertThat(message(admin.refused(
                        400, "PUT", path, type, section.formatted(Clouds.nic("lan", "10.1.1.1", "00:50:56:2a:01:02")))))
                .contains("subnet");
        assertThat(message(admin.refused(
                        400,
                        "POST",
                        vapp + "/action/recomposeVApp",
                        Client.V + "recomposeVAppParams+xml",
                        Clouds.recompose("<SourcedItem><Source href=\"" + first
                                + "\"/><VmGeneralParams><Name>copy</Name></VmGeneralParams></SourcedItem>"))))
                .contains("192.168.55.20", "VM a");
        admin.done("PUT", path, type, section.formatted(Clouds.nic("lan", "192.168.55.22", "00:50:56:2a:01:02")));
        assertThat(Clouds.connection(admin, second).textOf("IpAddress")).contains("192.168.55.22");
    }

    @Test
    void copyIntoAnotherVAppKeepsTheCardAndItsName() {
        String vapp = Clouds.compose(admin, "copy-from", Clouds.isolated("lan"));
        String vm = Clouds.addVm(admin, vapp, "db", "lan", "192.168.55.30", "00:50:56:2a:02:01");
        String other = Clouds.compose(admin, "copy-to", Clouds.isolated("lan"));
        String third = Clouds.compose(admin, "copy-unplugged");
        for (String to : List.of(other, third)) {
            admin.done(
                    "POST",
                    to + "/action/recomposeVApp",
                    Client.V + "recomposeVAppParams+xml",
                    Clouds.recompose(Clouds.sourced(vm.replace(admin.base, "https://127.0.0.1"), false, "")));
        }
        XmlElement joined = Clouds.connection(admin, Clouds.vm(admin, other, "db"));
        assertThat(joined.textOf("MACAddress")).contains("00:50:56:2a:02:01");
        assertThat(joined.attribute("network")).contains("lan");
        XmlElement unplugged = Clouds.connection(admin, Clouds.vm(admin, third, "db"));
        assertThat(unplugged.textOf("MACAddress")).contains("00:50:56:2a:02:01");
        assertThat(unplugged.attribute("network")).contains("none");
        assertThat(unplugged.textOf("IsConnected")).contains("false");
        assertThat(admin.get(vm).textOf("Description")).contains("a <machine>");
    }

    @Test
    void runningMachineIsNeitherMovedNorCapturedNorDeleted() {
        String vapp = Clouds.compose(admin, "running", Clouds.routed(admin, "net"));
        String vm = Clouds.addVm(admin, vapp, "on", "net", "192.168.55.20", "00:50:56:2a:03:01");
        String other = Clouds.compose(admin, "elsewhere");
        admin.done("POST", vm + "/power/action/powerOn", null, null);
        assertThat(message(admin.refused(
                        400,
                        "POST",
                        other + "/action/recomposeVApp",
                        Client.V + "recomposeVAppParams+xml",
                        Clouds.recompose(Clouds.sourced(vm, true, "")))))
                .contains("undeploy");
        String catalog = admin.find("catalog", "stretch");
        assertThat(message(admin.refused(
                        400,
                        "POST",
                        catalog + "/action/captureVApp",
                        Client.V + "captureVAppParams+xml",
                        "<CaptureVAppParams " + Client.NS + " name=\"r\"><Source href=\"" + vapp
                                + "\"/></CaptureVAppParams>")))
                .contains("Stop the vApp and try again");
        admin.refused(400, "DELETE", vapp, null, null);
        admin.refused(400, "POST", vm + "/power/action/powerOn", null, null);
        admin.done("POST", vm + "/power/action/powerOff", null, null);
        assertThat(admin.get(vm).attribute("deployed")).contains("true");
        assertThat(admin.get(vm).attribute("status")).contains("8");
        admin.refused(400, "DELETE", vm, null, null);
        admin.done("POST", vm + "/action/undeploy", null, null);
        assertThat(admin.get(vm).attribute("deployed")).contains("false");
        admin.done("DELETE", vapp + "?force=False&recursive=False", null, null);
        admin.refused(403, "GET", vapp, null, null);
    }

    @Test
    void ruleOfAMachineThatLeavesVanishes() {
        String vapp = Clouds.compose(admin, "rules", Clouds.routed(admin, "net"));
        String vm = Clouds.addVm(admin, vapp, "web", "net", "192.168.55.20", "00:50:56:2a:04:01");
        String localId = admin.get(vm).textOf("VAppScopedLocalId").orElseThrow();
        String href = Client.link(admin.get(vapp), "down").orElseThrow();
        XmlElement network = admin.get(href);
        XmlElement nat = network.first("Configuration")
                .orElseThrow()
                .first("Features")
                .orElseThrow()
                .first("NatService")
                .orElseThrow();
        nat.first("NatType").orElseThrow().setText("portForwarding");
        nat.first("Policy").orElseThrow().setText("allowTraffic");
        nat.add(XmlElement.vcloud("NatRule")
                .child("Description", " by hand: <80> ")
                .add(XmlElement.vcloud("VmRule")
                        .child("ExternalPort", 80)
                        .child("VAppScopedVmId", localId)
                        .child("VmNicId", 0)
                        .child("InternalPort", 8080)
                        .child("Protocol", "TCP")));
        admin.done("PUT", href, Client.V + "vAppNetwork+xml", network.toString());
        assertThat(admin.get(href).toString()).contains("<Description> by hand: &lt;80&gt; </Description>");
        admin.done("POST", vm + "/power/action/powerOn", null, null);
        RouterSpec router = ((MemoryHost) director.host())
                .routers().values().stream()
                        .filter(r -> r.id().equals(href.substring(href.lastIndexOf('/') + 1)))
                        .findFirst()
                        .orElseThrow();
        assertThat(router.nat().masquerade()).isTrue();
        assertThat(router.nat().entries()).singleElement().satisfies(e -> {
            assertThat(e.kind()).isEqualTo(RouterSpec.NatKind.DNAT);
            assertThat(e.externalPort() + ">" + e.internalAddress() + ":" + e.internalPort())
                    .isEqualTo("80>192.168.55.20:8080");
        });
        assertThat(router.firewall().defaultAllow()).isFalse();
        admin.done("POST", vm + "/action/undeploy", null, null);
        String other = Clouds.compose(admin, "rules-away");
        admin.done(
                "POST",
                other + "/action/recomposeVApp",
                Client.V + "recomposeVAppParams+xml",
                Clouds.recompose(Clouds.sourced(vm, true, "")));
        assertThat(admin.get(href).toString()).doesNotContain("NatRule").contains("portForwarding");
    }

    @Test
    void networkRulesAreChecked() {
        String vapp = Clouds.compose(admin, "checks", Clouds.routed(admin, "net"));
        String href = Client.link(admin.get(vapp), "down").orElseThrow();
        String document = admin.get(href).toString();
        String type = Client.V + "vAppNetwork+xml";
        for (Map.Entry<String, String> change : Map.of(
                        "<FenceMode>natRouted", "<FenceMode>isolated",
                        "<Gateway>192.168.55.1", "<Gateway>192.168.55.0",
                        "<StartAddress>192.168.55.20", "<StartAddress>192.168.99.20",
                        "<DefaultAction>drop", "<DefaultAction>maybe",
                        "<Netmask>255.255.255.0", "<Netmask>255.0.255.0")
                .entrySet()) {
            assertThat(document).contains(change.getKey());
            admin.refused(400, "PUT", href, type, document.replace(change.getKey(), change.getValue()));
        }
        assertThat(admin.get(href).toString()).isEqualTo(document);
        admin.done("PUT", href, type, document.replace("<DefaultAction>drop", "<DefaultAction>Allow"));
        assertThat(admin.get(href).toString()).contains("<DefaultAction>Allow");
    }

    @Test
    void applianceGetsItsClassAndItsProperties() {
        String vapp = Clouds.compose(admin, "appliance", Clouds.isolated("lan"));
        String vm = Clouds.addVm(admin, vapp, "edge-agent", "lan", "192.168.55.9", "00:50:56:2a:05:01");
        admin.done("PUT", vm + "/productSections/", Client.V + "productSections+xml", """
                <ProductSectionList %s><ovf:ProductSection ovf:class="org.example.agent"><ovf:Info/>
                <ovf:Property ovf:key="token" ovf:type="string" ovf:userConfigurable="true"><ovf:Value ovf:value="a&amp;b"/>
                </ovf:Property></ovf:ProductSection></ProductSectionList>""".formatted(Client.NS));
        assertThat(admin.get(vm + "/productSections").toString()).contains("a&amp;b");
        admin.done("POST", vm + "/power/action/powerOn", null, null);
        VmSpec spec = ((MemoryHost) director.host()).started().get(vm.substring(vm.indexOf("vm-") + 3));
        assertThat(spec.applianceClass()).contains("org.example.agent");
        assertThat(spec.properties()).containsEntry("token", "a&b");
        assertThat(spec.ovfEnvironment()).contains("a&amp;b").contains("192.168.55.9");
        assertThat(spec.nics().get(0).address()).contains("192.168.55.9/24");
        admin.done("POST", vapp + "/action/undeploy", null, null);
    }

    @Test
    void machineThatDoesNotStartLeavesNothingBehind() {
        String vapp = Clouds.compose(admin, "broken", Clouds.routed(admin, "net"));
        String vm = Clouds.addVm(admin, vapp, "diskless", "net", "192.168.55.20", "00:50:56:2a:07:01");
        Set<String> before = director.host().inventory().routers();
        for (File file : folder.resolve("rules/host/disks").toFile().listFiles()) {
            assertThat(file.renameTo(new File(file.getParentFile(), file.getName() + ".away")))
                    .isTrue();
        }
        try {
            XmlElement task = admin.ended("POST", vm + "/power/action/powerOn", null, null);
            assertThat(task.attribute("status")).contains("error");
            assertThat(task.first("Error").orElseThrow().attribute("message").orElse(""))
                    .contains("missing");
        } finally {
            for (File file : folder.resolve("rules/host/disks").toFile().listFiles()) {
                assertThat(file.renameTo(new File(file.getPath().replace(".away", ""))))
                        .isTrue();
            }
        }
        assertThat(admin.get(vm).attribute("deployed")).contains("false");
        Awaitility.await().until(() -> director.host().inventory().routers().equals(before));
        admin.done("DELETE", vapp, null, null);
    }

    @Test
    void limitsOfTheVdcHold() {
        String vapp = Clouds.compose(admin, "limits", Clouds.isolated("lan"));
        String vm = Clouds.addVm(admin, vapp, "big", "lan", "192.168.55.9", "00:50:56:2a:06:01");
        admin.done(
                "POST",
                vm + "/action/reconfigureVm",
                Client.V + "vm+xml",
                "<Vm " + Client.NS
                        + " name=\"big\"><VmSpecSection><ovf:Info/><MemoryResourceMb><Configured>2048</Configured>"
                        + "</MemoryResourceMb></VmSpecSection></Vm>");
        assertThat(message(admin.refused(400, "POST", vm + "/power/action/powerOn", null, null)))
                .contains("memory limit");
        assertThat(message(admin.refused(
                        400,
                        "POST",
                        vapp + "/action/recomposeVApp",
                        Client.V + "recomposeVAppParams+xml",
                        Clouds.recompose("<CreateItem name=\"huge\"><VmSpecSection><ovf:Info/><DiskSection>"
                                + "<DiskSettings><SizeMb>999999</SizeMb></DiskSettings></DiskSection></VmSpecSection>"
                                + "</CreateItem>"))))
                .contains("storage quota");
        admin.done("DELETE", vapp, null, null);
    }

    @Test
    void queriesFilterSortAndPage() {
        for (int i = 0; i < 5; i++) {
            Clouds.compose(admin, "page-" + i);
        }
        XmlElement first = admin.get("/api/query?&type=vApp&pageSize=2&sortAsc=name&filter=name==page-*");
        assertThat(first.attribute("total")).contains("5");
        assertThat(first.children().stream().filter(c -> c.name().equals("VAppRecord")))
                .hasSize(2);
        String vdc = admin.find("orgVdc", "acme-vdc");
        XmlElement second = admin.get(Client.link(first, "nextPage").orElseThrow());
        assertThat(second.attribute("page")).contains("2");
        assertThat(second.toString()).contains("page-2").contains("page-3").doesNotContain("page-4");
        String reference = vdc.replace(admin.base, "https%3A//elsewhere%3A1234");
        assertThat(admin.query("vApp", "vdc==" + reference + ";(name==page-1,name==page-2)")
                        .attribute("total"))
                .contains("2");
        assertThat(admin.query("vApp", "name!=page-1;name==page-*").attribute("total"))
                .contains("4");
        admin.refused(400, "GET", "/api/query?type=vApp&filter=((name", null, null);
        admin.refused(400, "GET", "/api/query?type=nothing", null, null);
        XmlElement references = admin.get("/api/query?type=vApp&format=references&filter=name==page-1");
        assertThat(references.first("VAppReference")).isPresent();
        assertThat(admin.get("/api/query").name()).isEqualTo("QueryList");
        assertThat(admin.get("/api/vApps/query?filter=name==page-1").attribute("total"))
                .contains("1");
    }

    @Test
    void metadataIsKeptExactly() {
        String vapp = Clouds.compose(admin, "tagged");
        admin.done("POST", vapp + "/metadata/", Client.V + "metadata+xml", """
                <Metadata %s xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><MetadataEntry><Key>stretch.tag</Key>
                <TypedValue xsi:type="MetadataStringValue"><Value> a, "b" </Value></TypedValue></MetadataEntry></Metadata>""".formatted(Client.NS));
        assertThat(admin.get(vapp + "/metadata/")
                        .first("MetadataEntry")
                        .orElseThrow()
                        .first("TypedValue")
                        .orElseThrow()
                        .first("Value")
                        .orElseThrow()
                        .text())
                .isEqualTo(" a, \"b\" ");
        admin.done("DELETE", vapp + "/metadata/stretch.tag", null, null);
        assertThat(admin.get(vapp + "/metadata").first("MetadataEntry")).isEmpty();
    }

    @Test
    void edgeRulesReachTheRouter() {
        String edge = "/cloudapi/1.0.0/edgeGateways/"
                + admin.getJson("/cloudapi/1.0.0/edgeGateways/?filter=name%3D%3Dedge")
                        .path("values")
                        .path(0)
                        .path("id")
                        .asText();
        XmlElement task = admin.doneJson("POST", edge + "/nat/rules", """
                {"name":"web","description":"d","enabled":true,"type":"DNAT","externalAddresses":"203.0.113.11",
                 "internalAddresses":"10.0.0.20","dnatExternalPort":"8080","applicationPortProfile":
                 {"id":"%s","name":"HTTP"}}""".formatted(profile("HTTP")));
        assertThat(task.first("Owner").orElseThrow().attribute("id")).contains(edge.substring(edge.indexOf("urn")));
        assertThat(admin.send("POST", edge + "/nat/rules", null, """
                {"name":"x","type":"DNAT","externalAddresses":"203.0.113.99","internalAddresses":"10.0.0.20"}""").statusCode())
                .isEqualTo(400);
        admin.doneJson("PUT", edge + "/firewall/rules", """
                {"userDefinedRules":[{"name":"in","enabled":true,"action":"ALLOW","direction":"IN_OUT",
                 "ipProtocol":"IPV4","logging":false,"applicationPortProfiles":[{"id":"%s"}]}]}""".formatted(profile("HTTP")));
        RouterSpec router = ((MemoryHost) director.host())
                .routers().values().stream()
                        .filter(r -> r.name().equals("edge"))
                        .findFirst()
                        .orElseThrow();
        assertThat(router.nat().entries()).singleElement().satisfies(e -> {
            assertThat(e.protocol()).isEqualTo("TCP");
            assertThat(e.externalPort()).isEqualTo("8080");
            assertThat(e.internalPort()).isEqualTo("80");
        });
        assertThat(router.firewall().entries()).singleElement().satisfies(e -> assertThat(e.destinationPort())
                .isEqualTo("80"));
        JsonNode rules = admin.getJson(edge + "/nat/rules?pageSize=25");
        String id = rules.path("values").path(0).path("id").asText();
        admin.doneJson("DELETE", edge + "/nat/rules/" + id, null);
        admin.doneJson("PUT", edge + "/firewall/rules", "{\"userDefinedRules\":[]}");
        assertThat(admin.getJson(edge + "/nat/rules").path("resultTotal").asInt())
                .isZero();
    }

    private static String profile(String name) {
        return admin.getJson("/cloudapi/1.0.0/applicationPortProfiles?filter=name==" + name)
                .path("values")
                .path(0)
                .path("id")
                .asText();
    }

    @Test
    void tunnelsFollowTheOrderOfServerThenClient() {
        String edge = "/cloudapi/1.0.0/edgeGateways/"
                + admin.getJson("/cloudapi/1.0.0/edgeGateways")
                        .path("values")
                        .path(0)
                        .path("id")
                        .asText()
                + "/l2vpn/tunnels";
        String network = admin.getJson("/cloudapi/1.0.0/orgVdcNetworks?filter=name==org-net")
                .path("values")
                .path(0)
                .path("id")
                .asText();
        XmlElement task = admin.doneJson("POST", edge, """
                {"name":"st-1","sessionMode":"SERVER","localEndpointIP":"203.0.113.11","remoteEndpointIP":"198.51.100.7",
                 "preSharedKey":"secret","stretchedNetworks":[{"networkRef":{"id":"%s"}}]}""".formatted(network));
        String tunnel = edge + "/" + task.textOf("Details").orElseThrow();
        JsonNode read = admin.getJson(tunnel);
        assertThat(read.path("peerCode").asText()).isNotBlank();
        assertThat(read.has("preSharedKey")).isFalse();
        assertThat(read.path("stretchedNetworks").path(0).path("tunnelId").asInt())
                .isEqualTo(1);
        assertThat(admin.getJson(tunnel + "/status").path("runtimeStatus").asText())
                .isEqualTo("DOWN");
        assertThat(admin.send(
                                "POST",
                                edge,
                                null,
                                read.toString().replace("SERVER", "CLIENT").replace("st-1", "st-2"))
                        .statusCode())
                .isEqualTo(400);
        admin.doneJson("DELETE", tunnel, null);
    }

    @Test
    void hostileDescriptorFailsItsTask() {
        String catalog = admin.find("catalog", "stretch");
        HttpResponse<byte[]> created = admin.send(
                "POST",
                catalog + "/action/upload",
                Client.V + "uploadVAppTemplateParams+xml",
                "<UploadVAppTemplateParams " + Client.NS + " name=\"hostile\"/>");
        String template = Client.xml(created)
                .first("Entity")
                .orElseThrow()
                .attribute("href")
                .orElseThrow();
        String href = Client.link(
                        admin.get(template)
                                .first("Files")
                                .orElseThrow()
                                .first("File")
                                .orElseThrow(),
                        "upload:default")
                .orElseThrow();
        HttpResponse<byte[]> put = admin.send("PUT", href, "text/xml", """
                <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1">
                <References><File ovf:id="f" ovf:href="../../etc/passwd"/></References></Envelope>""");
        assertThat(put.statusCode()).isEqualTo(200);
        XmlElement failed = admin.get(template);
        assertThat(failed.attribute("status")).contains("-1");
        XmlElement task = failed.first("Tasks").orElseThrow().first("Task").orElseThrow();
        assertThat(task.attribute("status")).contains("error");
        assertThat(task.first("Error").orElseThrow().attribute("message").orElse(""))
                .contains("OVF");
        admin.done("DELETE", template, null, null);
        assertThat(admin.query("catalogItem", "name==hostile").attribute("total"))
                .contains("0");
    }

    @Test
    void poolThatIsEmptySaysSo() {
        String vdc = admin.find("orgVdc", "acme-vdc");
        String parent = admin.find("orgVdcNetwork", "tiny");
        String body = """
                <ComposeVAppParams %s name="%s"><InstantiationParams><NetworkConfigSection><ovf:Info/>
                <NetworkConfig networkName="r"><Configuration><IpScopes><IpScope><Gateway>172.16.0.1</Gateway>
                <Netmask>255.255.255.0</Netmask></IpScope></IpScopes><ParentNetwork href="%s"/><FenceMode>natRouted</FenceMode>
                </Configuration></NetworkConfig></NetworkConfigSection></InstantiationParams></ComposeVAppParams>""";
        String type = Client.V + "composeVAppParams+xml";
        admin.done("POST", vdc + "/action/composeVApp", type, body.formatted(Client.NS, "last-address", parent));
        assertThat(message(admin.refused(
                        400, "POST", vdc + "/action/composeVApp", type, body.formatted(Client.NS, "too-many", parent))))
                .contains("no free IP address");
        admin.done("DELETE", admin.find("vApp", "last-address"), null, null);
    }
}
