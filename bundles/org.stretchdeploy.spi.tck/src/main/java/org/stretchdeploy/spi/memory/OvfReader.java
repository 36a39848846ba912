package org.stretchdeploy.spi.memory;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.State.DiskState;
import org.stretchdeploy.spi.memory.State.VmState;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** Reads as much of an OVF 1.x or 2.0 descriptor as it takes to make the VMs again. No document types, no entities. */
final class OvfReader {
    private static final int MOST_VMS = 128;
    private static final int MOST_DISK_MB = 64 << 20;
    /** Looking for the parser's implementation takes longer than to read a descriptor. */
    private static final ThreadLocal<DocumentBuilder> BUILDER = ThreadLocal.withInitial(OvfReader::builder);

    private final Map<String, byte[]> files;
    private final Map<String, String> hrefs = new LinkedHashMap<>();
    private final Map<String, Element> disks = new LinkedHashMap<>();
    private final Identities identities;

    private OvfReader(Map<String, byte[]> files, Identities identities) {
        this.files = files;
        this.identities = identities;
    }

    /** What a package holds. */
    record Content(List<VmState> vms, List<VApp.Startup> startup) {}

    /** Names and sizes of the files that the descriptor refers to; size -1 when it does not say. */
    static Map<String, Long> files(byte[] descriptor) {
        var result = new LinkedHashMap<String, Long>();
        for (Element file : all(parse(descriptor), "File")) {
            String name = attribute(file, "href");
            if (!name.matches("[\\w][\\w. -]{0,254}")) {
                throw Refusal.user("bad-descriptor", "The descriptor refers to a file outside of the package.");
            }
            String size = attribute(file, "size");
            result.put(name, size.isEmpty() ? -1 : number(size));
        }
        return result;
    }

    static Content read(byte[] descriptor, Map<String, byte[]> files, Identities identities) {
        return new OvfReader(files, identities).content(parse(descriptor));
    }

    private Content content(Element envelope) {
        all(envelope, "File").forEach(file -> hrefs.put(attribute(file, "id"), attribute(file, "href")));
        all(envelope, "Disk").forEach(disk -> disks.put(attribute(disk, "diskId"), disk));
        var vms = new ArrayList<VmState>();
        for (Element system : all(envelope, "VirtualSystem")) {
            vms.add(vm(system));
        }
        if (vms.isEmpty() || vms.size() > MOST_VMS) {
            throw Refusal.user("bad-descriptor", "The descriptor has no virtual system, or too many.");
        }
        var startup = new ArrayList<VApp.Startup>();
        for (Element section : all(envelope, "StartupSection")) {
            for (Element item : all(section, "Item")) {
                startup.add(new VApp.Startup(
                        attribute(item, "id"),
                        (int) number(attribute(item, "order")),
                        attribute(item, "startAction"),
                        (int) number(attribute(item, "startDelay")),
                        attribute(item, "stopAction"),
                        (int) number(attribute(item, "stopDelay"))));
            }
        }
        return new Content(vms, startup);
    }

    private VmState vm(Element system) {
        int cpus = 1;
        int cores = 1;
        int memory = 512;
        var nics = new ArrayList<Vm.Nic>();
        var diskStates = new ArrayList<DiskState>();
        for (Element item : items(system)) {
            switch (text(item, "ResourceType")) {
                case "3" -> {
                    cpus = (int) number(text(item, "VirtualQuantity"));
                    cores = Math.max(1, (int) number(text(item, "CoresPerSocket")));
                }
                case "4" -> memory = (int) number(text(item, "VirtualQuantity"));
                case "10" -> nics.add(nic(item, nics.size()));
                case "17" -> diskStates.add(disk(item, diskStates.size()));
                default -> {
                    // controllers and the like carry nothing that this cloud keeps
                }
            }
        }
        String named = all(system, "Name").stream()
                .findFirst()
                .map(Element::getTextContent)
                .orElse("");
        String name = named.isBlank() ? attribute(system, "id") : named.strip();
        String os = all(system, "OperatingSystemSection").stream()
                .findFirst()
                .map(section -> attribute(section, "osType").isEmpty()
                        ? attribute(section, "version")
                        : attribute(section, "osType"))
                .orElse("");
        var hardware = new Vm.Hardware(
                cpus, cores, memory, os, text(system, "VirtualSystemType"), text(system, "ComputerName"));
        var vm = new VmState(identities.next("vm"), name, text(system, "Annotation"), identities.localId(), hardware);
        vm.nics = List.copyOf(nics);
        vm.disks.addAll(diskStates);
        for (Element property : all(system, "Property")) {
            vm.properties.put(attribute(property, "key"), attribute(property, "value"));
        }
        return vm;
    }

    /** Hardware items; OVF 2.0 has names of its own for those of disks and NICs. */
    private static List<Element> items(Element system) {
        var result = new ArrayList<Element>();
        for (Element section : all(system, "VirtualHardwareSection")) {
            result.addAll(all(section, "Item"));
            result.addAll(all(section, "StorageItem"));
            result.addAll(all(section, "EthernetPortItem"));
        }
        return result;
    }

    private static Vm.Nic nic(Element item, int index) {
        Optional<Element> connection = all(item, "Connection").stream().findFirst();
        String mode = connection.map(c -> attribute(c, "ipAddressingMode")).orElse("");
        String address = connection.map(c -> attribute(c, "ipAddress")).orElse("");
        String network = connection.map(Element::getTextContent).orElse("none").strip();
        Vm.Allocation allocation =
                List.of("MANUAL", "POOL", "DHCP").contains(mode) ? Vm.Allocation.valueOf(mode) : Vm.Allocation.NONE;
        return new Vm.Nic(
                index,
                network.equals("none") ? "" : network,
                text(item, "Address").toLowerCase(Locale.ROOT),
                address.isEmpty() ? Optional.empty() : Optional.of(address),
                allocation,
                !text(item, "AutomaticAllocation").equals("false"),
                connection
                                .map(c -> attribute(c, "primaryNetworkConnection"))
                                .orElse("")
                                .equals("true")
                        || index == 0,
                text(item, "ResourceSubType").isEmpty() ? "VMXNET3" : text(item, "ResourceSubType"));
    }

    private DiskState disk(Element item, int unit) {
        String resource = text(item, "HostResource");
        Element disk = disks.get(resource.substring(resource.lastIndexOf('/') + 1));
        if (disk == null) {
            throw Refusal.user("bad-descriptor", "A disk of the descriptor is not in its disk section.");
        }
        String file = hrefs.get(attribute(disk, "fileRef"));
        byte[] content = file == null ? new byte[0] : files.getOrDefault(file, new byte[0]);
        long mb = capacityMb(disk);
        String bus = text(item, "ResourceSubType").isEmpty() ? "lsilogic" : text(item, "ResourceSubType");
        return new DiskState(new Vm.Disk("disk-" + unit, mb, bus, unit, false, false), content);
    }

    private static long capacityMb(Element disk) {
        String units = attribute(disk, "capacityAllocationUnits").replace(" ", "");
        int shift = units.matches("byte\\*2\\^\\d{1,2}") ? Integer.parseInt(units.substring(7)) : 0;
        long capacity = number(attribute(disk, "capacity"));
        long mb = shift >= 20 ? capacity << Math.min(20, shift - 20) : (capacity >> Math.max(0, 20 - shift));
        if (mb < 0 || mb > MOST_DISK_MB) {
            throw Refusal.user("bad-descriptor", "A disk of the descriptor is too big.");
        }
        return Math.max(1, mb);
    }

    private static DocumentBuilder builder() {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new org.xml.sax.helpers.DefaultHandler());
            return builder;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every Java platform parses XML without document types", e);
        }
    }

    private static Element parse(byte[] descriptor) {
        try {
            Element root =
                    BUILDER.get().parse(new ByteArrayInputStream(descriptor)).getDocumentElement();
            if (!"Envelope".equals(root.getLocalName())) {
                throw Refusal.user("bad-descriptor", "The descriptor is no OVF envelope.");
            }
            return root;
        } catch (SAXException | IOException e) {
            throw Refusal.user("bad-descriptor", "The descriptor cannot be read as OVF.");
        }
    }

    private static List<Element> all(Element parent, String localName) {
        var nodes = parent.getElementsByTagNameNS("*", localName);
        var result = new ArrayList<Element>();
        for (int i = 0; i < nodes.getLength(); i++) {
            result.add((Element) nodes.item(i));
        }
        return result;
    }

    private static String text(Element parent, String localName) {
        return all(parent, localName).stream()
                .findFirst()
                .map(e -> e.getTextContent().strip())
                .orElse("");
    }

    /** An attribute by its local name, of whatever namespace. */
    private static String attribute(Element element, String localName) {
        var attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Node attribute = attributes.item(i);
            if (localName.equals(attribute.getLocalName())) {
                return attribute.getNodeValue();
            }
        }
        return "";
    }

    private static long number(String text) {
        if (!text.matches("\\d{1,15}")) {
            return 0;
        }
        return Long.parseLong(text);
    }
}
