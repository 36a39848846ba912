package org.stretchdeploy.vendor.vcd.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.stretchdeploy.vendor.vcd.internal.Documents.NET_ID;
import static org.stretchdeploy.vendor.vcd.internal.Documents.VAPP_PATH;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.spi.Tunnels;
import org.stretchdeploy.vendor.vcd.internal.ScriptedDirector.Answer;
import org.stretchdeploy.vendor.vcd.internal.http.Json;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;
import org.stretchdeploy.vendor.vcd.internal.xml.Xml;

/** Services of edges: what is read, what is written, and that nothing else is touched. */
final class EdgesTest {
    private static final String NETWORK_PATH = "/api/network/" + NET_ID;
    private static final String EDGE = "urn:vcloud:gateway:aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";
    private static final String EDGE_PATH = "/cloudapi/1.0.0/edgeGateways/" + EDGE;
    private static final Edges.VAppEdge VAPP_EDGE = new Edges.VAppEdge(new ObjectId(VAPP_PATH), "internal");
    private static final Edges.OrgEdge ORG_EDGE = new Edges.OrgEdge(new ObjectId(EDGE));
    private static final String TASK = "/api/task/" + Documents.TASK_ID;

    private final ScriptedDirector director = new ScriptedDirector();
    private final Map<String, JsonNode> natRules = new TreeMap<>();
    private final Map<String, JsonNode> profiles = new TreeMap<>();
    private Cloud cloud;

    @AfterEach
    void close() {
        cloud.close();
        director.close();
    }

    private static CloudException failure(Runnable call) {
        return catchThrowableOfType(CloudException.class, call::run);
    }

    private void openWithVAppEdge() {
        String vm = Documents.bare(Documents.vm("web", ""));
        director.on(
                "GET",
                VAPP_PATH,
                call -> Answer.of(
                        200, Documents.vApp("shop", Documents.networks() + "<Children>" + vm + "</Children>")));
        director.on("GET", NETWORK_PATH, call -> Answer.of(200, network()));
        director.on("PUT", NETWORK_PATH, call -> Answer.of(202, Documents.task("running")));
        cloud = new VcdVendor().open(director.account());
    }

    private static String network() {
        return "<VAppNetwork " + Documents.NS + " name='internal' href='" + NETWORK_PATH + "'><Configuration>"
                + "<IpScopes/><FenceMode>natRouted</FenceMode><Features>"
                + "<DhcpService><IsEnabled>false</IsEnabled><DefaultLeaseTime>3600</DefaultLeaseTime>"
                + "<MaxLeaseTime>7200</MaxLeaseTime><IpRange><StartAddress>192.168.55.100</StartAddress>"
                + "<EndAddress>192.168.55.110</EndAddress></IpRange></DhcpService>"
                + "<FirewallService><IsEnabled>true</IsEnabled><DefaultAction>drop</DefaultAction>"
                + "<LogDefaultAction>false</LogDefaultAction><FirewallRule><Id>7</Id><IsEnabled>true</IsEnabled>"
                + "<Description>theirs</Description><Policy>allow</Policy><Protocols><Any>true</Any></Protocols>"
                + "<DestinationPortRange>any</DestinationPortRange><DestinationIp>external</DestinationIp>"
                + "<SourcePortRange>Any</SourcePortRange><SourceIp>internal</SourceIp><EnableLogging>false</EnableLogging><FutureThing>keep"
                + " me</FutureThing></FirewallRule></FirewallService>"
                + "<NatService><IsEnabled>true</IsEnabled><NatType>ipTranslation</NatType><Policy>allowTrafficIn</Policy>"
                + "<NatRule><Description>n</Description><Id>65537</Id><OneToOneVmRule><MappingMode>automatic</MappingMode>"
                + "<ExternalIpAddress>10.0.0.24</ExternalIpAddress><VAppScopedVmId>web-local</VAppScopedVmId>"
                + "<VmNicId>0</VmNicId></OneToOneVmRule></NatRule></NatService>"
                + "<FutureService><X>1</X></FutureService></Features><SyslogServerSettings/></Configuration></VAppNetwork>";
    }

    private static EdgeServices withRules(EdgeServices services, List<FirewallRule> firewall, List<NatRule> nat) {
        return new EdgeServices(
                new EdgeServices.Firewall(
                        services.firewall().enabled(), services.firewall().defaultPolicy(), false, firewall),
                new EdgeServices.Nat(
                        services.nat().enabled(),
                        services.nat().type(),
                        services.nat().masquerade(),
                        nat),
                services.dhcp(),
                services.routes());
    }

    private static <T> List<T> plus(List<T> list, T more) {
        List<T> all = new ArrayList<>(list);
        all.add(more);
        return all;
    }

    private static FirewallRule ours() {
        return new FirewallRule(
                "",
                "ours [stretch:op-1:fw]",
                true,
                EdgeServices.Policy.ALLOW,
                List.of("TCP"),
                "Any",
                "Any",
                "192.168.55.20",
                "443",
                false);
    }

    @Test
    void readsAVAppEdge() {
        openWithVAppEdge();
        Edges.Versioned read = cloud.edges().read(VAPP_EDGE);
        EdgeServices services = read.services();
        assertThat(services.dhcp())
                .containsExactly(
                        new EdgeServices.Dhcp("internal", false, "192.168.55.100", "192.168.55.110", 3600, 7200));
        assertThat(services.firewall().rules()).singleElement().satisfies(rule -> {
            assertThat(rule.id()).isEqualTo("7");
            assertThat(rule.destinationPort()).as("letter case is theirs").isEqualTo("any");
            assertThat(rule.protocols()).containsExactly("ANY");
        });
        assertThat(services.nat().rules()).singleElement().satisfies(rule -> {
            assertThat(rule.type()).isEqualTo(NatRule.Type.ONE_TO_ONE);
            assertThat(rule.externalAddress()).as("the cloud chooses it").isEmpty();
            assertThat(rule.vm()).contains(new NatRule.VmNic("web", "web-local", 0));
        });
        assertThat(cloud.edges().read(VAPP_EDGE)).isEqualTo(read);
    }

    @Test
    void nothingIsWrittenWhenNothingDiffers() {
        openWithVAppEdge();
        Edges.Versioned read = cloud.edges().read(VAPP_EDGE);
        assertThat(cloud.edges()
                        .apply(VAPP_EDGE, read.services(), read.version())
                        .id())
                .isEmpty();
        assertThat(director.calls("PUT", ".*")).isEmpty();
    }

    @Test
    void aNewRuleIsAddedAndEverythingElseStays() {
        openWithVAppEdge();
        Edges.Versioned read = cloud.edges().read(VAPP_EDGE);
        NatRule forward = new NatRule(
                "",
                "ours [stretch:op-1:nat]",
                true,
                NatRule.Type.DNAT,
                "TCP",
                "",
                "8443",
                "",
                "443",
                Optional.of(new NatRule.VmNic("web", "another cloud's id", 0)),
                NatRule.FirewallMatch.BYPASS);
        EdgeServices wanted = withRules(
                read.services(),
                plus(read.services().firewall().rules(), ours()),
                plus(read.services().nat().rules(), forward));
        cloud.edges().apply(VAPP_EDGE, wanted, read.version());
        Elem features = Xml.parse(director.calls("PUT", NETWORK_PATH).get(0).body())
                .at("Configuration", "Features")
                .orElseThrow();
        assertThat(features.text("FutureService", "X")).isEqualTo("1");
        assertThat(features.text("DhcpService", "MaxLeaseTime")).isEqualTo("7200");
        List<Elem> rules = features.child("FirewallService").orElseThrow().children("FirewallRule");
        assertThat(rules).hasSize(2);
        assertThat(rules.get(0).text("FutureThing")).isEqualTo("keep me");
        assertThat(rules.get(1).children().stream().map(Elem::name))
                .containsExactly(
                        "IsEnabled",
                        "Description",
                        "Policy",
                        "Protocols",
                        "Port",
                        "DestinationPortRange",
                        "DestinationIp",
                        "SourcePort",
                        "SourcePortRange",
                        "SourceIp",
                        "EnableLogging");
        List<Elem> nat = features.child("NatService").orElseThrow().children("NatRule");
        assertThat(nat.get(0).text("OneToOneVmRule", "ExternalIpAddress")).isEqualTo("10.0.0.24");
        assertThat(nat.get(1).text("VmRule", "VAppScopedVmId")).isEqualTo("web-local");
        assertThat(nat.get(1).text("VmRule", "ExternalPort")).isEqualTo("8443");
    }

    @Test
    void aStaleVersionIsAConflictAndSoIsWhatTheEdgeCannot() {
        openWithVAppEdge();
        EdgeServices services = cloud.edges().read(VAPP_EDGE).services();
        EdgeServices wanted =
                withRules(services, List.of(ours()), services.nat().rules());
        assertThat(failure(() -> cloud.edges().apply(VAPP_EDGE, wanted, "stale"))
                        .category())
                .isEqualTo(Category.CONFLICT);
        NatRule lost = new NatRule(
                "",
                "x",
                true,
                NatRule.Type.ONE_TO_ONE,
                "ANY",
                "",
                "Any",
                "",
                "Any",
                Optional.of(new NatRule.VmNic("nobody", "", 0)),
                NatRule.FirewallMatch.BYPASS);
        EdgeServices impossible = withRules(services, List.of(), List.of(lost));
        String version = cloud.edges().read(VAPP_EDGE).version();
        assertThat(failure(() -> cloud.edges().apply(VAPP_EDGE, impossible, version))
                        .category())
                .isEqualTo(Category.USER);
        assertThat(director.calls("PUT", ".*")).isEmpty();
    }

    private void openWithOrgEdge() {
        director.on(
                "GET",
                "/cloudapi/1.0.0/edgeGateways\\?.*",
                call -> Answer.of(
                        200,
                        "{\"resultTotal\":1,\"values\":[{\"id\":\"" + EDGE
                                + "\",\"name\":\"edge\",\"gatewayBacking\":{\"gatewayType\":\"NSXT_BACKED\"}}]}"));
        director.on("GET", EDGE_PATH + "/nat/rules\\?.*", call -> Answer.of(200, list(natRules.values())));
        director.on(
                "GET",
                EDGE_PATH + "/firewall/rules",
                call -> Answer.of(200, "{\"userDefinedRules\":[],\"defaultRules\":[{\"actionValue\":\"DROP\"}]}"));
        director.on("POST", EDGE_PATH + "/nat/rules", call -> stored(natRules, "rule-" + (natRules.size() + 1), call));
        director.on("PUT", EDGE_PATH + "/nat/rules/.*", call -> stored(natRules, last(call.path()), call));
        director.on("DELETE", EDGE_PATH + "/nat/rules/.*", call -> removed(natRules, last(call.path())));
        director.on(
                "GET", "/cloudapi/1.0.0/applicationPortProfiles\\?.*", call -> Answer.of(200, list(profiles.values())));
        director.on(
                "GET",
                "/cloudapi/1.0.0/applicationPortProfiles/.*",
                call -> Answer.of(200, Json.text(profiles.get(last(call.path())))));
        director.on(
                "POST",
                "/cloudapi/1.0.0/applicationPortProfiles",
                call -> stored(profiles, "urn:vcloud:applicationPortProfile:p" + profiles.size(), call));
        director.on(
                "DELETE", "/cloudapi/1.0.0/applicationPortProfiles/.*", call -> removed(profiles, last(call.path())));
        director.on("GET", TASK, call -> Answer.of(200, Documents.task("success")));
        cloud = new VcdVendor().open(director.account());
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String list(Iterable<JsonNode> values) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(Json.text(value)));
        return "{\"resultTotal\":" + texts.size() + ",\"values\":[" + String.join(",", texts) + "]}";
    }

    private Answer stored(Map<String, JsonNode> where, String id, ScriptedDirector.Call call) {
        JsonNode body = Json.parse(call.body());
        ((com.fasterxml.jackson.databind.node.ObjectNode) body).put("id", id);
        where.put(id, body);
        return Answer.of(202, "").with("Location", director.origin() + TASK);
    }

    private Answer removed(Map<String, JsonNode> where, String id) {
        where.remove(id);
        return Answer.of(202, "").with("Location", director.origin() + TASK);
    }

    private static NatRule dnat(String name, String port) {
        return new NatRule(
                "",
                name,
                true,
                NatRule.Type.DNAT,
                "TCP",
                "203.0.113.10",
                port,
                "10.0.0.23",
                port,
                Optional.empty(),
                NatRule.FirewallMatch.BYPASS);
    }

    private EdgeServices with(EdgeServices services, List<NatRule> rules) {
        return withRules(services, services.firewall().rules(), rules);
    }

    @Test
    void natRulesOfAnOrganizationAreAddedAndTakenBackOneByOne() {
        natRules.put(
                "theirs",
                Json.object()
                        .put("id", "theirs")
                        .put("name", "theirs")
                        .put("type", "SNAT")
                        .put("externalAddresses", "203.0.113.10")
                        .put("internalAddresses", "10.0.0.0/24")
                        .put("futureThing", 1));
        natRules.put("hidden", Json.object().put("id", "hidden").put("type", "NO_SNAT"));
        openWithOrgEdge();
        assertThat(cloud.capabilities()).contains(Capability.EDGE_GATEWAY_NAT, Capability.L2_VPN);
        Edges.Versioned before = cloud.edges().read(ORG_EDGE);
        assertThat(before.services().nat().rules()).hasSize(1);
        EdgeServices wanted =
                with(before.services(), plus(before.services().nat().rules(), dnat("ours [stretch:op-1:nat]", "8443")));
        cloud.edges().apply(ORG_EDGE, wanted, before.version());
        assertThat(natRules).hasSize(3);
        JsonNode made = natRules.get("rule-3");
        assertThat(made.path("dnatExternalPort").asText()).isEqualTo("8443");
        assertThat(made.path("applicationPortProfile").path("name").asText()).isEqualTo("stretch-tcp-8443");
        assertThat(made.path("firewallMatch").asText()).isEqualTo("BYPASS");
        Edges.Versioned between = cloud.edges().read(ORG_EDGE);
        assertThat(between.services().nat().rules()).anySatisfy(rule -> {
            assertThat(rule.internalPort()).isEqualTo("8443");
            assertThat(rule.protocol()).isEqualTo("TCP");
        });
        assertThat(cloud.inventory().tagged("op-1"))
                .containsExactly(new org.stretchdeploy.spi.Inventory.Tagged(
                        "NatRule", new ObjectId(EDGE), "ours [stretch:op-1:nat]", new Tag("op-1", "nat")));
        cloud.edges().apply(ORG_EDGE, wanted, between.version());
        assertThat(director.calls("POST", EDGE_PATH + "/nat/rules"))
                .as("equal already")
                .hasSize(1);
        cloud.edges().apply(ORG_EDGE, before.services(), between.version());
        assertThat(natRules).containsOnlyKeys("theirs", "hidden");
        assertThat(profiles).as("our profile went with its last rule").isEmpty();
        assertThat(cloud.edges().read(ORG_EDGE)).isEqualTo(before);
    }

    @Test
    void httpsHasAProfileOfTheClouds() {
        profiles.put(
                "urn:vcloud:applicationPortProfile:https",
                Json.parse(
                        ("{\"id\":\"urn:vcloud:applicationPortProfile:https\",\"name\":\"HTTPS\",\"scope\":\"SYSTEM\","
                                        + "\"applicationPorts\":[{\"protocol\":\"TCP\",\"destinationPorts\":[\"443\"]}]}")
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        openWithOrgEdge();
        Edges.Versioned before = cloud.edges().read(ORG_EDGE);
        cloud.edges().apply(ORG_EDGE, with(before.services(), List.of(dnat("web", "443"))), before.version());
        assertThat(natRules.get("rule-1")
                        .path("applicationPortProfile")
                        .path("id")
                        .asText())
                .endsWith(":https");
        assertThat(director.calls("POST", "/cloudapi/1.0.0/applicationPortProfiles"))
                .isEmpty();
        Edges.Versioned now = cloud.edges().read(ORG_EDGE);
        cloud.edges().apply(ORG_EDGE, with(now.services(), List.of()), now.version());
        assertThat(profiles).hasSize(1);
    }

    @Test
    void aHalfDoneChangeGoesOnWhereItStopped() {
        openWithOrgEdge();
        Edges.Versioned before = cloud.edges().read(ORG_EDGE);
        EdgeServices wanted = with(before.services(), List.of(dnat("one", "443"), dnat("two", "80")));
        director.on(
                "POST",
                EDGE_PATH + "/nat/rules",
                call -> natRules.isEmpty() ? stored(natRules, "rule-1", call) : Answer.CUT);
        assertThat(failure(() -> cloud.edges().apply(ORG_EDGE, wanted, before.version()))
                        .code())
                .isEqualTo("outcome-unknown");
        director.on("POST", EDGE_PATH + "/nat/rules", call -> stored(natRules, "rule-2", call));
        cloud.edges().apply(ORG_EDGE, wanted, before.version());
        assertThat(natRules.values())
                .extracting(rule -> rule.path("name").asText())
                .containsExactly("one", "two");
        natRules.clear();
        assertThat(failure(() -> cloud.edges().apply(ORG_EDGE, wanted, "stale")).category())
                .isEqualTo(Category.CONFLICT);
    }

    @Test
    void tunnelsAreMadeOnceAndFoundByTheirTag() {
        Map<String, JsonNode> tunnels = new TreeMap<>();
        openWithOrgEdge();
        String base = EDGE_PATH + "/l2vpn/tunnels";
        director.on("GET", base + "\\?.*", call -> Answer.of(200, list(tunnels.values())));
        director.on("POST", base, call -> stored(tunnels, "t-1", call));
        director.on(
                "GET",
                TASK,
                call -> Answer.of(
                        200, Documents.task("success").replace("<Progress>", "<Details>t-1</Details><Progress>")));
        Tunnels.L2VpnTunnel tunnel = new Tunnels.L2VpnTunnel(
                Optional.empty(),
                "st-1",
                Tunnels.SessionMode.SERVER,
                true,
                "203.0.113.10",
                "198.51.100.7",
                Optional.empty(),
                Optional.of("secret"),
                List.of(new Tunnels.StretchedNetwork(new ObjectId("/api/network/" + NET_ID), "routed", 0)));
        Tag tag = new Tag("op-1", "tunnel");
        Tunnels role = cloud.tunnels().orElseThrow();
        TaskStatus status = cloud.status(role.create(new ObjectId(EDGE), tunnel, tag));
        assertThat(status.owner()).contains(new ObjectId("t-1"));
        JsonNode sent = tunnels.get("t-1");
        assertThat(sent.path("stretchedNetworks")
                        .path(0)
                        .path("networkRef")
                        .path("id")
                        .asText())
                .isEqualTo("urn:vcloud:network:" + NET_ID);
        assertThat(sent.path("preSharedKey").asText()).isEqualTo("secret");
        assertThat(role.create(new ObjectId(EDGE), tunnel, tag).owner()).contains(new ObjectId("t-1"));
        assertThat(tunnels).hasSize(1);
    }
}
