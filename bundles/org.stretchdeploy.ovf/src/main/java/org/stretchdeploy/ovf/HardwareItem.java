package org.stretchdeploy.ovf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import javax.xml.namespace.QName;
import org.stretchdeploy.ovf.xml.XmlElement;

/**
 * A device: its settings exactly as they stand in the descriptor, with accessors for those that matter here.
 *
 * @param kind which element it is written as
 * @param settings all child elements, in order, foreign ones included
 * @param attributes all attributes ({@code ovf:required}, {@code ovf:configuration}, foreign ones)
 */
public record HardwareItem(Kind kind, List<XmlElement> settings, Map<QName, String> attributes) {
    /** The element that holds a device. OVF 1.x has only {@link #ITEM}. */
    public enum Kind {
        ITEM("Item", OvfNamespaces.RASD, "rasd"),
        ETHERNET_PORT("EthernetPortItem", OvfNamespaces.EPASD, "epasd"),
        STORAGE("StorageItem", OvfNamespaces.SASD, "sasd");

        private final String element;
        private final String namespace;
        private final String prefix;

        Kind(String element, String namespace, String prefix) {
            this.element = element;
            this.namespace = namespace;
            this.prefix = prefix;
        }

        /** Local name of the element. */
        public String element() {
            return element;
        }

        /** The name of one of its settings. */
        public QName setting(String name) {
            return new QName(namespace, name, prefix);
        }
    }

    public HardwareItem {
        settings = List.copyOf(settings);
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /**
     * A device with the settings given as name and text. They are written in the order of the schema, which is
     * alphabetical.
     */
    public static HardwareItem of(ResourceType type, int instanceId, String elementName, Map<String, String> settings) {
        Map<String, String> all = new TreeMap<>(settings);
        all.put("ElementName", elementName);
        all.put("InstanceID", Integer.toString(instanceId));
        all.put("ResourceType", Integer.toString(type.number()));
        List<XmlElement> elements = new ArrayList<>();
        all.forEach((name, text) -> elements.add(XmlElement.text(Kind.ITEM.setting(name), text)));
        return new HardwareItem(Kind.ITEM, elements, Map.of());
    }

    /** Virtual CPUs. */
    public static HardwareItem cpus(int instanceId, int count) {
        return of(
                ResourceType.PROCESSOR,
                instanceId,
                count + " virtual CPU(s)",
                Map.of("AllocationUnits", "hertz * 10^6", "VirtualQuantity", Integer.toString(count)));
    }

    /** Memory, in mebibytes. */
    public static HardwareItem memory(int instanceId, long mebibytes) {
        return of(
                ResourceType.MEMORY,
                instanceId,
                mebibytes + " MB of memory",
                Map.of("AllocationUnits", "byte * 2^20", "VirtualQuantity", Long.toString(mebibytes)));
    }

    /** A paravirtual SCSI controller on bus 0. */
    public static HardwareItem scsiController(int instanceId) {
        return of(
                ResourceType.PARALLEL_SCSI_HBA,
                instanceId,
                "SCSI Controller 0",
                Map.of("Address", "0", "ResourceSubType", "VirtualSCSI"));
    }

    /** A disk on a controller. */
    public static HardwareItem disk(int instanceId, int controllerId, int unit, String diskId) {
        return of(
                ResourceType.DISK_DRIVE,
                instanceId,
                "Hard Disk " + (unit + 1),
                Map.of(
                        "AddressOnParent", Integer.toString(unit),
                        "HostResource", "ovf:/disk/" + diskId,
                        "Parent", Integer.toString(controllerId)));
    }

    /** A NIC. An empty MAC address lets the target choose one. */
    public static HardwareItem nic(int instanceId, int index, String network, String mac) {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "AddressOnParent",
                Integer.toString(index),
                "AutomaticAllocation",
                "true",
                "Connection",
                network,
                "ResourceSubType",
                "VMXNET3"));
        if (!mac.isEmpty()) {
            settings.put("Address", mac);
        }
        return of(ResourceType.ETHERNET_ADAPTER, instanceId, "Network adapter " + index, settings);
    }

    /** The first setting with this local name. */
    public Optional<XmlElement> setting(String name) {
        QName wanted = kind.setting(name);
        return settings.stream().filter(s -> s.name().equals(wanted)).findFirst();
    }

    /** The text of the first setting with this local name, when it is there and not empty. */
    public Optional<String> text(String name) {
        return setting(name).map(XmlElement::text).filter(t -> !t.isEmpty());
    }

    /** Id, unique in the section. */
    public String instanceId() {
        return text("InstanceID").orElse("");
    }

    /** What kind of device it is. */
    public ResourceType resourceType() {
        return number("ResourceType").map(ResourceType::of).orElse(ResourceType.OTHER);
    }

    /** {@code VirtualQuantity}: CPUs, memory units, bytes, depending on the type. */
    public OptionalLong quantity() {
        Optional<String> text = text("VirtualQuantity").filter(t -> t.matches("\\d{1,15}"));
        return text.isPresent() ? OptionalLong.of(Long.parseLong(text.get())) : OptionalLong.empty();
    }

    /** The text of a setting as a small number. */
    public Optional<Integer> number(String name) {
        return text(name).filter(t -> t.matches("\\d{1,9}")).map(Integer::valueOf);
    }
}
