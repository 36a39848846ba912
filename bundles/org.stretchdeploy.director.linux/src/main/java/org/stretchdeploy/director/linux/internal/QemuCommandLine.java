package org.stretchdeploy.director.linux.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.VmSpec;

/** Builds the arguments of the emulator for one guest; a pure function of the guest and of where its files are. */
final class QemuCommandLine {
    /** Size in MiB of the emulator's buffer for translated code; its own default is far larger. */
    static final int CODE_BUFFER_MB = 64;

    private final ObjectMapper json =
            new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);
    private final List<String> arguments = new ArrayList<>();

    private QemuCommandLine() {}

    /** Where the guest's files are. */
    record Files(Path pid, Path socket, Path serial, Path environment, Path properties) {}

    static List<String> build(VmSpec vm, Files files, Function<String, Path> disk, Function<Integer, String> tap) {
        QemuCommandLine line = new QemuCommandLine();
        line.machine(vm, files);
        line.disks(vm, disk);
        for (VmSpec.Nic nic : vm.nics()) {
            line.nic(nic, tap.apply(nic.index()));
        }
        if (!vm.ovfEnvironment().isBlank()) {
            line.add("-fw_cfg", "name=opt/ovf/env,file=" + escape(files.environment()));
        }
        if (!vm.properties().isEmpty()) {
            line.add("-fw_cfg", "name=opt/ovf/properties,file=" + escape(files.properties()));
        }
        return line.arguments;
    }

    private void machine(VmSpec vm, Files files) {
        if (vm.cpus() < 1 || vm.cpus() > 64 || vm.memoryMb() < 16) {
            throw new HostException("VM " + vm.name() + ": " + vm.cpus() + " CPUs and " + vm.memoryMb()
                    + " MB of memory are not possible");
        }
        add("-name", "guest=" + Names.id(vm.id()));
        // Emulation only: hardware acceleration may look present and still not run a guest.
        add("-M", "q35,usb=off", "-accel", "tcg,tb-size=" + CODE_BUFFER_MB);
        add("-smp", Integer.toString(vm.cpus()), "-m", vm.memoryMb() + "M");
        add("-nodefaults", "-no-user-config", "-display", "none", "-vga", "none", "-rtc", "base=utc");
        uuid(vm.biosUuid());
        add("-chardev", "file,id=serial0,append=on,path=" + escape(files.serial()), "-serial", "chardev:serial0");
        add("-chardev", "socket,id=control,server=on,wait=off,path=" + escape(files.socket()));
        add("-mon", "chardev=control,mode=control");
        // Paused until the links of the NICs have their state.
        add("-pidfile", files.pid().toString(), "-daemonize", "-S");
    }

    private void uuid(String text) {
        try {
            add("-uuid", UUID.fromString(text).toString());
        } catch (IllegalArgumentException | NullPointerException e) {
            // A guest without a firmware identity gets none.
        }
    }

    private void disks(VmSpec vm, Function<String, Path> disk) {
        List<VmSpec.Disk> disks = new ArrayList<>(vm.disks());
        disks.sort(Comparator.comparingInt(VmSpec.Disk::unit));
        List<String> controllers = new ArrayList<>();
        int sata = 0;
        for (int i = 0; i < disks.size(); i++) {
            String file = "file" + i;
            String node = "disk" + i;
            add(
                    "-blockdev",
                    json(Map.of(
                            "driver",
                            "file",
                            "node-name",
                            file,
                            "filename",
                            disk.apply(disks.get(i).diskId()).toString(),
                            "discard",
                            "unmap")));
            add("-blockdev", json(Map.of("driver", "qcow2", "node-name", node, "file", file, "discard", "unmap")));
            Map<String, Object> device = new LinkedHashMap<>();
            device.put("id", "d" + i);
            device.put("drive", node);
            device.put("bootindex", i + 1);
            String adapter = disks.get(i).adapter().toUpperCase(Locale.ROOT);
            switch (adapter) {
                case "VIRTIO" -> device.put("driver", "virtio-blk-pci");
                case "PVSCSI", "LSILOGIC" -> {
                    String controller = adapter.equals("PVSCSI") ? "pvscsi" : "mptsas1068";
                    if (!controllers.contains(controller)) {
                        controllers.add(controller);
                        add("-device", json(Map.of("driver", controller, "id", controller)));
                    }
                    device.put("driver", "scsi-hd");
                    device.put("bus", controller + ".0");
                    device.put("scsi-id", i);
                }
                case "SATA", "IDE" -> {
                    device.put("driver", "ide-hd");
                    device.put("bus", "ide." + sata++);
                }
                default ->
                    throw new HostException(
                            "VM " + vm.name() + ": disk controller '" + adapter + "' is not known to this host");
            }
            add("-device", json(device));
        }
    }

    private void nic(VmSpec.Nic nic, String tap) {
        String driver =
                switch (nic.adapter().toUpperCase(Locale.ROOT)) {
                    case "VIRTIO" -> "virtio-net-pci";
                    case "VMXNET3" -> "vmxnet3";
                    case "E1000" -> "e1000";
                    case "E1000E" -> "e1000e";
                    default -> throw new HostException("NIC adapter '" + nic.adapter() + "' is not known to this host");
                };
        add("-netdev", "tap,id=n" + nic.index() + ",ifname=" + tap + ",script=no,downscript=no");
        add(
                "-device",
                json(Map.of(
                        "driver",
                        driver,
                        "id",
                        "nic" + nic.index(),
                        "netdev",
                        "n" + nic.index(),
                        "mac",
                        Names.mac(nic.macAddress()),
                        "romfile",
                        "")));
    }

    private void add(String... words) {
        arguments.addAll(List.of(words));
    }

    private String json(Map<String, ?> value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A comma ends a value in the emulator's key lists, two stand for one. */
    private static String escape(Path path) {
        return path.toString().replace(",", ",,");
    }
}
