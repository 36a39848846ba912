package org.stretchdeploy.director.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.director.embed.EmbeddedDirector;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.internal.memory.MemoryHost;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** What the director promises about names, networks, rules, queries and packages, over the wire. */
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
    void requestsAreReadAsJsonToo() {
        String vdc = admin.find("orgVdc", "acme-vdc");
        String accept = "application/*+json;version=39.1";
        JsonNode made = Client.json(admin.send(
                "POST", vdc + "/action/composeVApp", Client.V + "composeVAppParams+json", """
                {"name":"in-json","description":"d","deploy":false,"powerOn":false,"instantiationParams":{"section":[
                 {"_type":"NetworkConfigSectionType","networkConfig":[{"networkName":"lan","configuration":{"fenceMode":"isolated",
                  "ipScopes":{"ipScope":[{"gateway":"192.168.55.1","netmask":"255.255.255.0"}]}}}]}]}}""", "Accept", accept));
        assertThat(made.path("name").asText()).isEqualTo("in-json");
        String vapp = made.path("href").asText();
        Awaitility.await()
                .until(() -> admin.get(vapp).attribute("status").orElse("").equals("1"));
        assertThat(admin.get(vapp).textOf("Description")).contains("d");
        assertThat(Client.link(admin.get(vapp), "recompose")).isPresent();
        assertThat(admin.get(vapp).toString()).contains("networkName=\"lan\"");
        HttpResponse<byte[]> tagged =
                admin.send("POST", vapp + "/metadata", "application/*+json", """
                {"metadataEntry":[{"key":"owner","typedValue":{"_type":"MetadataNumberValue","value":"7"},
                 "domain":{"value":"GENERAL","visibility":"READWRITE"}}]}""", "Accept", accept);
        assertThat(tagged.statusCode()).isEqualTo(202);
        assertThat(admin.get(vapp + "/metadata").toString()).contains("owner", "MetadataNumberValue", ">7<");
        assertThat(admin.send("POST", vapp + "/metadata", "application/*+json", "[1]")
                        .statusCode())
                .isEqualTo(400);
        admin.refused(404, "POST", vapp + "/power/action/dance", null, null);
        admin.done("DELETE", vapp, null, null);
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
