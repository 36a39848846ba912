package org.stretchdeploy.lab;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.CloudRegistration;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudAccount;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.CloudVendor;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.spi.Vm;

/**
 * Fills the private cloud with the vApp {@code shop}: guests web, app and db on a routed internal network behind vApp
 * edge, organization edge and external network, reached from outside through two levels of DNAT. Done through the clouds'
 * ordinary API, as their admin would.
 */
final class Shop {
    static final String VAPP = "shop";
    static final String NETWORK = "internal";
    static final String GATEWAY = "192.168.77.1";

    /** An isolated network that app and db have a second NIC on. */
    private static final String BACKEND = "backend";

    /** A guest: its address inside and the port that leads to its web server from outside. */
    record Guest(String name, String address, String mac, int outsidePort, int order) {
        List<Vm.Nic> nics() {
            var first = new Vm.Nic(0, NETWORK, mac, Optional.of(address), Vm.Allocation.MANUAL, true, true, "VMXNET3");
            var second = new Vm.Nic(
                    1,
                    BACKEND,
                    mac.replace("52:54:00:77:", "52:54:00:78:"),
                    Optional.of(onBackend()),
                    Vm.Allocation.MANUAL,
                    true,
                    false,
                    "VMXNET3");
            return isOnBackend() ? List.of(first, second) : List.of(first);
        }

        boolean isOnBackend() {
            return !name.equals("web");
        }

        String onBackend() {
            return address.replace(".77.", ".78.");
        }
    }

    static final List<Guest> GUESTS = List.of(
            new Guest("web", "192.168.77.10", "52:54:00:77:00:0a", 80, 2),
            new Guest("app", "192.168.77.20", "52:54:00:77:00:14", 8081, 1),
            new Guest("db", "192.168.77.30", "52:54:00:77:00:1e", 8082, 0));

    private static final Tag MADE = new Tag("lab", "shop");

    private final Cloud cloud;
    private final CloudSite site;

    private Shop(Cloud cloud, CloudSite site) {
        this.cloud = cloud;
        this.site = site;
    }

    static Cloud open(CloudVendor vendor, CloudSite site, String password, String certificate) {
        var registration = new CloudRegistration(
                new CloudName(site.name()),
                vendor.name(),
                URI.create(site.endpoint()),
                site.organization(),
                "admin",
                Optional.of(certificate),
                Map.of());
        return vendor.open(new CloudAccount(registration, Secret.of(password)));
    }

    /** What every cloud of the lab has: a way out for its organization network. */
    static void letOut(Cloud cloud, CloudSite site) {
        new Shop(cloud, site).gateway(List.of(), "");
    }

    static void build(Cloud cloud, CloudSite site, Path image) {
        new Shop(cloud, site).build(image);
    }

    private void build(Path image) {
        ObjectId vdc = cloud.inventory().vdcs().get(0).id();
        ObjectId catalog = finish(() -> cloud.catalogs().createCatalog("templates", new Tag("lab", "catalog")))
                .orElseThrow();
        ObjectId templateVm = upload(catalog, image);
        ObjectId vApp = finish(() -> cloud.vApps()
                        .create(vdc, new VApps.VAppSpec(VAPP, "The shop", List.of(network(), backend())), MADE))
                .orElseThrow();
        for (Guest guest : GUESTS) {
            add(vApp, templateVm, guest);
        }
        finish(() -> cloud.vApps().setStartup(vApp, startup()));
        services(vApp);
        finish(() -> cloud.vApps().powerOnVApp(vApp));
        String vAppEdge = cloud.inventory()
                .vApp(vApp)
                .network(NETWORK)
                .flatMap(VAppNetwork::externalIp)
                .orElseThrow(() -> new LabException("the vApp edge has no address on the organization network"));
        gateway(GUESTS, vAppEdge);
    }

    private VApps.NetworkSpec network() {
        return new VApps.NetworkSpec(
                NETWORK,
                "Internal network of the shop",
                VAppNetwork.FenceMode.NAT_ROUTED,
                Optional.of(site.orgNetwork()),
                Optional.of(
                        new Subnet(GATEWAY, 24, List.of("192.0.2.1"), "", List.of("192.168.77.100-192.168.77.150"))),
                true);
    }

    private static VApps.NetworkSpec backend() {
        return new VApps.NetworkSpec(
                BACKEND,
                "Only app and db",
                VAppNetwork.FenceMode.ISOLATED,
                Optional.empty(),
                Optional.of(new Subnet("192.168.78.1", 24, List.of(), "", List.of())),
                false);
    }

    private void add(ObjectId vApp, ObjectId templateVm, Guest guest) {
        var spec = new VApps.VmSpec(
                templateVm,
                guest.name(),
                VApps.Mode.COPY,
                guest.name() + " of the shop",
                guest.nics(),
                Optional.empty());
        finish(() -> cloud.vApps().addVm(vApp, spec, new Tag("lab", "vm." + guest.name())));
        ObjectId vm =
                cloud.inventory().vApp(vApp).vm(guest.name()).orElseThrow().id();
        finish(() -> cloud.vApps()
                .setProperties(
                        vm,
                        Map.of(
                                "guest.hostname",
                                guest.name(),
                                "guest.address",
                                guest.address() + "/24",
                                "guest.address1",
                                guest.isOnBackend() ? guest.onBackend() + "/24" : "",
                                "guest.gateway",
                                GATEWAY,
                                "guest.ipv6",
                                "0",
                                "guest.silent",
                                guest.name().equals("db") ? "1" : "0")));
        finish(() -> cloud.vApps().describeVm(vm, guest.name(), guest.name() + " of the shop"));
    }

    private static List<VApp.Startup> startup() {
        return GUESTS.stream()
                .map(g -> new VApp.Startup(g.name(), g.order(), "powerOn", 0, "guestShutdown", 0))
                .toList();
    }

    private ObjectId upload(ObjectId catalog, Path image) {
        ObjectId template = cloud.catalogs().beginUpload(catalog, "lab-guest", true, new Tag("lab", "guest"));
        try {
            cloud.catalogs().putDescriptor(template, Files.readAllBytes(one(image, ".ovf")));
            Wait.until(Duration.ofSeconds(30), "the descriptor to be read", () -> pendingFiles(template) > 0);
            for (Catalogs.UploadFile file : cloud.catalogs().upload(template).files()) {
                Path path = file.name().endsWith(".mf") ? one(image, ".mf") : image.resolve(file.name());
                byte[] content = Files.readAllBytes(path);
                if (file.received() < content.length) {
                    cloud.catalogs().putFile(template, file.name(), 0, content, content.length, content.length);
                }
            }
        } catch (IOException e) {
            throw new LabException("cannot read the guest image", e);
        }
        Wait.until(Duration.ofSeconds(60), "the guest template", () -> {
            Catalogs.Upload state = cloud.catalogs().upload(template);
            if (state.state() == Catalogs.State.FAILED) {
                throw new LabException("the director refused the guest image: "
                        + state.failure().orElse(""));
            }
            return state.state() == Catalogs.State.READY;
        });
        return cloud.catalogs()
                .template(catalog, "lab-guest")
                .orElseThrow()
                .vms()
                .get(0)
                .id();
    }

    private long pendingFiles(ObjectId template) {
        Catalogs.Upload state = cloud.catalogs().upload(template);
        if (state.state() == Catalogs.State.FAILED) {
            throw new LabException("the director refused the guest's descriptor: "
                    + state.failure().orElse(""));
        }
        return state.descriptorWanted()
                ? 0
                : state.files().stream().filter(f -> f.name().endsWith(".vmdk")).count();
    }

    private static Path one(Path folder, String ending) throws IOException {
        try (var files = Files.newDirectoryStream(folder, "*" + ending)) {
            for (Path file : files) {
                return file;
            }
        }
        throw new LabException("the guest image has no *" + ending + " file");
    }

    private void services(ObjectId vApp) {
        VApp now = cloud.inventory().vApp(vApp);
        List<NatRule> nat = new ArrayList<>();
        for (Guest guest : GUESTS) {
            Vm vm = now.vm(guest.name()).orElseThrow();
            nat.add(new NatRule(
                    "",
                    guest.name() + " http",
                    true,
                    NatRule.Type.DNAT,
                    "TCP",
                    "",
                    "" + guest.outsidePort(),
                    "",
                    "80",
                    Optional.of(new NatRule.VmNic(guest.name(), vm.localId(), 0)),
                    NatRule.FirewallMatch.MATCH_EXTERNAL_ADDRESS));
        }
        List<FirewallRule> rules = new ArrayList<>();
        rules.add(rule("let the shop out", List.of("ANY"), "internal", "external", "Any"));
        GUESTS.forEach(g -> rules.add(rule("http to " + g.name(), List.of("TCP"), "Any", "Any", "" + g.outsidePort())));
        var wanted = new EdgeServices(
                new EdgeServices.Firewall(true, EdgeServices.Policy.DROP, false, rules),
                new EdgeServices.Nat(true, "portForwarding", true, nat),
                List.of(),
                List.of());
        apply(new Edges.VAppEdge(vApp, NETWORK), wanted);
    }

    private static FirewallRule rule(
            String name, List<String> protocols, String source, String destination, String port) {
        return new FirewallRule(
                "", name, true, EdgeServices.Policy.ALLOW, protocols, source, "Any", destination, port, false);
    }

    /** The organization's edge: way out for everybody, way in to the shop. */
    private void gateway(List<Guest> published, String vAppEdge) {
        ObjectId vdc = cloud.inventory().vdcs().get(0).id();
        ObjectId gateway = cloud.inventory().edgeGateways(vdc).get(0).id();
        var edge = new Edges.OrgEdge(gateway);
        EdgeServices now = cloud.edges().read(edge).services();
        List<NatRule> nat = new ArrayList<>();
        nat.add(gatewayRule("way out", NatRule.Type.SNAT, "ANY", "Any", site.orgSubnet(), "Any"));
        published.forEach(g -> nat.add(gatewayRule(
                g.name() + " http", NatRule.Type.DNAT, "TCP", "" + g.outsidePort(), vAppEdge, "" + g.outsidePort())));
        apply(
                edge,
                new EdgeServices(
                        now.firewall(),
                        new EdgeServices.Nat(true, now.nat().type(), false, nat),
                        now.dhcp(),
                        now.routes()));
    }

    private NatRule gatewayRule(
            String name, NatRule.Type type, String protocol, String outside, String inside, String port) {
        return new NatRule(
                "",
                name,
                true,
                type,
                protocol,
                site.publicAddress(),
                outside,
                inside,
                port,
                Optional.empty(),
                NatRule.FirewallMatch.BYPASS);
    }

    private void apply(Edges.EdgeReference edge, EdgeServices wanted) {
        finish(() -> cloud.edges().apply(edge, wanted, cloud.edges().read(edge).version()));
    }

    private Optional<ObjectId> finish(Supplier<CloudTask> work) {
        return CloudWork.finish(cloud, site, work);
    }
}
