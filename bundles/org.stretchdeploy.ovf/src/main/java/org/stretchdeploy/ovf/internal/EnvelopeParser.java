package org.stretchdeploy.ovf.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.namespace.QName;
import org.stretchdeploy.ovf.Content;
import org.stretchdeploy.ovf.Disk;
import org.stretchdeploy.ovf.DiskSection;
import org.stretchdeploy.ovf.Envelope;
import org.stretchdeploy.ovf.FileNames;
import org.stretchdeploy.ovf.FileReference;
import org.stretchdeploy.ovf.NetworkSection;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfNamespaces;
import org.stretchdeploy.ovf.OvfProblem;
import org.stretchdeploy.ovf.OvfVersion;
import org.stretchdeploy.ovf.VirtualSystemCollection;
import org.stretchdeploy.ovf.xml.XmlElement;

/** Turns the tree of a descriptor into an {@link Envelope}. */
public final class EnvelopeParser {
    /** Sections of the specification that pass through without being understood in detail. */
    private static final Set<String> CARRIED = Set.of(
            "DeploymentOptionSection",
            "ResourceAllocationSection",
            "InstallSection",
            "EulaSection",
            "BootDeviceSection",
            "SharedDiskSection",
            "ScaleOutSection",
            "PlacementGroupSection",
            "PlacementSection",
            "EnvironmentFilesSection",
            "Strings");

    private final String ovf;
    private final OvfVersion version;
    private final SystemParser systems;

    private EnvelopeParser(OvfVersion version) {
        this.version = version;
        this.ovf = version.namespace();
        this.systems = new SystemParser(this);
    }

    /** Reads an envelope and checks that its parts fit together. */
    public static Envelope parse(XmlElement root) throws OvfException {
        for (OvfVersion version : OvfVersion.values()) {
            if (root.name().equals(new QName(version.namespace(), "Envelope"))) {
                Envelope envelope = new EnvelopeParser(version).envelope(root);
                EnvelopeRules.check(envelope);
                return envelope;
            }
        }
        throw new OvfException(
                OvfProblem.NOT_OVF,
                "The document's element is " + root.name().getLocalPart()
                        + " in a namespace that is not OVF 1.x or 2.x. Give an OVF descriptor of version 1.0 or"
                        + " newer.");
    }

    private Envelope envelope(XmlElement root) throws OvfException {
        Element envelope = new Element(root, ovf);
        List<FileReference> references = references(envelope);
        Optional<DiskSection> disks = Optional.empty();
        for (Element section : one(envelope, "DiskSection")) {
            disks = Optional.of(disks(section));
        }
        Optional<NetworkSection> networks = Optional.empty();
        for (Element section : one(envelope, "NetworkSection")) {
            networks = Optional.of(networks(section));
        }
        List<Content> contents = new ArrayList<>(members(envelope));
        if (contents.size() != 1) {
            throw Element.invalid("The envelope holds " + contents.size()
                    + " machines or collections at its top; it must be exactly one.");
        }
        List<XmlElement> others = carried(envelope);
        return new Envelope(version, references, disks, networks, contents.get(0), others, envelope.extensions());
    }

    private List<FileReference> references(Element envelope) throws OvfException {
        List<FileReference> files = new ArrayList<>();
        for (Element section : one(envelope, "References")) {
            for (Element file : section.all("File")) {
                files.add(new FileReference(
                        file.required("id"),
                        FileNames.requirePlain(file.required("href")),
                        file.number("size"),
                        file.attribute("compression"),
                        file.number("chunkSize")));
            }
        }
        return files;
    }

    private DiskSection disks(Element section) throws OvfException {
        String info = section.info();
        List<Disk> disks = new ArrayList<>();
        for (Element disk : section.all("Disk")) {
            disks.add(new Disk(
                    disk.required("diskId"),
                    disk.required("capacity").strip(),
                    disk.attribute("capacityAllocationUnits"),
                    disk.attribute("fileRef").filter(r -> !r.isEmpty()),
                    disk.attribute("format"),
                    disk.number("populatedSize"),
                    disk.attribute("parentRef").filter(r -> !r.isEmpty()),
                    disk.extensions()));
        }
        return new DiskSection(info, disks, section.extensions());
    }

    private NetworkSection networks(Element section) throws OvfException {
        String info = section.info();
        List<NetworkSection.Network> networks = new ArrayList<>();
        for (Element network : section.all("Network")) {
            networks.add(new NetworkSection.Network(
                    network.required("name"), network.text("Description"), network.extensions()));
        }
        return new NetworkSection(info, networks, section.extensions());
    }

    String namespace() {
        return ovf;
    }

    /** The machines and collections directly in an envelope or collection, in document order. */
    List<Content> members(Element parent) throws OvfException {
        List<Content> found = new ArrayList<>();
        for (XmlElement child : parent.rest()) {
            if (child.name().equals(new QName(ovf, "VirtualSystem"))) {
                found.add(systems.system(new Element(child, ovf)));
            } else if (child.name().equals(new QName(ovf, "VirtualSystemCollection"))) {
                found.add(collection(new Element(child, ovf)));
            }
        }
        parent.all("VirtualSystem");
        parent.all("VirtualSystemCollection");
        return found;
    }

    private VirtualSystemCollection collection(Element element) throws OvfException {
        String id = element.required("id");
        String info = element.info();
        Optional<String> name = element.text("Name");
        var startup = systems.startup(element);
        var products = systems.products(element);
        var annotation = systems.annotation(element);
        List<Content> members = members(element);
        List<XmlElement> sections = carried(element);
        return new VirtualSystemCollection(
                id, name, info, startup, products, annotation, sections, members, element.extensions());
    }

    /** Takes the sections that are not read in detail, refusing those that must be understood and are not. */
    List<XmlElement> carried(Element parent) throws OvfException {
        List<XmlElement> sections = parent.rest();
        for (XmlElement section : sections) {
            String namespace = section.name().getNamespaceURI();
            boolean known = namespace.equals(OvfNamespaces.VCLOUD)
                    || namespace.equals(OvfNamespaces.VMW)
                    || namespace.equals(ovf) && CARRIED.contains(section.name().getLocalPart());
            if (!known && new Element(section, ovf).flag("required", true)) {
                throw new OvfException(
                        OvfProblem.UNSUPPORTED,
                        "The descriptor has a required section "
                                + section.name().getLocalPart()
                                + " that is not understood here. Export without it, or mark it ovf:required=\"false\""
                                + " if the machine can live without it.");
            }
        }
        parent.takeAll();
        return sections;
    }

    /** All elements of a kind that may appear once: a list of none or one. */
    static List<Element> one(Element parent, String name) throws OvfException {
        List<Element> found = parent.all(name);
        if (found.size() > 1) {
            throw Element.invalid("The element " + parent.name() + " holds more than one " + name + ".");
        }
        return found;
    }
}
