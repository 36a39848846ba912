package org.stretchdeploy.vendor.vcd.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.stretchdeploy.vendor.vcd.internal.Documents.NET_ID;
import static org.stretchdeploy.vendor.vcd.internal.Documents.TASK_ID;
import static org.stretchdeploy.vendor.vcd.internal.Documents.VAPP_PATH;
import static org.stretchdeploy.vendor.vcd.internal.Documents.VDC_ID;
import static org.stretchdeploy.vendor.vcd.internal.Documents.VM_PATH;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.vendor.vcd.internal.ScriptedDirector.Answer;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;
import org.stretchdeploy.vendor.vcd.internal.xml.Xml;

/** What is sent to make and change vApps, and what is not sent twice. */
final class VAppsTest {
    private static final ObjectId VDC = new ObjectId("/api/vdc/" + VDC_ID);
    private static final ObjectId VAPP = new ObjectId(VAPP_PATH);
    private static final ObjectId VM = new ObjectId(VM_PATH);
    private static final Tag TAG = new Tag("op-1", "routed-vapp");
    private static final String COMPOSE = "/api/vdc/" + VDC_ID + "/action/composeVApp";
    private static final VApps.NetworkSpec INTERNAL = new VApps.NetworkSpec(
            "internal",
            "shop",
            VAppNetwork.FenceMode.NAT_ROUTED,
            Optional.of("routed"),
            Optional.of(new Subnet("192.168.55.1", 24, List.of("9.9.9.9"), "", List.of("192.168.55.10-192.168.55.99"))),
            true);
    private static final VApps.VAppSpec SPEC = new VApps.VAppSpec("stretch", "by hand", List.of(INTERNAL));

    private final ScriptedDirector director = new ScriptedDirector();
    private final AtomicBoolean made = new AtomicBoolean();
    private Cloud cloud;

    @BeforeEach
    void open() {
        director.on(
                "GET",
                "/api/vdc/" + VDC_ID,
                call -> Answer.of(
                        200,
                        "<Vdc " + Documents.NS + " name='v' href='/api/vdc/" + VDC_ID + "'><AvailableNetworks>"
                                + "<Network name='routed' href='/api/network/" + NET_ID
                                + "'/></AvailableNetworks></Vdc>"));
        director.on(
                "GET",
                "/api/query\\?type=vApp&.*",
                call -> Answer.of(
                        200,
                        ScriptedDirector.records(
                                made.get()
                                        ? "<VAppRecord href='" + VAPP_PATH + "' name='stretch' vdc='/api/vdc/" + VDC_ID
                                                + "'></VAppRecord>"
                                        : "")));
        cloud = new VcdVendor().open(director.account());
    }

    @AfterEach
    void close() {
        cloud.close();
        director.close();
    }

    private static CloudException failure(Runnable call) {
        return catchThrowableOfType(CloudException.class, call::run);
    }

    private void answerVApp(String status, String deployed, String inside) {
        director.on("GET", VAPP_PATH, call -> Answer.of(200, Documents.vApp("stretch", status, deployed, inside)));
    }

    private static Elem sent(ScriptedDirector.Call call) {
        return Xml.parse(call.body());
    }

    @Test
    void composesAStoppedVAppWithItsNetworksAndTheTag() {
        director.on(
                "POST",
                COMPOSE,
                call -> Answer.of(
                        201,
                        Documents.vApp(
                                "stretch",
                                "0",
                                "false",
                                "<Tasks>" + Documents.bare(Documents.task("running")) + "</Tasks>")));
        CloudTask task = cloud.vApps().create(VDC, SPEC, TAG);
        assertThat(task).isEqualTo(CloudTask.running("/api/task/" + TASK_ID, Optional.of(VAPP)));
        Elem body = sent(director.calls("POST", COMPOSE).get(0));
        assertThat(body.attribute("deploy")).isEqualTo("false");
        assertThat(body.attribute("powerOn")).isEqualTo("false");
        assertThat(body.text("Description")).isEqualTo("by hand [stretch:op-1:routed-vapp]");
        Elem configuration = body.at("InstantiationParams", "NetworkConfigSection", "NetworkConfig", "Configuration")
                .orElseThrow();
        assertThat(configuration.children().stream().map(Elem::name))
                .containsExactly("IpScopes", "ParentNetwork", "FenceMode", "RetainNetInfoAcrossDeployments");
        assertThat(configuration.text("IpScopes", "IpScope", "Netmask")).isEqualTo("255.255.255.0");
        assertThat(configuration.at("ParentNetwork").orElseThrow().attribute("href"))
                .endsWith(NET_ID);
        assertThat(director.calls("POST", COMPOSE).get(0).header("Content-Type"))
                .contains("application/vnd.vmware.vcloud.composeVAppParams+xml");
    }

    @Test
    void aLostReplyIsLookedUpAndNotRepeated() {
        director.on("POST", COMPOSE, call -> {
            made.set(true);
            return Answer.CUT;
        });
        answerVApp("8", "false", "<Description>by hand [stretch:op-1:routed-vapp]</Description>");
        assertThat(cloud.vApps().create(VDC, SPEC, TAG)).isEqualTo(CloudTask.done(VAPP));
        assertThat(cloud.vApps().create(VDC, SPEC, TAG)).isEqualTo(CloudTask.done(VAPP));
        assertThat(director.calls("POST", COMPOSE)).hasSize(1);
    }

    @Test
    void aLostRequestOfUnknownOutcomeIsReportedAsSuch() {
        director.on("POST", COMPOSE, call -> Answer.CUT);
        CloudException failure = failure(() -> cloud.vApps().create(VDC, SPEC, TAG));
        assertThat(failure.category()).isEqualTo(Category.EXTERNAL);
        assertThat(failure.code()).isEqualTo("outcome-unknown");
        assertThat(director.calls("POST", COMPOSE)).hasSize(1);
    }

    @Test
    void whatIsStillBeingMadeIsFollowed() {
        made.set(true);
        answerVApp(
                "0",
                "false",
                "<Description>[stretch:op-1:routed-vapp]</Description><Tasks>"
                        + Documents.bare(Documents.task("running")) + "</Tasks>");
        assertThat(cloud.vApps().create(VDC, SPEC, TAG).id()).contains("/api/task/" + TASK_ID);
        assertThat(director.calls("POST", COMPOSE)).isEmpty();
    }

    @Test
    void aStrangersVAppOfTheNameIsAConflict() {
        made.set(true);
        answerVApp("8", "false", "<Description>mine</Description>");
        assertThat(failure(() -> cloud.vApps().create(VDC, SPEC, TAG)).category())
                .isEqualTo(Category.CONFLICT);
    }

    @Test
    void aBusyCloudIsAskedAgainAndAnUnknownNetworkIsTheUsersMistake() {
        AtomicInteger asked = new AtomicInteger();
        director.on(
                "POST",
                COMPOSE,
                call -> asked.incrementAndGet() < 3
                        ? Answer.of(
                                400, ScriptedDirector.error(400, "BUSY_ENTITY", "It is busy completing an operation."))
                        : Answer.of(201, Documents.vApp("stretch", "")));
        assertThat(cloud.vApps().create(VDC, SPEC, TAG)).isEqualTo(CloudTask.done(VAPP));
        assertThat(asked).hasValue(3);
        VApps.NetworkSpec unknown = new VApps.NetworkSpec(
                "x", "", VAppNetwork.FenceMode.BRIDGED, Optional.of("nowhere"), Optional.empty(), false);
        CloudException failure =
                failure(() -> cloud.vApps().create(VDC, new VApps.VAppSpec("other", "", List.of(unknown)), TAG));
        assertThat(failure.code()).isEqualTo("no-such-network");
    }

    @Test
    void namesWithOddCharactersAreEscapedOrRefused() {
        director.on("POST", COMPOSE, call -> Answer.of(201, Documents.vApp("x", "")));
        String odd = "a & <b> \"c\" 'd' ü ;name==*";
        cloud.vApps().create(VDC, new VApps.VAppSpec(odd, "", List.of()), TAG);
        assertThat(sent(director.calls("POST", COMPOSE).get(0)).attribute("name"))
                .isEqualTo(odd);
        CloudException failure =
                failure(() -> cloud.vApps().create(VDC, new VApps.VAppSpec("bell \u0007", "", List.of()), TAG));
        assertThat(failure.category()).isEqualTo(Category.USER);
    }

    @Test
    void anEmptyVAppThatCannotBeStartedIsDone() {
        director.on(
                "POST",
                VAPP_PATH + "/power/action/powerOn",
                call -> Answer.of(400, ScriptedDirector.error(400, "BAD_REQUEST", "The vApp has no VMs.")));
        answerVApp("1", "false", "");
        assertThat(cloud.vApps().powerOnVApp(VAPP)).isEqualTo(CloudTask.done(VAPP));
        answerVApp("8", "false", "<Children>" + Documents.bare(Documents.vm("web", "")) + "</Children>");
        assertThat(failure(() -> cloud.vApps().powerOnVApp(VAPP)).category()).isEqualTo(Category.USER);
    }

    @Test
    void deletingADeployedVAppUndeploysItFirstAndGoesOnInAnyProcess() {
        AtomicBoolean gone = new AtomicBoolean();
        director.on(
                "GET",
                VAPP_PATH,
                call -> gone.get()
                        ? Answer.of(403, ScriptedDirector.error(403, "ACCESS_TO_RESOURCE_IS_FORBIDDEN", "No access"))
                        : Answer.of(200, Documents.vApp("stretch", "4", "true", "")));
        director.on("POST", VAPP_PATH + "/action/undeploy", call -> Answer.of(202, Documents.task("running")));
        director.on("GET", "/api/task/" + TASK_ID, call -> Answer.of(200, Documents.task("success")));
        director.on("DELETE", VAPP_PATH, call -> {
            gone.set(true);
            return Answer.of(202, Documents.task("running"));
        });
        CloudTask task = cloud.vApps().delete(VAPP);
        try (Cloud other = new VcdVendor().open(director.account())) {
            CloudTask journalled = CloudTask.running(task.id().orElseThrow(), task.owner());
            assertThat(other.status(journalled).state()).isEqualTo(TaskStatus.State.RUNNING);
            assertThat(other.status(journalled).state()).isEqualTo(TaskStatus.State.SUCCEEDED);
        }
        assertThat(director.calls("DELETE", VAPP_PATH)).hasSize(1);
        assertThat(cloud.vApps().delete(VAPP)).isEqualTo(CloudTask.done(VAPP));
    }

    @Test
    void addingANetworkKeepsEverythingElseInTheSection() {
        answerVApp("8", "false", "");
        String path = VAPP_PATH + "/networkConfigSection/";
        String section = "<n:NetworkConfigSection xmlns:n='http://www.vmware.com/vcloud/v1.5'"
                + " xmlns:o='http://schemas.dmtf.org/ovf/envelope/1' o:required='false'><o:Info>i</o:Info>"
                + "<n:NetworkConfig networkName='old' future='x'><n:Configuration><n:FenceMode>isolated</n:FenceMode>"
                + "<n:FutureThing>keep me</n:FutureThing></n:Configuration></n:NetworkConfig></n:NetworkConfigSection>";
        director.on("GET", path, call -> Answer.of(200, section));
        director.on("PUT", path, call -> Answer.of(202, Documents.task("running")));
        cloud.vApps().addNetwork(VAPP, INTERNAL);
        Elem sent = sent(director.calls("PUT", path).get(0));
        assertThat(sent.children("NetworkConfig")).hasSize(2);
        Elem old = sent.children("NetworkConfig").get(0);
        assertThat(old.attribute("future")).isEqualTo("x");
        assertThat(old.text("Configuration", "FutureThing")).isEqualTo("keep me");
        assertThat(sent.attribute("ovf:required")).isEqualTo("false");
        assertThat(sent.children("NetworkConfig").get(1).attribute("networkName"))
                .isEqualTo("internal");
    }

    @Test
    void aNetworkThatIsThereIsDoneOrAConflict() {
        answerVApp("8", "false", Documents.networks());
        assertThat(cloud.vApps().addNetwork(VAPP, INTERNAL)).isEqualTo(CloudTask.done(VAPP));
        VApps.NetworkSpec other = new VApps.NetworkSpec(
                "internal",
                "",
                VAppNetwork.FenceMode.ISOLATED,
                Optional.empty(),
                Optional.of(new Subnet("192.168.55.1", 24, List.of(), "", List.of())),
                false);
        assertThat(failure(() -> cloud.vApps().addNetwork(VAPP, other)).category())
                .isEqualTo(Category.CONFLICT);
    }

    @Test
    void aNetworkInUseIsNotRemoved() {
        answerVApp(
                "8",
                "false",
                Documents.networks() + "<Children>" + Documents.bare(Documents.vm("web", "")) + "</Children>");
        assertThat(failure(() -> cloud.vApps().removeNetwork(VAPP, "internal")).category())
                .isEqualTo(Category.CONFLICT);
        assertThat(cloud.vApps().removeNetwork(VAPP, "other")).isEqualTo(CloudTask.done(VAPP));
    }

    @Test
    void movingAVmKeepsItsAddressesAndLocalId() {
        answerVApp("8", "false", "");
        director.on("GET", VM_PATH, call -> Answer.of(200, Documents.vm("web", "the shop")));
        director.on("POST", VAPP_PATH + "/action/recomposeVApp", call -> Answer.of(202, Documents.task("running")));
        Vm.Nic nic = new Vm.Nic(
                0,
                "internal",
                "00:50:56:aa:00:01",
                Optional.of("192.168.55.20"),
                Vm.Allocation.MANUAL,
                true,
                true,
                "VMXNET3");
        VApps.VmSpec spec =
                new VApps.VmSpec(VM, "web", VApps.Mode.MOVE, "the shop", List.of(nic), Optional.of("web-local"));
        CloudTask task = cloud.vApps().addVm(VAPP, spec, TAG);
        Elem body =
                sent(director.calls("POST", VAPP_PATH + "/action/recomposeVApp").get(0));
        assertThat(body.attribute("name")).isEqualTo("stretch");
        assertThat(body.attribute("powerOn")).isEqualTo("false");
        Elem item = body.child("SourcedItem").orElseThrow();
        assertThat(item.attribute("sourceDelete")).isEqualTo("true");
        assertThat(item.children().stream().map(Elem::name))
                .containsExactly("Source", "VmGeneralParams", "VAppScopedLocalId", "InstantiationParams");
        assertThat(item.text("VmGeneralParams", "Description")).isEqualTo("the shop");
        Elem connection = item.at("InstantiationParams", "NetworkConnectionSection", "NetworkConnection")
                .orElseThrow();
        assertThat(connection.children().stream().map(Elem::name))
                .containsExactly(
                        "NetworkConnectionIndex",
                        "IpAddress",
                        "IsConnected",
                        "MACAddress",
                        "IpAddressAllocationMode",
                        "NetworkAdapterType");
        assertThat(connection.text("IpAddressAllocationMode")).isEqualTo("MANUAL");
        assertThat(item.text("InstantiationParams", "GuestCustomizationSection", "Enabled"))
                .isEqualTo("false");

        director.on("GET", "/api/task/" + TASK_ID, call -> Answer.of(200, Documents.task("success")));
        answerVApp("8", "false", "<Children>" + Documents.bare(Documents.vm("web", "the shop")) + "</Children>");
        assertThat(cloud.status(CloudTask.running(task.id().orElseThrow(), Optional.empty()))
                        .owner())
                .contains(VM);
        assertThat(cloud.vApps().addVm(VAPP, spec, TAG)).isEqualTo(CloudTask.done(VM));
    }

    @Test
    void aCopyIsTaggedAndARunningVmIsNotCopied() {
        answerVApp("8", "false", "");
        director.on("GET", VM_PATH, call -> Answer.of(200, Documents.vm("web", "the shop")));
        director.on("POST", VAPP_PATH + "/action/recomposeVApp", call -> Answer.of(202, Documents.task("running")));
        VApps.VmSpec spec = new VApps.VmSpec(VM, "web", VApps.Mode.COPY, "the shop", List.of(), Optional.empty());
        cloud.vApps().addVm(VAPP, spec, TAG);
        Elem item = sent(director.calls("POST", ".*recomposeVApp").get(0))
                .child("SourcedItem")
                .orElseThrow();
        assertThat(item.attribute("sourceDelete")).isEqualTo("false");
        assertThat(item.text("VmGeneralParams", "Description")).isEqualTo("the shop " + TAG.text());
        Elem connection = item.at("InstantiationParams", "NetworkConnectionSection", "NetworkConnection")
                .orElseThrow();
        assertThat(connection.attribute("network")).isEqualTo("none");
        assertThat(connection.text("MACAddress")).isEqualTo("00:50:56:aa:00:01");
        director.on(
                "GET", VM_PATH, call -> Answer.of(200, Documents.vm("web", "").replace("'8'", "'4'")));
        assertThat(failure(() -> cloud.vApps().addVm(VAPP, spec, TAG)).category())
                .isEqualTo(Category.CONFLICT);
    }

    @Test
    void readsAVAppWithItsParts() {
        answerVApp(
                "4",
                "true",
                "<Description>The shop\n second line</Description><Tasks>" + Documents.bare(Documents.task("running"))
                        + "</Tasks><ovf:StartupSection><ovf:Item ovf:id='web' ovf:order='1' ovf:startAction='powerOn'"
                        + " ovf:startDelay='5' ovf:stopAction='guestShutdown' ovf:stopDelay='7'/></ovf:StartupSection>"
                        + Documents.networks() + "<Children>" + Documents.bare(Documents.vm("web", "w"))
                        + "</Children>");
        String metadata = "<Metadata " + Documents.NS + " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>"
                + "<MetadataEntry><Domain>SYSTEM</Domain><Key>s</Key><TypedValue><Value>v</Value></TypedValue></MetadataEntry><MetadataEntry><Key>owner</Key><TypedValue"
                + " xsi:type='MetadataStringValue'><Value>me</Value></TypedValue>"
                + "</MetadataEntry></Metadata>";
        director.on("GET", VAPP_PATH + "/metadata", call -> Answer.of(200, metadata));
        VApp vApp = cloud.inventory().vApp(VAPP);
        assertThat(vApp.description()).isEqualTo("The shop\n second line");
        assertThat(vApp.state()).isEqualTo(PowerState.ON);
        assertThat(vApp.busy()).isTrue();
        assertThat(vApp.vdc()).isEqualTo(VDC);
        assertThat(vApp.metadata()).containsOnly(java.util.Map.entry("owner", "me"));
        assertThat(vApp.startup()).containsExactly(new VApp.Startup("web", 1, "powerOn", 5, "guestShutdown", 7));
        VAppNetwork network = vApp.network("internal").orElseThrow();
        assertThat(network.id()).isEqualTo(new ObjectId("/api/network/" + NET_ID));
        assertThat(network.externalIp()).contains("10.0.0.23");
        assertThat(network.subnet().orElseThrow().ranges()).containsExactly("192.168.55.10-192.168.55.99");
        Vm vm = vApp.vm("web").orElseThrow();
        assertThat(vm.localId()).isEqualTo("web-local");
        assertThat(vm.nics().get(0).mac()).isEqualTo("00:50:56:aa:00:01");
    }

    @Test
    void nicsAreChangedInPlaceAndOnlyWhenTheyDiffer() {
        String path = VM_PATH + "/networkConnectionSection/";
        director.on("GET", VM_PATH, call -> Answer.of(200, Documents.vm("web", "")));
        String vm = Documents.vm("web", "");
        String section = vm.substring(vm.indexOf("<NetworkConnectionSection"), vm.indexOf("<VAppScopedLocalId"))
                .replace("<NetworkConnectionSection", "<NetworkConnectionSection " + Documents.NS);
        director.on("GET", path, call -> Answer.of(200, section));
        director.on("PUT", path, call -> Answer.of(202, Documents.task("running")));
        Vm.Nic present = new Vm.Nic(
                0,
                "internal",
                "00:50:56:aa:00:01",
                Optional.of("192.168.55.20"),
                Vm.Allocation.MANUAL,
                true,
                true,
                "VMXNET3");
        assertThat(cloud.vApps().setNics(VM, List.of(present))).isEqualTo(CloudTask.done(VM));
        Vm.Nic fenced = new Vm.Nic(
                0, "internal", present.mac(), present.address(), Vm.Allocation.MANUAL, false, true, "VMXNET3");
        cloud.vApps().setNics(VM, List.of(fenced));
        Elem sent = sent(director.calls("PUT", path).get(0))
                .child("NetworkConnection")
                .orElseThrow();
        assertThat(sent.text("IsConnected")).isEqualTo("false");
        assertThat(sent.text("FutureThing")).isEqualTo("keep me");
        assertThat(director.calls("PUT", path)).hasSize(1);
    }

    @Test
    void failedAndForgottenTasks() {
        String failed = Documents.task("error")
                .replace(
                        "<Progress>",
                        "<Error majorErrorCode='400' minorErrorCode='BUSY_ENTITY' message='The entity web is busy"
                                + " completing an operation.'/><Progress>");
        director.on("GET", "/api/task/" + TASK_ID, call -> Answer.of(200, failed));
        CloudTask task = CloudTask.running("/api/task/" + TASK_ID, Optional.empty());
        TaskStatus status = cloud.status(task);
        assertThat(status.state()).isEqualTo(TaskStatus.State.FAILED);
        assertThat(status.failure().orElseThrow().code()).isEqualTo("BUSY_ENTITY");
        assertThat(status.failure().orElseThrow().category()).isEqualTo(Category.TRANSIENT);
        CloudTask unknown = CloudTask.running("/api/task/" + VDC_ID, Optional.empty());
        assertThat(failure(() -> cloud.status(unknown)).category()).isEqualTo(Category.NOT_FOUND);
        CloudTask strange = CloudTask.running("https://elsewhere.example/task", Optional.empty());
        assertThat(failure(() -> cloud.status(strange)).category()).isEqualTo(Category.NOT_FOUND);
    }

    @Test
    void bodiesAreUtf8() {
        director.on("POST", COMPOSE, call -> Answer.of(201, Documents.vApp("x", "")));
        cloud.vApps().create(VDC, new VApps.VAppSpec("größe", "", List.of()), TAG);
        assertThat(new String(director.calls("POST", COMPOSE).get(0).body(), StandardCharsets.UTF_8))
                .contains("größe");
    }
}
