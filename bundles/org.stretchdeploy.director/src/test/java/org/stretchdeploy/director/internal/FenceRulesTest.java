package org.stretchdeploy.director.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.director.embed.EmbeddedDirector;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** What the director refuses about a machine that is fenced, over the wire. */
class FenceRulesTest {
    private static final String MAC = "00:50:56:2a:0f:01";
    private static final String ADDRESS = "192.168.55.30";
    private static final String METADATA = Client.V + "metadata+xml";
    private static final String ENTRY =
            "<Metadata " + Client.NS + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
                    + "<MetadataEntry><Domain visibility=\"%s\">%s</Domain><Key>stretch.fenced</Key>"
                    + "<TypedValue xsi:type=\"MetadataStringValue\"><Value>stretch st-1</Value></TypedValue>"
                    + "</MetadataEntry></Metadata>";

    @TempDir
    private static Path folder;

    private static EmbeddedDirector director;
    private static Client admin;

    @BeforeAll
    static void start() {
        director = Clouds.start(folder, "fences");
        admin = Client.admin(director);
    }

    @AfterAll
    static void stop() {
        director.close();
    }

    private static void fence(String vm) {
        admin.done("POST", vm + "/metadata", METADATA, ENTRY.formatted("READWRITE", "GENERAL"));
    }

    private static void unfence(String vm) {
        admin.done("DELETE", vm + "/metadata/stretch.fenced", null, null);
    }

    private static void refused(String operation, String method, String path, String type, String body) {
        XmlElement error = admin.refused(400, method, path, type, body);
        assertThat(error.attribute("minorErrorCode")).contains("OPERATION_NOT_PERMITTED");
        assertThat(error.attribute("message").orElse(""))
                .contains("\"" + operation + "\"", "\"web\"", "stretch st-1", "another cloud");
    }

    private static String section(boolean connected) {
        String nic = Clouds.nic("lan", ADDRESS, MAC);
        return "<NetworkConnectionSection " + Client.NS + "><ovf:Info/>"
                + (connected ? nic : nic.replace("<IsConnected>true", "<IsConnected>false"))
                + "</NetworkConnectionSection>";
    }

    private static String recompose(String vm, String flags, String nics) {
        return Clouds.recompose(Clouds.sourced(vm, true, nics)).replace(" deploy=\"false\" powerOn=\"false\"", flags);
    }

    @Test
    void aFencedMachineIsNeitherStartedNorPluggedInWhoeverAsksAndWherever() {
        String vapp = Clouds.compose(admin, "fenced", Clouds.isolated("lan"));
        String vm = Clouds.addVm(admin, vapp, "web", "lan", ADDRESS, MAC);
        String nics = vm + "/networkConnectionSection/";
        String type = Client.V + "networkConnectionSection+xml";
        fence(vm);
        admin.done("PUT", nics, type, section(false));
        refused("power on", "POST", vm + "/power/action/powerOn", null, null);
        refused("power on", "POST", vapp + "/power/action/powerOn", null, null);
        String deploy = "<DeployVAppParams " + Client.NS + " powerOn=\"%s\"/>";
        String deployType = Client.V + "deployVAppParams+xml";
        refused("power on", "POST", vm + "/action/deploy", deployType, deploy.formatted(true));
        refused("deploy", "POST", vapp + "/action/deploy", deployType, deploy.formatted(false));
        refused("connect a network card", "PUT", nics, type, section(true));

        String other = Clouds.compose(admin, "elsewhere", Clouds.isolated("lan"));
        String recompose = Client.V + "recomposeVAppParams+xml";
        refused("power on", "POST", other + "/action/recomposeVApp", recompose, recompose(vm, " powerOn=\"true\"", ""));
        admin.done(
                "POST",
                other + "/action/recomposeVApp",
                recompose,
                recompose(vm, " powerOn=\"false\" deploy=\"false\"", ""));
        String moved = Clouds.vm(admin, other, "web");
        refused("power on", "POST", moved + "/power/action/powerOn", null, null);
        unfence(moved);
        admin.done("POST", moved + "/power/action/powerOn", null, null);
        assertThat(admin.get(moved).attribute("status")).contains("4");
        admin.done("POST", moved + "/power/action/powerOff", null, null);
    }

    @Test
    void aCopyOfAFencedMachineIsNotFenced() {
        String vapp = Clouds.compose(admin, "original", Clouds.isolated("lan"));
        String vm = Clouds.addVm(admin, vapp, "web", "lan", ADDRESS, MAC);
        fence(vm);
        String copies = Clouds.compose(admin, "copies", Clouds.isolated("lan"));
        admin.done(
                "POST",
                copies + "/action/recomposeVApp",
                Client.V + "recomposeVAppParams+xml",
                Clouds.recompose(Clouds.sourced(vm, false, "")));
        String copy = Clouds.vm(admin, copies, "web");
        assertThat(admin.get(copy + "/metadata").all("MetadataEntry")).isEmpty();
        assertThat(admin.get(vm + "/metadata").all("MetadataEntry")).hasSize(1);
    }

    @Test
    void whatTheProviderWroteATenantCannotTakeAway() {
        String vapp = Clouds.compose(admin, "provider's", Clouds.isolated("lan"));
        String vm = Clouds.addVm(admin, vapp, "web", "lan", ADDRESS, MAC);
        admin.refused(403, "POST", vm + "/metadata", METADATA, ENTRY.formatted("READONLY", "SYSTEM"));
        Client provider = Client.provider(director);
        provider.done("POST", vm + "/metadata", METADATA, ENTRY.formatted("READONLY", "SYSTEM"));
        refused("power on", "POST", vm + "/power/action/powerOn", null, null);
        admin.refused(403, "DELETE", vm + "/metadata/SYSTEM/stretch.fenced", null, null);
        admin.refused(403, "POST", vm + "/metadata", METADATA, ENTRY.formatted("READWRITE", "GENERAL"));
        provider.done("DELETE", vm + "/metadata/SYSTEM/stretch.fenced", null, null);
        admin.done("POST", vm + "/power/action/powerOn", null, null);
        admin.done("POST", vm + "/power/action/powerOff", null, null);
    }
}
