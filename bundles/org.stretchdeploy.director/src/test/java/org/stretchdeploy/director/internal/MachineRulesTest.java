package org.stretchdeploy.director.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
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

/** What the director promises about machines, over the wire. */
class MachineRulesTest {
    @TempDir
    private static Path folder;

    private static EmbeddedDirector director;
    private static Client admin;

    @BeforeAll
    static void start() {
        director = Clouds.start(folder, "machines");
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
        for (File file : folder.resolve("machines/host/disks").toFile().listFiles()) {
            assertThat(file.renameTo(new File(file.getParentFile(), file.getName() + ".away")))
                    .isTrue();
        }
        try {
            XmlElement task = admin.ended("POST", vm + "/power/action/powerOn", null, null);
            assertThat(task.attribute("status")).contains("error");
            assertThat(task.first("Error").orElseThrow().attribute("message").orElse(""))
                    .contains("missing");
        } finally {
            for (File file : folder.resolve("machines/host/disks").toFile().listFiles()) {
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
}
