package org.stretchdeploy.stretch.internal.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.stretchdeploy.api.Quoted;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.EdgeGateway;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.Inventory;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.OrgVdc;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.cloud.OpenClouds;
import org.stretchdeploy.stretch.internal.model.TunnelSettings;
import org.stretchdeploy.stretch.internal.register.Stretches;
import org.stretchdeploy.stretch.internal.run.PackageNode;

/** Reads both clouds. Writes nothing. */
public final class Surveyor {
    private final OpenClouds clouds;
    private final Stretches stretches;
    private final PackageNode packages;
    private final Supplier<Map<String, String>> locks;
    private final Supplier<TunnelSettings> settings;

    /**
     * @param locks    lock keys that are held, with the operation that holds them
     * @param settings what the controller is set to for new tunnels
     */
    public Surveyor(
            OpenClouds clouds,
            Stretches stretches,
            PackageNode packages,
            Supplier<Map<String, String>> locks,
            Supplier<TunnelSettings> settings) {
        this.clouds = clouds;
        this.stretches = stretches;
        this.packages = packages;
        this.locks = locks;
        this.settings = settings;
    }

    /** Names the lock that keeps two operations off one vApp. */
    public static String lockKey(String cloud, String vApp) {
        return "vapp:" + cloud + ":" + vApp;
    }

    public Survey survey(StretchRequest request) {
        // before the edges are read: what an operation held until then, it has made
        Map<String, String> held = locks.get();
        Cloud source = clouds.open(request.source().value());
        Cloud target = clouds.open(request.target().value());
        VApp vApp = findVApp(source, request.source().value(), request.vApp(), request.sourceVdc());
        List<Vm> vms = chosen(vApp, request.vms());
        request.gate().requireOnly(vms.stream().map(Vm::name).toList());
        List<String> missing =
                request.vms().stream().filter(n -> vApp.vm(n).isEmpty()).toList();
        Optional<String> parent = vApp.networks().stream()
                .filter(n -> vms.stream().flatMap(v -> v.nics().stream()).anyMatch(nic -> nic.network()
                        .equals(n.name())))
                .flatMap(n -> n.parent().stream())
                .findFirst();
        Survey.Site sourceSite = site(
                request.source().value(),
                source,
                Optional.of(vApp.vdc()),
                Optional.empty(),
                request.sourceUplink().or(() -> parent),
                false);
        Survey.Site targetSite = site(
                request.target().value(), target, Optional.empty(), request.targetVdc(), request.targetUplink(), true);
        return new Survey(
                request,
                vApp,
                vms,
                missing,
                sourceSite,
                targetSite,
                stretches.of(request.source().value(), request.vApp()),
                services(source, target, vApp, sourceSite, targetSite),
                packages.freeBytes(),
                Optional.ofNullable(
                        held.get(lockKey(request.source().value(), vApp.id().value()))),
                held.keySet().stream()
                        .filter(k -> k.startsWith(TunnelPlanner.TUNNEL_LOCK))
                        .collect(Collectors.toSet()),
                settings.get());
    }

    private static List<Vm> chosen(VApp vApp, List<String> names) {
        return vApp.vms().stream()
                .filter(vm -> !vm.name().startsWith("stretch-edge-"))
                .filter(vm -> names.isEmpty() || names.contains(vm.name()))
                .toList();
    }

    /** @throws StretchException NOT_FOUND, or USER when several VDCs have a vApp of that name */
    static VApp findVApp(Cloud cloud, String cloudName, String name, Optional<String> vdcName) {
        Map<String, String> vdcs =
                cloud.inventory().vdcs().stream().collect(Collectors.toMap(v -> v.id().value(), OrgVdc::name));
        List<Inventory.VAppEntry> found = cloud.inventory().vApps().stream()
                .filter(v -> v.name().equals(name))
                .filter(v -> vdcName.isEmpty()
                        || vdcName.get().equals(vdcs.get(v.vdc().value())))
                .toList();
        if (found.isEmpty()) {
            throw StretchException.notFound(
                    "unknown-vapp",
                    "Cloud " + cloudName + " has no vApp " + Quoted.quote(name)
                            + vdcName.map(v -> " in VDC " + Quoted.quote(v)).orElse("") + ".");
        }
        if (found.size() > 1) {
            throw StretchException.user(
                    "ambiguous-vapp",
                    "Several VDCs of cloud " + cloudName + " have a vApp " + Quoted.quote(name)
                            + "; say which VDC with sourceVdc.");
        }
        return cloud.inventory().vApp(found.get(0).id());
    }

    private static Survey.Site site(
            String name,
            Cloud cloud,
            Optional<ObjectId> vdcId,
            Optional<String> vdcName,
            Optional<String> uplinkName,
            boolean readMacs) {
        List<OrgVdc> vdcs = cloud.inventory().vdcs();
        List<OrgVdc> candidates = vdcs.stream()
                .filter(v -> vdcId.isEmpty() || v.id().equals(vdcId.get()))
                .filter(v -> vdcName.isEmpty() || v.name().equals(vdcName.get()))
                .toList();
        Optional<OrgVdc> vdc = candidates.size() == 1 ? Optional.of(candidates.get(0)) : Optional.empty();
        List<OrgVdcNetwork> networks =
                vdc.map(v -> cloud.inventory().networks(v.id())).orElse(List.of());
        List<EdgeGateway> gateways =
                vdc.map(v -> cloud.inventory().edgeGateways(v.id())).orElse(List.of());
        Optional<OrgVdcNetwork> uplink = uplink(networks, uplinkName);
        Optional<EdgeGateway> gateway = uplink.flatMap(OrgVdcNetwork::edgeGateway)
                .flatMap(g -> gateways.stream().filter(e -> e.name().equals(g)).findFirst());
        List<Inventory.VAppEntry> entries = cloud.inventory().vApps();
        return new Survey.Site(
                name,
                cloud.capabilities(),
                cloud.info().clockSkew(),
                vdc,
                vdcs,
                networks,
                uplink,
                gateway,
                entries.stream().map(Inventory.VAppEntry::name).collect(Collectors.toCollection(TreeSet::new)),
                readMacs ? macs(cloud, entries) : Map.of());
    }

    /** The named network; without a name a routed one, with addresses left if possible, else a direct one. */
    private static Optional<OrgVdcNetwork> uplink(List<OrgVdcNetwork> networks, Optional<String> name) {
        if (name.isPresent()) {
            return networks.stream().filter(n -> n.name().equals(name.get())).findFirst();
        }
        List<OrgVdcNetwork> ranked = new ArrayList<>(networks);
        ranked.removeIf(n -> n.kind() == OrgVdcNetwork.Kind.ISOLATED);
        ranked.sort(java.util.Comparator.comparing((OrgVdcNetwork n) -> n.kind() != OrgVdcNetwork.Kind.ROUTED)
                .thenComparing(n -> n.freeAddresses() <= 0)
                .thenComparing(OrgVdcNetwork::name));
        return ranked.stream().findFirst();
    }

    private static Map<String, String> macs(Cloud cloud, List<Inventory.VAppEntry> entries) {
        Map<String, String> macs = new TreeMap<>();
        for (Inventory.VAppEntry entry : entries) {
            cloud.inventory().findVApp(entry.id()).ifPresent(vApp -> vApp.vms().forEach(vm -> vm.nics().stream()
                    .filter(nic -> !nic.mac().isEmpty())
                    .forEach(nic -> macs.put(nic.mac().toLowerCase(Locale.ROOT), vApp.name() + "/" + vm.name()))));
        }
        return macs;
    }

    private static Map<String, EdgeServices> services(
            Cloud source, Cloud target, VApp vApp, Survey.Site sourceSite, Survey.Site targetSite) {
        Map<String, EdgeServices> services = new TreeMap<>();
        for (VAppNetwork network : vApp.networks()) {
            if (network.fenceMode() == VAppNetwork.FenceMode.NAT_ROUTED) {
                services.put(
                        "source/" + network.name(),
                        source.edges()
                                .read(new Edges.VAppEdge(vApp.id(), network.name()))
                                .services());
            }
        }
        sourceSite
                .gateway()
                .ifPresent(g -> services.put(
                        "source-gateway",
                        source.edges().read(new Edges.OrgEdge(g.id())).services()));
        targetSite
                .gateway()
                .ifPresent(g -> services.put(
                        "target-gateway",
                        target.edges().read(new Edges.OrgEdge(g.id())).services()));
        return services;
    }
}
