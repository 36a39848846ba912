package org.stretchdeploy.ovf;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.xml.namespace.QName;
import org.stretchdeploy.ovf.internal.XmlBytes;
import org.stretchdeploy.ovf.internal.XmlSource;

/**
 * A descriptor that someone else wrote, with edits that change only the characters they must. Immutable: every edit
 * gives a new document, read and checked again.
 *
 * <p>Everything that an edit does not name stays byte for byte: comments, message ids, layout, quoting, encoding, and
 * sections that nobody here understands.
 */
public final class OvfDocument {
    private static final String WHERE = "Check the id against the descriptor.";

    private final byte[] bytes;
    private final XmlBytes text;
    private final XmlSource source;
    private final Envelope envelope;
    private final OvfReader reader;

    private OvfDocument(byte[] bytes, OvfReader reader) throws OvfException {
        this.envelope = reader.read(bytes);
        this.bytes = bytes;
        this.reader = reader;
        this.text = XmlBytes.decode(bytes);
        this.source = new XmlSource(text.text());
    }

    /** Reads a descriptor with the default limits. */
    public static OvfDocument read(byte[] descriptor) throws OvfException {
        return new OvfDocument(descriptor.clone(), new OvfReader());
    }

    /** What the descriptor says now. */
    public Envelope envelope() {
        return envelope;
    }

    /** The descriptor as it stands now. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * Gives a file another name and size.
     *
     * @param fileId id in References
     * @param href new plain file name
     * @param size new size in bytes
     */
    public OvfDocument withFile(String fileId, String href, long size) throws OvfException {
        FileNames.requirePlain(href);
        return attribute("File", "id", fileId, "href", href)
                .attribute("File", "id", fileId, "size", Long.toString(size));
    }

    /** Gives a disk another format URI. */
    public OvfDocument withDiskFormat(String diskId, String format) throws OvfException {
        return attribute("Disk", "diskId", diskId, "format", format);
    }

    /** Gives a disk another capacity, in bytes. */
    public OvfDocument withDiskCapacity(String diskId, long capacityBytes) throws OvfException {
        OvfDocument inBytes = attribute("Disk", "diskId", diskId, "capacity", Long.toString(capacityBytes));
        Optional<Disk> disk = inBytes.envelope.disk(diskId);
        return disk.flatMap(Disk::capacityUnits).isPresent()
                ? inBytes.attribute("Disk", "diskId", diskId, "capacityAllocationUnits", "byte")
                : inBytes;
    }

    /** Tells how many bytes of a disk are in use. */
    public OvfDocument withPopulatedSize(String diskId, long bytesInUse) throws OvfException {
        return attribute("Disk", "diskId", diskId, "populatedSize", Long.toString(bytesInUse));
    }

    /**
     * Gives a NIC another MAC address.
     *
     * @param systemId id of the machine
     * @param instanceId id of the NIC's item
     * @param mac six bytes in hexadecimal with colons
     */
    public OvfDocument withMac(String systemId, String instanceId, String mac) throws OvfException {
        if (!mac.matches("([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")) {
            throw new IllegalArgumentException("not a MAC address: " + mac);
        }
        QName address = HardwareItem.Kind.ITEM.setting("Address");
        QName instance = HardwareItem.Kind.ITEM.setting("InstanceID");
        List<XmlSource.Element> all = source.elements();
        for (XmlSource.Element element : all) {
            boolean wanted = element.name().equals(address)
                    && system(element).filter(systemId::equals).isPresent()
                    && all.stream()
                            .anyMatch(e -> e.name().equals(instance)
                                    && e.parent().equals(element.parent())
                                    && source.content(e).equals(instanceId));
            if (wanted) {
                return changed(source.withContent(element, mac));
            }
        }
        throw missing("a NIC " + instanceId + " with an address in the machine " + systemId);
    }

    /**
     * Sets the value of a property of a machine or collection.
     *
     * @param systemId id of the machine or collection
     * @param productClass class of the product section; empty for none
     * @param key name of the property
     */
    public OvfDocument withProperty(String systemId, String productClass, String key, String value)
            throws OvfException {
        for (XmlSource.Element element : named("Property")) {
            boolean wanted = attributeOf(element, "key").filter(key::equals).isPresent()
                    && system(element).filter(systemId::equals).isPresent()
                    && element.parent()
                            .flatMap(p -> attributeOf(p, "class"))
                            .orElse("")
                            .equals(productClass);
            if (wanted) {
                return changed(source.withAttribute(element, attributeName(element, "value"), value));
            }
        }
        throw missing("a property " + key + " in the machine " + systemId);
    }

    private OvfDocument attribute(String elementName, String idName, String id, String name, String value)
            throws OvfException {
        Predicate<XmlSource.Element> wanted =
                e -> attributeOf(e, idName).filter(id::equals).isPresent();
        XmlSource.Element element = named(elementName).stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow(() -> missing("a " + elementName + " with the id " + id));
        return changed(source.withAttribute(element, attributeName(element, name), value));
    }

    private OvfDocument changed(String newText) throws OvfException {
        return new OvfDocument(text.encode(newText), reader);
    }

    private List<XmlSource.Element> named(String local) {
        QName name = new QName(envelope.version().namespace(), local);
        return source.elements().stream().filter(e -> e.name().equals(name)).toList();
    }

    private QName attributeName(XmlSource.Element element, String local) {
        QName plain = new QName(local);
        return source.attribute(element, plain).isPresent()
                ? plain
                : new QName(envelope.version().namespace(), local);
    }

    private Optional<String> attributeOf(XmlSource.Element element, String local) {
        return source.attribute(element, attributeName(element, local));
    }

    private Optional<String> system(XmlSource.Element inside) {
        Optional<XmlSource.Element> at = inside.parent();
        while (at.isPresent()) {
            String local = at.get().name().getLocalPart();
            if (local.equals("VirtualSystem") || local.equals("VirtualSystemCollection")) {
                return attributeOf(at.get(), "id");
            }
            at = at.get().parent();
        }
        return Optional.empty();
    }

    private static OvfException missing(String what) {
        return new OvfException(OvfProblem.INVALID_DESCRIPTOR, "The descriptor does not have " + what + ". " + WHERE);
    }
}
