package org.stretchdeploy.director.internal.cloud;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.director.host.VmSpec;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.IpScope;
import org.stretchdeploy.director.internal.model.Nic;
import org.stretchdeploy.director.internal.model.ProductSection;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.model.VmDisk;

/** Turns a machine of the state into the guest that the host runs. */
final class VmSpecs {
    private VmSpecs() {}

    static VmSpec of(CloudState s, Vm vm) {
        Map<String, String> properties = new LinkedHashMap<>();
        vm.products.forEach(p -> p.properties().forEach(v -> properties.put(v.key(), v.value())));
        return new VmSpec(
                vm.id,
                vm.name,
                vm.cpus,
                vm.memoryMb,
                vm.biosUuid,
                vm.disks.stream()
                        .map(d -> new VmSpec.Disk(d.diskId(), adapter(d), d.unit()))
                        .toList(),
                vm.nics.stream().map(n -> nic(s, vm, n)).toList(),
                vm.products.stream()
                        .map(ProductSection::classId)
                        .filter(c -> !c.isEmpty())
                        .findFirst(),
                properties,
                OvfEnvironment.of(s, vm));
    }

    private static String adapter(VmDisk disk) {
        return switch (disk.adapterType()) {
            case 1 -> "IDE";
            case 6 -> "PVSCSI";
            case 7 -> "SATA";
            default -> "LSILOGIC";
        };
    }

    private static VmSpec.Nic nic(CloudState s, Vm vm, Nic nic) {
        Optional<VAppNetwork> network = nic.onNetwork() ? s.networkOf(vm.containerId, nic.network()) : Optional.empty();
        Optional<IpScope> scope = network.flatMap(n -> n.scopes.stream().findFirst());
        boolean known = !nic.ip().isEmpty();
        return new VmSpec.Nic(
                nic.index(),
                nic.mac(),
                network.map(n -> Addresses.segment(s, n)),
                nic.connected(),
                nicAdapter(nic.adapter()),
                scope.filter(c -> known).map(c -> nic.ip() + "/" + c.prefixLength()),
                scope.filter(c -> nic.index() == vm.primaryNic && !c.gateway().isEmpty())
                        .map(IpScope::gateway));
    }

    private static String nicAdapter(String adapter) {
        return List.of("VIRTIO", "E1000", "E1000E").contains(adapter) ? adapter : "VMXNET3";
    }
}
