package org.stretchdeploy.spi.memory;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.EdgeServices.Policy;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.EdgeGateway;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork.FenceMode;
import org.stretchdeploy.spi.VApps.NetworkSpec;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.State.DiskState;
import org.stretchdeploy.spi.memory.State.NetworkState;
import org.stretchdeploy.spi.memory.State.VAppState;
import org.stretchdeploy.spi.memory.State.VmState;

/**
 * Describes a cloud in memory and what is in it at the start. Names must be there before they are referred to; not
 * thread-safe.
 *
 * <p>Without more words a cloud has every capability but {@link Capability#L2_VPN} and its tasks end at the second
 * poll.
 */
public final class MemoryCloudBuilder {
    private final String name;
    private final Identities identities;
    private final State state = new State();
    private final Finder finder = new Finder(state);
    private final Set<Capability> capabilities = EnumSet.complementOf(EnumSet.of(Capability.L2_VPN));
    private Pace pace = Pace.polls(2);
    private boolean adopting = true;
    private Cloud.Info info = new Cloud.Info("Memory cloud 1", "1", Duration.ZERO, Set.of("everything"));

    MemoryCloudBuilder(String name) {
        this.name = name;
        this.identities = new Identities(name);
    }

    public MemoryCloudBuilder pace(Pace newPace) {
        pace = newPace;
        return this;
    }

    public MemoryCloudBuilder with(Capability capability) {
        capabilities.add(capability);
        return this;
    }

    public MemoryCloudBuilder without(Capability capability) {
        capabilities.remove(capability);
        return this;
    }

    /** A broken cloud that never looks for what a call with the same tag has made: for tests that must catch it. */
    public MemoryCloudBuilder withoutTagLookUp() {
        adopting = false;
        return this;
    }

    /** A VDC without limits. */
    public MemoryCloudBuilder vdc(String vdc) {
        return vdc(vdc, Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, true);
    }

    /** @param storageMb, memoryMb limits; @param vmQuota most VMs; @param routed whether it has routed vApp networks */
    public MemoryCloudBuilder vdc(String vdc, long storageMb, long memoryMb, int vmQuota, boolean routed) {
        ObjectId id = identities.next("vdc");
        state.vdcs.put(
                id,
                new State.VdcState(
                        id, vdc, storageMb, memoryMb, vmQuota, Set.of("vmx-14", "vmx-18", "vmx-19"), routed, true));
        return this;
    }

    /** Takes a VDC out of use, or gives it other virtual hardware. */
    public MemoryCloudBuilder vdcDetails(String vdc, boolean enabled, Set<String> hardwareVersions) {
        state.vdcs.computeIfPresent(
                vdcId(vdc),
                (id, old) -> new State.VdcState(
                        id,
                        old.name(),
                        old.storageMb(),
                        old.memoryMb(),
                        old.vmQuota(),
                        Set.copyOf(hardwareVersions),
                        old.routedVAppNetworks(),
                        enabled));
        return this;
    }

    /** Makes an edge gateway say that it is not well. */
    public MemoryCloudBuilder unhealthyEdgeGateway(String gateway) {
        state.gateways.values().stream()
                .filter(g -> g.entity.name().equals(gateway))
                .forEach(g -> g.entity =
                        new EdgeGateway(g.entity.id(), gateway, g.entity.vdc(), g.entity.externalAddresses(), false));
        return this;
    }

    /** What the cloud tells about itself. */
    public MemoryCloudBuilder info(Cloud.Info newInfo) {
        info = newInfo;
        return this;
    }

    /** One more disk of a VM, for instance an independent or shared one. */
    public MemoryCloudBuilder disk(String vApp, String vm, Vm.Disk disk, byte[] content) {
        vApp(vApp).vm(vm).orElseThrow().disks.add(new DiskState(disk, content.clone()));
        return this;
    }

    /** An edge gateway with an open firewall that is off and NAT without rules. */
    public MemoryCloudBuilder edgeGateway(String vdc, String gateway, String... externalAddresses) {
        ObjectId id = identities.next("gateway");
        state.gateways.put(
                id,
                new State.GatewayState(
                        new EdgeGateway(id, gateway, vdcId(vdc), List.of(externalAddresses), true),
                        new EdgeServices(
                                new EdgeServices.Firewall(true, Policy.DROP, false, List.of()),
                                new EdgeServices.Nat(true, "gateway", false, List.of()),
                                List.of(),
                                List.of())));
        return this;
    }

    /** Services that an edge gateway has at the start. */
    public MemoryCloudBuilder edgeGatewayServices(String gateway, EdgeServices services) {
        state.gateways.values().stream()
                .filter(g -> g.entity.name().equals(gateway))
                .forEach(g -> g.services = services);
        return this;
    }

    /** A network of the VDC behind an edge gateway. */
    public MemoryCloudBuilder routedNetwork(String vdc, String network, String edgeGateway, Subnet subnet) {
        return network(vdc, network, OrgVdcNetwork.Kind.ROUTED, Optional.of(edgeGateway), subnet);
    }

    public MemoryCloudBuilder network(
            String vdc, String network, OrgVdcNetwork.Kind kind, Optional<String> edgeGateway, Subnet subnet) {
        ObjectId id = identities.next("orgnetwork");
        state.networks.put(
                id,
                new OrgVdcNetwork(
                        id,
                        network,
                        vdcId(vdc),
                        kind,
                        Optional.of(subnet),
                        Addresses.count(subnet.ranges()),
                        edgeGateway));
        return this;
    }

    public MemoryCloudBuilder catalog(String catalog) {
        ObjectId id = identities.next("catalog");
        state.catalogs.put(id, new State.CatalogState(id, catalog, ""));
        return this;
    }

    public MemoryCloudBuilder vApp(String vdc, String vApp) {
        var made = new VAppState(identities.next("vapp"), vdcId(vdc), vApp, "");
        made.unresolved = false;
        state.vApps.put(made.id, made);
        return this;
    }

    /** A network with an edge of its own. */
    public MemoryCloudBuilder routedVAppNetwork(String vApp, String network, String parent, Subnet subnet) {
        return vAppNetwork(
                vApp,
                new NetworkSpec(network, "", FenceMode.NAT_ROUTED, Optional.of(parent), Optional.of(subnet), true),
                new EdgeServices(
                        new EdgeServices.Firewall(true, Policy.DROP, false, List.of()),
                        new EdgeServices.Nat(true, "portForwarding", true, List.of()),
                        List.of(),
                        List.of()));
    }

    public MemoryCloudBuilder vAppNetwork(String vApp, NetworkSpec spec, EdgeServices services) {
        VAppState owner = vApp(vApp);
        Optional<Subnet> subnet = spec.fenceMode() == FenceMode.BRIDGED
                ? finder.orgNetwork(owner.vdc, spec.parent().orElseThrow())
                        .orElseThrow()
                        .subnet()
                : spec.subnet();
        var network = new NetworkState(identities.next("network"), spec, subnet, services);
        owner.networks.add(network);
        return this;
    }

    /**
     * A stopped VM with one disk (its bytes made from its name) and one NIC of a manual address, connected and primary.
     */
    public MemoryCloudBuilder vm(String vApp, String vm, String network, String address) {
        return vm(vApp, vm, 1, 512, List.of(nic(0, network, address)), List.of(content(vm, 4096)), 16);
    }

    /** @param disks contents, one per disk; @param diskMb size of each */
    public MemoryCloudBuilder vm(
            String vApp, String vm, int cpus, int memoryMb, List<Vm.Nic> nics, List<byte[]> disks, long diskMb) {
        VAppState owner = vApp(vApp);
        var made = new VmState(
                identities.next("vm"),
                vm,
                "",
                identities.localId(),
                new Vm.Hardware(cpus, 1, memoryMb, "debian12_64Guest", "vmx-19", vm));
        made.nics = List.copyOf(nics);
        for (int i = 0; i < disks.size(); i++) {
            made.disks.add(new DiskState(
                    new Vm.Disk("disk-" + i, diskMb, "paravirtual", i, false, false),
                    disks.get(i).clone()));
        }
        owner.vms.add(made);
        owner.startup.add(new VApp.Startup(vm, owner.vms.size(), "powerOn", 0, "powerOff", 0));
        return this;
    }

    /** A connected NIC with a manual address and a MAC address of this cloud. */
    public Vm.Nic nic(int index, String network, String address) {
        return new Vm.Nic(
                index,
                network,
                identities.mac(),
                Optional.of(address),
                Vm.Allocation.MANUAL,
                true,
                index == 0,
                "VMXNET3");
    }

    /** Metadata, properties, description and the like of a VM at the start. */
    public MemoryCloudBuilder vmDetails(
            String vApp, String vm, String description, Map<String, String> properties, Map<String, String> metadata) {
        VmState found = vApp(vApp).vm(vm).orElseThrow();
        found.description = description;
        found.properties.putAll(properties);
        found.metadata.putAll(metadata);
        return this;
    }

    /** Runs from the start: all VMs of the vApp, and its edges. */
    public MemoryCloudBuilder running(String vApp) {
        VAppState owner = vApp(vApp);
        new Rules(state, finder, new TaskBoard("", pace), identities, capabilities, adopting).deployEdges(owner);
        owner.vms.forEach(vm -> vm.power = PowerState.ON);
        return this;
    }

    /** A ready template with one VM without network, in a catalog. */
    public MemoryCloudBuilder template(String catalog, String template, String vm) {
        var home = state.catalogs.values().stream()
                .filter(c -> c.name.equals(catalog))
                .findFirst()
                .orElseThrow();
        var made = new State.TemplateState(
                identities.next("template"), state.vdcs.keySet().iterator().next(), template, "");
        var content = new VmState(
                identities.next("vm"),
                vm,
                "",
                identities.localId(),
                new Vm.Hardware(1, 1, 256, "debian12_64Guest", "vmx-19", vm));
        content.nics = List.of(
                new Vm.Nic(0, "", identities.mac(), Optional.empty(), Vm.Allocation.NONE, false, true, "VMXNET3"));
        content.disks.add(
                new DiskState(new Vm.Disk("disk-0", 8, "paravirtual", 0, false, false), content(template, 1024)));
        made.vms.add(content);
        made.startup.add(new VApp.Startup(vm, 0, "powerOn", 0, "powerOff", 0));
        made.state = Catalogs.State.READY;
        home.templates.put(made.id, made);
        return this;
    }

    public MemoryCloud build() {
        if (state.vdcs.isEmpty()) {
            vdc("vdc");
        }
        return new MemoryCloud(name, state, capabilities, pace, identities, adopting, info);
    }

    /** Bytes that are the same for the same seed text. */
    public static byte[] content(String seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed.hashCode()).nextBytes(bytes);
        return bytes;
    }

    private VAppState vApp(String vApp) {
        return state.vApps.values().stream()
                .filter(candidate -> candidate.name.equals(vApp))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no vApp " + vApp));
    }

    private ObjectId vdcId(String vdc) {
        return state.vdcs.values().stream()
                .filter(candidate -> candidate.name().equals(vdc))
                .map(State.VdcState::id)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no VDC " + vdc));
    }
}
