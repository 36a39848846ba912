package org.stretchdeploy.spi.memory;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.EdgeGateway;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.Tunnels;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.VApps.NetworkSpec;
import org.stretchdeploy.spi.Vm;

/** Everything a cloud holds; changed only with the cloud's lock held. */
final class State {
    final Map<ObjectId, VdcState> vdcs = new LinkedHashMap<>();
    final Map<ObjectId, OrgVdcNetwork> networks = new LinkedHashMap<>();
    final Map<ObjectId, GatewayState> gateways = new LinkedHashMap<>();
    final Map<ObjectId, VAppState> vApps = new LinkedHashMap<>();
    final Map<ObjectId, CatalogState> catalogs = new LinkedHashMap<>();

    /** @param storageMb, memoryMb limits in megabytes; @param vmQuota most VMs */
    record VdcState(
            ObjectId id,
            String name,
            long storageMb,
            long memoryMb,
            int vmQuota,
            Set<String> hardwareVersions,
            boolean routedVAppNetworks,
            boolean enabled) {}

    /** An edge: its services and how often they have changed. */
    static class EdgeState {
        EdgeServices services;
        int revision = 1;

        EdgeState(EdgeServices services) {
            this.services = services;
        }

        void set(EdgeServices wanted) {
            services = wanted;
            revision++;
        }

        String version() {
            return "r" + revision;
        }
    }

    static final class GatewayState extends EdgeState {
        EdgeGateway entity;
        final Map<ObjectId, Tunnels.L2VpnTunnel> tunnels = new LinkedHashMap<>();

        GatewayState(EdgeGateway entity, EdgeServices services) {
            super(services);
            this.entity = entity;
        }
    }

    static final class NetworkState extends EdgeState {
        final ObjectId id;
        final String name;
        final String description;
        final VAppNetwork.FenceMode fenceMode;
        final Optional<String> parent;
        final Optional<Subnet> subnet;
        final boolean retainAddresses;
        Optional<String> externalIp = Optional.empty();

        NetworkState(ObjectId id, NetworkSpec spec, Optional<Subnet> subnet, EdgeServices services) {
            super(services);
            this.id = id;
            this.name = spec.name();
            this.description = spec.description();
            this.fenceMode = spec.fenceMode();
            this.parent = spec.parent();
            this.subnet = subnet;
            this.retainAddresses = spec.retainAddresses();
        }

        VAppNetwork view() {
            return new VAppNetwork(id, name, description, fenceMode, parent, subnet, externalIp, retainAddresses);
        }
    }

    static final class VAppState {
        final ObjectId id;
        final ObjectId vdc;
        String name;
        String description;
        boolean unresolved = true;
        boolean deployed;
        final List<NetworkState> networks = new ArrayList<>();
        final List<VmState> vms = new ArrayList<>();
        final List<VApp.Startup> startup = new ArrayList<>();
        final Map<String, String> metadata = new TreeMap<>();

        VAppState(ObjectId id, ObjectId vdc, String name, String description) {
            this.id = id;
            this.vdc = vdc;
            this.name = name;
            this.description = description;
        }

        Optional<NetworkState> network(String networkName) {
            return networks.stream().filter(n -> n.name.equals(networkName)).findFirst();
        }

        Optional<VmState> vm(String vmName) {
            return vms.stream().filter(vm -> vm.name.equals(vmName)).findFirst();
        }

        PowerState power() {
            if (unresolved) {
                return PowerState.UNRESOLVED;
            }
            var states = vms.stream().map(vm -> vm.power).distinct().toList();
            if (states.isEmpty()) {
                return deployed ? PowerState.ON : PowerState.OFF;
            }
            return states.size() == 1 ? states.get(0) : PowerState.MIXED;
        }
    }

    static final class VmState {
        final ObjectId id;
        String name;
        String description;
        String localId;
        PowerState power = PowerState.OFF;
        Vm.Hardware hardware;
        List<Vm.Nic> nics = List.of();
        final List<DiskState> disks = new ArrayList<>();
        List<String> media = List.of();
        boolean snapshot;
        final Map<String, String> properties = new TreeMap<>();
        final Map<String, String> metadata = new TreeMap<>();
        /** Why it is fenced. */
        Optional<String> fence = Optional.empty();

        VmState(ObjectId id, String name, String description, String localId, Vm.Hardware hardware) {
            this.id = id;
            this.name = name;
            this.description = description;
            this.localId = localId;
            this.hardware = hardware;
        }

        /** A copy with another identity, its disks' bytes included, its independent disks and metadata not. */
        VmState copy(ObjectId newId, String newName, String newDescription, String newLocalId) {
            var copy = new VmState(newId, newName, newDescription, newLocalId, hardware);
            copy.nics = nics;
            disks.stream()
                    .filter(d -> !d.disk.independent())
                    .forEach(d -> copy.disks.add(new DiskState(d.disk, d.content)));
            copy.properties.putAll(properties);
            return copy;
        }

        Vm view() {
            return new Vm(
                    id,
                    name,
                    description,
                    localId,
                    power,
                    hardware,
                    nics,
                    disks.stream().map(d -> d.disk).toList(),
                    media,
                    snapshot,
                    properties,
                    metadata);
        }
    }

    static final class DiskState {
        final Vm.Disk disk;
        byte[] content;

        DiskState(Vm.Disk disk, byte[] content) {
            this.disk = disk;
            this.content = content;
        }
    }

    static final class CatalogState {
        final ObjectId id;
        final String name;
        final String description;
        final Map<ObjectId, TemplateState> templates = new LinkedHashMap<>();

        CatalogState(ObjectId id, String name, String description) {
            this.id = id;
            this.name = name;
            this.description = description;
        }
    }

    static final class TemplateState {
        final ObjectId id;
        final ObjectId vdc;
        final String name;
        final String description;
        Catalogs.State state = Catalogs.State.PENDING;
        Optional<CloudTask> task = Optional.empty();
        Optional<String> failure = Optional.empty();
        final List<VmState> vms = new ArrayList<>();
        final List<VApp.Startup> startup = new ArrayList<>();
        Optional<UploadState> upload = Optional.empty();
        Optional<OvfPackage> export = Optional.empty();

        TemplateState(ObjectId id, ObjectId vdc, String name, String description) {
            this.id = id;
            this.vdc = vdc;
            this.name = name;
            this.description = description;
        }

        /** @param working a task is at it; without one, a template that was never finished has failed */
        Catalogs.Template view(boolean working) {
            boolean ruin = state == Catalogs.State.PENDING && upload.isEmpty() && !working;
            return new Catalogs.Template(
                    id,
                    name,
                    description,
                    ruin ? Catalogs.State.FAILED : state,
                    task,
                    vms.stream()
                            .map(vm -> new Catalogs.TemplateVm(vm.id, vm.name))
                            .toList());
        }
    }

    /** Files that come in. */
    static final class UploadState {
        final boolean withManifest;
        byte[] descriptor = new byte[0];
        final Map<String, Long> sizes = new LinkedHashMap<>();
        final Map<String, ByteArrayOutputStream> files = new LinkedHashMap<>();

        UploadState(boolean withManifest) {
            this.withManifest = withManifest;
        }
    }
}
