package org.stretchdeploy.vendor.vcd.internal.map;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** Reads Vm documents. Pure functions. */
public final class Vms {
    /** Adapter types of {@code DiskSettings}. */
    private static final Map<Long, String> BUSES = Map.of(
            1L,
            "ide",
            2L,
            "parallel",
            3L,
            "buslogic",
            4L,
            "lsilogic",
            5L,
            "lsilogicsas",
            6L,
            "paravirtual",
            7L,
            "sata",
            8L,
            "nvme");

    private Vms() {}

    /** @param properties read apart, they are no part of the document; @param metadata likewise */
    public static Vm vm(ObjectId id, Elem vm, Map<String, String> properties, Map<String, String> metadata) {
        return new Vm(
                id,
                vm.attribute("name"),
                vm.rawText("Description"),
                vm.text("VAppScopedLocalId"),
                state(vm),
                hardware(vm),
                nics(vm),
                disks(vm),
                media(vm),
                vm.at("SnapshotSection", "Snapshot").isPresent(),
                properties,
                metadata);
    }

    /** Power state of a Vm or VApp document; the status numbers are those of the vCloud API. */
    public static PowerState state(Elem entity) {
        boolean deployed = entity.attribute("deployed").equals("true");
        return switch ((int) entity.numberAttribute("status", 0)) {
            case 1, 8 -> deployed ? PowerState.OFF_DEPLOYED : PowerState.OFF;
            case 2 -> PowerState.OFF_DEPLOYED;
            case 3 -> PowerState.SUSPENDED;
            case 4, 5 -> PowerState.ON;
            case 9, 10 -> PowerState.MIXED;
            default -> PowerState.UNRESOLVED;
        };
    }

    /** Power state from the words of query records. */
    public static PowerState recordState(String status, boolean deployed) {
        return switch (status) {
            case "POWERED_ON", "WAITING_FOR_INPUT" -> PowerState.ON;
            case "POWERED_OFF", "RESOLVED" -> deployed ? PowerState.OFF_DEPLOYED : PowerState.OFF;
            case "DEPLOYED", "PARTIALLY_POWERED_OFF" -> PowerState.OFF_DEPLOYED;
            case "SUSPENDED", "PARTIALLY_SUSPENDED" -> PowerState.SUSPENDED;
            case "MIXED", "INCONSISTENT_STATE" -> PowerState.MIXED;
            default -> PowerState.UNRESOLVED;
        };
    }

    private static Vm.Hardware hardware(Elem vm) {
        Optional<Elem> spec = vm.child("VmSpecSection");
        long cpus = spec.map(s -> s.number(0, "NumCpus")).filter(n -> n > 0).orElseGet(() -> quantity(vm, 3));
        long cores = spec.map(s -> s.number(0, "NumCoresPerSocket"))
                .filter(n -> n > 0)
                .orElse(1L);
        long memory = spec.map(s -> s.number(0, "MemoryResourceMb", "Configured"))
                .filter(n -> n > 0)
                .orElseGet(() -> quantity(vm, 4));
        String osType = spec.map(s -> s.text("OsType"))
                .filter(text -> !text.isEmpty())
                .orElseGet(() -> vm.child("ovf:OperatingSystemSection")
                        .map(s -> s.attribute("vmw:osType"))
                        .orElse(""));
        String version = spec.map(s -> s.text("HardwareVersion")).orElse("");
        return new Vm.Hardware(
                (int) cpus,
                (int) cores,
                (int) memory,
                osType,
                version,
                vm.text("GuestCustomizationSection", "ComputerName"));
    }

    private static long quantity(Elem vm, int resourceType) {
        return items(vm, resourceType).stream()
                .findFirst()
                .map(item -> item.number(0, "rasd:VirtualQuantity"))
                .orElse(0L);
    }

    private static List<Elem> items(Elem vm, int resourceType) {
        return vm.child("ovf:VirtualHardwareSection")
                .map(section -> section.children("ovf:Item").stream()
                        .filter(item -> item.number(0, "rasd:ResourceType") == resourceType)
                        .toList())
                .orElse(List.of());
    }

    /** NICs in the order of their index. */
    public static List<Vm.Nic> nics(Elem vm) {
        return vm.child("NetworkConnectionSection").map(Nics::read).orElse(List.of());
    }

    private static List<Vm.Disk> disks(Elem vm) {
        List<Elem> settings = vm.at("VmSpecSection", "DiskSection")
                .map(section -> section.children("DiskSettings"))
                .orElse(List.of());
        if (!settings.isEmpty()) {
            return settings.stream().map(Vms::disk).toList();
        }
        return items(vm, 17).stream().map(Vms::diskItem).toList();
    }

    private static Vm.Disk disk(Elem settings) {
        boolean independent = settings.child("Disk").isPresent();
        String sharing = settings.child("Disk")
                .map(disk -> disk.attribute("sharingType"))
                .orElse("");
        return new Vm.Disk(
                settings.text("DiskId"),
                settings.number(0, "SizeMb"),
                BUSES.getOrDefault(settings.number(0, "AdapterType"), "unknown"),
                (int) settings.number(0, "UnitNumber"),
                independent,
                !sharing.isEmpty() && !sharing.equalsIgnoreCase("None"));
    }

    private static Vm.Disk diskItem(Elem item) {
        Optional<Elem> host = item.child("rasd:HostResource");
        String bus = host.map(h -> vcloudAttribute(h, "busSubType")).orElse("");
        boolean independent =
                host.map(h -> !vcloudAttribute(h, "disk").isEmpty()).orElse(false);
        return new Vm.Disk(
                item.text("rasd:InstanceID"),
                host.map(h -> number(vcloudAttribute(h, "capacity"))).orElse(0L),
                bus.toLowerCase(Locale.ROOT),
                (int) item.number(0, "rasd:AddressOnParent"),
                independent,
                false);
    }

    private static String vcloudAttribute(Elem elem, String name) {
        return elem.attribute("vcloud:" + name);
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
    }

    private static List<String> media(Elem vm) {
        return vm.at("VmSpecSection", "MediaSection")
                .map(section -> section.children("MediaSettings").stream()
                        .flatMap(settings -> settings.child("MediaImage").stream())
                        .map(image -> image.attribute("name"))
                        .filter(name -> !name.isEmpty())
                        .toList())
                .orElse(List.of());
    }
}
