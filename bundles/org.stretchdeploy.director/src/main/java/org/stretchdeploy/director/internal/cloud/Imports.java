package org.stretchdeploy.director.internal.cloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Nic;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.model.Transfer;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.model.VmDisk;
import org.stretchdeploy.director.internal.ovf.Manifest;
import org.stretchdeploy.director.internal.ovf.OvfDescriptor;
import org.stretchdeploy.director.internal.ovf.OvfReader;
import org.stretchdeploy.director.internal.ovf.OvfRejected;

/** Turns a package that has arrived into a template. */
final class Imports {
    private final Cloud cloud;
    private final TransferArea area;

    Imports(Cloud cloud, TransferArea area) {
        this.cloud = cloud;
        this.area = area;
    }

    Consumer<CloudState> run(TaskRun run, String transferId) throws IOException {
        run.onFailureState(s -> {
            Transfer transfer = s.transfers.get(transferId);
            Template template = transfer == null ? null : s.templates.get(transfer.entityId);
            if (template != null) {
                template.status = -1;
            }
        });
        Transfer transfer = cloud.store().read(s -> s.transfers.get(transferId));
        try {
            OvfDescriptor descriptor = OvfReader.read(Files.readAllBytes(area.file(transfer, Uploads.DESCRIPTOR)));
            verify(transfer, descriptor);
            Map<String, Host.DiskInfo> disks = importDisks(run, transfer, descriptor);
            String templateId = transfer.entityId;
            return s -> {
                Template template = s.templates.get(templateId);
                descriptor.machines().forEach(m -> {
                    Vm vm = machine(s, m, disks, templateId);
                    s.vms.put(vm.id, vm);
                });
                networks(s, descriptor, templateId);
                template.customizeOnInstantiate = descriptor.customizeOnInstantiate();
                template.status = 8;
                template.uploadId = "";
                area.forget(s, run, transferId);
            };
        } catch (OvfRejected e) {
            throw ApiException.badRequest(e.getMessage());
        }
    }

    private void verify(Transfer transfer, OvfDescriptor descriptor) throws OvfRejected, IOException {
        if (!transfer.manifestRequired) {
            return;
        }
        Path file = area.file(transfer, Uploads.MANIFEST);
        Manifest manifest = Manifest.parse(Files.readString(file));
        manifest.verifyDescriptor(area.file(transfer, Uploads.DESCRIPTOR));
        for (OvfDescriptor.FileRef ref : descriptor.files()) {
            manifest.verify(ref.href(), area.file(transfer, ref.href()));
        }
    }

    private Map<String, Host.DiskInfo> importDisks(TaskRun run, Transfer transfer, OvfDescriptor descriptor) {
        Map<String, Host.DiskInfo> disks = new HashMap<>();
        int done = 0;
        for (OvfDescriptor.Disk disk : descriptor.disks()) {
            run.checkCancelled();
            String id = UUID.randomUUID().toString();
            run.onFailure(() -> cloud.host().deleteDisk(id));
            if (disk.fileId().isEmpty()) {
                disks.put(disk.id(), cloud.host().createDisk(id, disk.capacityBytes()));
            } else {
                String href = descriptor.files().stream()
                        .filter(f -> f.id().equals(disk.fileId()))
                        .findFirst()
                        .orElseThrow()
                        .href();
                disks.put(disk.id(), cloud.host().importDisk(id, area.file(transfer, href)));
            }
            run.progress(++done * 90 / descriptor.disks().size());
        }
        return disks;
    }

    private static Vm machine(
            CloudState s, OvfDescriptor.Machine m, Map<String, Host.DiskInfo> disks, String templateId) {
        Vm vm = new Vm();
        vm.name = m.name();
        vm.description = m.description();
        vm.inTemplate = true;
        vm.containerId = templateId;
        vm.cpus = m.cpus();
        vm.coresPerSocket = m.coresPerSocket();
        vm.memoryMb = m.memoryMb();
        vm.osType = m.osType();
        vm.hardwareVersion = m.hardwareVersion();
        m.biosUuid().ifPresent(u -> vm.biosUuid = u);
        m.customization().ifPresent(c -> vm.customization = VmSections.customization(c, vm.customization));
        vm.products = new ArrayList<>(VmSections.products(m.products()));
        vm.primaryNic = m.primaryNic();
        for (OvfDescriptor.MachineDisk disk : m.disks()) {
            Host.DiskInfo info = disks.get(disk.diskId());
            vm.disks.add(new VmDisk(
                    info.diskId(),
                    2000 + vm.disks.size(),
                    info.capacityBytes(),
                    disk.bus(),
                    disk.unit(),
                    disk.adapterType()));
        }
        for (OvfDescriptor.MachineNic nic : m.nics()) {
            boolean off = nic.network().equals(Nic.NONE);
            boolean manualWithout = nic.mode().equals("MANUAL") && nic.ip().isEmpty();
            vm.nics.add(new Nic(
                    nic.index(),
                    nic.network(),
                    nic.mac().orElseGet(() -> Addresses.newMac(s)),
                    nic.connected() && !off,
                    off ? "NONE" : manualWithout ? "POOL" : nic.mode(),
                    nic.ip(),
                    "",
                    nic.adapter(),
                    false));
        }
        return vm;
    }

    /** Networks with their settings when the package says them, else by name only. */
    private static void networks(CloudState s, OvfDescriptor descriptor, String templateId) {
        Set<String> names = new HashSet<>();
        List<VAppNetwork> all = new ArrayList<>();
        descriptor.networkConfig().ifPresent(section -> all.addAll(NetworkConfigs.described(section, templateId)));
        for (VAppNetwork network : all) {
            if (names.add(network.name)) {
                s.vappNetworks.put(network.id, network);
            }
        }
        for (String name : descriptor.networks()) {
            if (!name.equals(Nic.NONE) && names.add(name)) {
                VAppNetwork network = new VAppNetwork();
                network.name = name;
                network.ownerId = templateId;
                s.vappNetworks.put(network.id, network);
            }
        }
    }
}
