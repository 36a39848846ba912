package org.stretchdeploy.director.internal.ovf;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stretchdeploy.director.internal.cloud.Addresses;
import org.stretchdeploy.director.internal.cloud.NicRequest;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;
import org.stretchdeploy.director.internal.xml.XmlParser;

/** Reads an OVF descriptor that a stranger sent (DSP0243, versions 1.x and 2.x). */
public final class OvfReader {
    private static final long MAX_DISK_BYTES = 64L << 40;
    private static final Pattern POWER = Pattern.compile("byte\\s*\\*\\s*2\\s*\\^\\s*(\\d{1,2})");
    private final XmlElement envelope;
    private final String ovf;

    private OvfReader(XmlElement envelope) {
        this.envelope = envelope;
        this.ovf = envelope.namespace();
    }

    public static OvfDescriptor read(byte[] bytes) throws OvfRejected {
        XmlElement root;
        try {
            root = XmlParser.parse(bytes);
        } catch (XmlParser.XmlRejected e) {
            throw new OvfRejected("The OVF descriptor cannot be read: " + e.getMessage() + ".");
        }
        if (!root.name().equals("Envelope")
                || !root.namespace().equals(Ns.OVF) && !root.namespace().equals(Ns.OVF2)) {
            throw new OvfRejected("The OVF descriptor is invalid: its root is not an OVF Envelope.");
        }
        try {
            return new OvfReader(root).descriptor();
        } catch (ApiException | IllegalArgumentException e) {
            throw new OvfRejected("The OVF descriptor is invalid: " + e.getMessage());
        }
    }

    private OvfDescriptor descriptor() throws OvfRejected {
        List<OvfDescriptor.FileRef> files = files();
        List<OvfDescriptor.Disk> disks = disks(files);
        List<OvfDescriptor.Machine> machines = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> usedDisks = new HashSet<>();
        List<XmlElement> systems =
                envelope.descendants().filter(e -> e.is(ovf, "VirtualSystem")).toList();
        for (XmlElement system : systems) {
            OvfDescriptor.Machine machine = machine(system, disks);
            if (!names.add(machine.name())) {
                throw new OvfRejected("The OVF descriptor is invalid: two machines are called " + machine.name() + ".");
            }
            for (OvfDescriptor.MachineDisk disk : machine.disks()) {
                if (!usedDisks.add(disk.diskId())) {
                    throw new OvfRejected(
                            "The OVF descriptor is invalid: disk " + disk.diskId() + " is used by two machines.");
                }
            }
            machines.add(machine);
        }
        if (machines.isEmpty()) {
            throw new OvfRejected("The OVF descriptor is invalid: it has no VirtualSystem.");
        }
        List<String> networks = envelope.first("NetworkSection").stream()
                .flatMap(n -> n.all("Network").stream())
                .map(n -> attribute(n, "name").orElse(""))
                .filter(n -> !n.isEmpty())
                .toList();
        return new OvfDescriptor(
                files,
                disks,
                networks,
                envelope.descendants()
                        .filter(e -> e.is(Ns.VCLOUD, "NetworkConfigSection"))
                        .findFirst(),
                machines,
                envelope.descendants()
                        .filter(e -> e.is(Ns.VCLOUD, "CustomizeOnInstantiate"))
                        .findFirst()
                        .map(e -> Boolean.parseBoolean(e.text().trim()))
                        .orElse(false));
    }

    private List<OvfDescriptor.FileRef> files() throws OvfRejected {
        List<OvfDescriptor.FileRef> all = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        Set<String> hrefs = new HashSet<>();
        for (XmlElement file :
                envelope.first("References").map(r -> r.all("File")).orElse(List.of())) {
            String id = attribute(file, "id").orElse("");
            String href = attribute(file, "href").orElse("");
            if (href.isEmpty()
                    || href.contains("/")
                    || href.contains("\\")
                    || href.contains("..")
                    || href.contains(":")
                    || href.length() > 255
                    || href.chars().anyMatch(Character::isISOControl)) {
                throw new OvfRejected("The OVF descriptor is invalid: the file reference \"" + printable(href)
                        + "\" is not a plain file name.");
            }
            if (attribute(file, "compression")
                            .filter(c -> !c.isEmpty() && !c.equals("identity"))
                            .isPresent()
                    || attribute(file, "chunkSize").isPresent()) {
                throw new OvfRejected("The OVF descriptor uses compressed or chunked files, which are not supported.");
            }
            if (!ids.add(id) || !hrefs.add(href)) {
                throw new OvfRejected("The OVF descriptor is invalid: the file " + href + " is listed twice.");
            }
            long size = attribute(file, "size").map(s -> number("ovf:size", s)).orElse(-1L);
            all.add(new OvfDescriptor.FileRef(id, href, size));
        }
        if (all.size() > 256) {
            throw new OvfRejected("The OVF descriptor lists more than 256 files.");
        }
        return all;
    }

    private static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}]", "?").substring(0, Math.min(80, text.length()));
    }

    private List<OvfDescriptor.Disk> disks(List<OvfDescriptor.FileRef> files) throws OvfRejected {
        List<OvfDescriptor.Disk> all = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (XmlElement disk :
                envelope.first("DiskSection").map(d -> d.all("Disk")).orElse(List.of())) {
            String id = attribute(disk, "diskId")
                    .orElseThrow(() -> new OvfRejected("The OVF descriptor is invalid: a disk has no id."));
            String fileRef = attribute(disk, "fileRef").orElse("");
            if (!ids.add(id)) {
                throw new OvfRejected("The OVF descriptor is invalid: the disk " + id + " is listed twice.");
            }
            if (!fileRef.isEmpty() && files.stream().noneMatch(f -> f.id().equals(fileRef))) {
                throw new OvfRejected("The OVF descriptor is invalid: disk " + id + " names the unknown file "
                        + printable(fileRef) + ".");
            }
            if (!fileRef.isEmpty() && all.stream().anyMatch(d -> d.fileId().equals(fileRef))) {
                throw new OvfRejected("The OVF descriptor is invalid: two disks name the file " + fileRef + ".");
            }
            all.add(new OvfDescriptor.Disk(id, fileRef, capacity(disk)));
        }
        return all;
    }

    private long capacity(XmlElement disk) throws OvfRejected {
        String text = attribute(disk, "capacity").orElse("");
        if (!text.matches("\\d{1,18}")) {
            throw new OvfRejected("The OVF descriptor is invalid: a disk has no usable capacity.");
        }
        String units = attribute(disk, "capacityAllocationUnits").orElse("byte");
        BigInteger bytes = new BigInteger(text).multiply(BigInteger.valueOf(unit(units)));
        if (bytes.signum() <= 0 || bytes.compareTo(BigInteger.valueOf(MAX_DISK_BYTES)) > 0) {
            throw new OvfRejected("The OVF descriptor is invalid: a disk's capacity is out of range.");
        }
        return bytes.longValue();
    }

    private static long unit(String units) throws OvfRejected {
        Matcher power = POWER.matcher(units);
        if (power.matches()) {
            return 1L << Math.min(50, Integer.parseInt(power.group(1)));
        }
        return switch (units.toLowerCase(Locale.ROOT).trim()) {
            case "byte", "bytes", "" -> 1L;
            case "kilobytes", "kb" -> 1L << 10;
            case "megabytes", "mb" -> 1L << 20;
            case "gigabytes", "gb" -> 1L << 30;
            default -> throw new OvfRejected("The OVF descriptor uses the unknown unit \"" + printable(units) + "\".");
        };
    }

    private OvfDescriptor.Machine machine(XmlElement system, List<OvfDescriptor.Disk> disks) throws OvfRejected {
        String id = attribute(system, "id").orElse("vm");
        String name = system.filled("Name").orElse(id);
        XmlElement hardware = system.first("VirtualHardwareSection")
                .orElseThrow(() -> new OvfRejected("The OVF descriptor is invalid: machine " + printable(name)
                        + " has no VirtualHardwareSection."));
        List<XmlElement> items = hardware.children().stream()
                .filter(e -> List.of("Item", "StorageItem", "EthernetPortItem").contains(e.name()))
                .toList();
        int cpus = 1;
        int cores = 1;
        long memory = 512;
        for (XmlElement item : items) {
            switch (rasd(item, "ResourceType").orElse("")) {
                case "3" -> {
                    cpus = (int) number(
                            "VirtualQuantity", rasd(item, "VirtualQuantity").orElse("1"));
                    cores = item.first(Ns.VMW, "CoresPerSocket")
                            .map(c -> (int) number("CoresPerSocket", c.text().trim()))
                            .orElse(1);
                }
                case "4" ->
                    memory = number(
                                            "VirtualQuantity",
                                            rasd(item, "VirtualQuantity").orElse("512"))
                                    * unit(rasd(item, "AllocationUnits").orElse("byte * 2^20"))
                            >> 20;
                default -> {
                    // other hardware is read elsewhere or not offered
                }
            }
        }
        if (cpus < 1 || cpus > 128 || memory < 4 || memory > 1 << 24 || cores < 1 || cores > cpus) {
            throw new OvfRejected(
                    "The OVF descriptor is invalid: machine " + printable(name) + " has impossible CPU or memory.");
        }
        Optional<XmlElement> connections = system.first(Ns.VCLOUD, "NetworkConnectionSection");
        return new OvfDescriptor.Machine(
                id,
                name,
                system.first(Ns.VCLOUD, "Description")
                        .or(() -> system.first("AnnotationSection").flatMap(a -> a.first("Annotation")))
                        .map(XmlElement::text)
                        .orElse(""),
                cpus,
                cores,
                (int) memory,
                system.first("OperatingSystemSection")
                        .flatMap(o -> o.attributeOf(Ns.VMW, "osType"))
                        .orElse("other3xLinux64Guest"),
                hardware.first("System")
                        .flatMap(s -> s.first(Ns.VSSD, "VirtualSystemType"))
                        .map(t -> t.text().trim())
                        .filter(t -> t.matches("vmx-\\d{2}"))
                        .orElse("vmx-14"),
                biosUuid(hardware),
                machineDisks(items, disks, name),
                nics(items, connections),
                connections.map(NicRequest::primaryIndex).orElse(0),
                system.first(Ns.VCLOUD, "GuestCustomizationSection"),
                system.all("ProductSection"));
    }

    private static Optional<String> biosUuid(XmlElement hardware) {
        return hardware.children().stream()
                .filter(e -> e.is(Ns.VMW, "ExtraConfig")
                        && e.attributeOf(Ns.VMW, "key")
                                .filter("uuid.bios"::equals)
                                .isPresent())
                .flatMap(e -> e.attributeOf(Ns.VMW, "value").stream())
                .map(v -> v.replaceAll("[^0-9a-fA-F]", "").toLowerCase(Locale.ROOT))
                .filter(v -> v.length() == 32)
                .map(v -> v.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5"))
                .map(v -> UUID.fromString(v).toString())
                .findFirst();
    }

    private List<OvfDescriptor.MachineDisk> machineDisks(
            List<XmlElement> items, List<OvfDescriptor.Disk> disks, String machine) throws OvfRejected {
        Map<String, XmlElement> controllers = new HashMap<>();
        for (XmlElement item : items) {
            if (List.of("5", "6", "20").contains(rasd(item, "ResourceType").orElse(""))) {
                controllers.put(rasd(item, "InstanceID").orElse(""), item);
            }
        }
        List<OvfDescriptor.MachineDisk> all = new ArrayList<>();
        for (XmlElement item : items) {
            if (!rasd(item, "ResourceType").orElse("").equals("17")) {
                continue;
            }
            String resource = rasd(item, "HostResource").orElse("");
            String diskId = resource.substring(resource.lastIndexOf('/') + 1);
            if (disks.stream().noneMatch(d -> d.id().equals(diskId))) {
                throw new OvfRejected("The OVF descriptor is invalid: machine " + printable(machine)
                        + " uses the unknown disk " + printable(resource) + ".");
            }
            Optional<XmlElement> controller =
                    Optional.ofNullable(controllers.get(rasd(item, "Parent").orElse("")));
            int bus = controller
                    .flatMap(c -> rasd(c, "Address"))
                    .filter(a -> a.matches("\\d{1,2}"))
                    .map(Integer::parseInt)
                    .orElse(0);
            int unit = rasd(item, "AddressOnParent")
                    .filter(a -> a.matches("\\d{1,3}"))
                    .map(Integer::parseInt)
                    .orElse(all.size());
            all.add(new OvfDescriptor.MachineDisk(diskId, bus, unit, adapterType(controller)));
        }
        return all;
    }

    private static int adapterType(Optional<XmlElement> controller) {
        String type = controller.flatMap(c -> rasd(c, "ResourceType")).orElse("6");
        String sub = controller
                .flatMap(c -> rasd(c, "ResourceSubType"))
                .orElse("lsilogic")
                .toLowerCase(Locale.ROOT);
        if (type.equals("5")) {
            return 1;
        }
        if (type.equals("20") || sub.contains("ahci")) {
            return 7;
        }
        if (sub.contains("virtualscsi") || sub.contains("paravirtual")) {
            return 6;
        }
        return sub.contains("sas") ? 5 : sub.contains("bus") ? 3 : 4;
    }

    private List<OvfDescriptor.MachineNic> nics(List<XmlElement> items, Optional<XmlElement> connections) {
        Map<Integer, NicRequest> known = new HashMap<>();
        connections.ifPresent(c -> NicRequest.read(c).forEach(n -> known.put(n.index(), n)));
        List<XmlElement> cards = items.stream()
                .filter(i -> rasd(i, "ResourceType").orElse("").equals("10"))
                .sorted(Comparator.comparing(i -> rasd(i, "AddressOnParent")
                        .filter(a -> a.matches("\\d{1,3}"))
                        .map(Integer::parseInt)
                        .orElse(0)))
                .toList();
        List<OvfDescriptor.MachineNic> all = new ArrayList<>();
        for (XmlElement card : cards) {
            int index = all.size();
            Optional<NicRequest> more = Optional.ofNullable(known.get(index));
            all.add(new OvfDescriptor.MachineNic(
                    index,
                    more.map(NicRequest::network)
                            .or(() -> rasd(card, "Connection"))
                            .orElse("none"),
                    rasd(card, "Address")
                            .filter(a -> !a.isEmpty())
                            .map(Addresses::checkedMac)
                            .or(() -> more.flatMap(NicRequest::mac)),
                    more.flatMap(NicRequest::connected)
                            .orElse(rasd(card, "AutomaticAllocation")
                                    .map(Boolean::parseBoolean)
                                    .orElse(true)),
                    rasd(card, "ResourceSubType")
                            .orElse("VMXNET3")
                            .toUpperCase(Locale.ROOT)
                            .trim(),
                    more.flatMap(NicRequest::mode).orElse("DHCP"),
                    more.map(NicRequest::ip).orElse("")));
        }
        return all;
    }

    private static Optional<String> rasd(XmlElement item, String name) {
        return item.children().stream()
                .filter(c -> c.name().equals(name))
                .map(c -> c.text().trim())
                .findFirst();
    }

    private Optional<String> attribute(XmlElement e, String name) {
        return e.attributeOf(ovf, name).or(() -> e.attribute(name));
    }

    private static long number(String what, String text) {
        if (!text.trim().matches("\\d{1,18}")) {
            throw new IllegalArgumentException(
                    "the value \"" + printable(text) + "\" of " + what + " is not a number.");
        }
        return Long.parseLong(text.trim());
    }
}
