package org.stretchdeploy.ovf.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.xml.namespace.QName;
import org.stretchdeploy.ovf.Content;
import org.stretchdeploy.ovf.Disk;
import org.stretchdeploy.ovf.Envelope;
import org.stretchdeploy.ovf.Extensions;
import org.stretchdeploy.ovf.FileReference;
import org.stretchdeploy.ovf.HardwareItem;
import org.stretchdeploy.ovf.NetworkSection;
import org.stretchdeploy.ovf.ProductSection;
import org.stretchdeploy.ovf.Property;
import org.stretchdeploy.ovf.StartupSection;
import org.stretchdeploy.ovf.VirtualHardwareSection;
import org.stretchdeploy.ovf.VirtualSystem;
import org.stretchdeploy.ovf.VirtualSystemCollection;
import org.stretchdeploy.ovf.xml.XmlElement;

/** Turns an {@link Envelope} into the tree of its descriptor. */
public final class EnvelopeRenderer {
    private final String ovf;

    private EnvelopeRenderer(String ovf) {
        this.ovf = ovf;
    }

    public static XmlElement render(Envelope envelope) {
        return new EnvelopeRenderer(envelope.version().namespace()).envelope(envelope);
    }

    private XmlElement envelope(Envelope envelope) {
        Building root = new Building("Envelope");
        Building references = new Building("References");
        for (FileReference file : envelope.references()) {
            references.add(new Building("File")
                    .attribute("id", file.id())
                    .attribute("href", file.href())
                    .attribute("size", file.size())
                    .attribute("compression", file.compression())
                    .attribute("chunkSize", file.chunkSize())
                    .done());
        }
        root.add(references.done());
        envelope.disks().ifPresent(section -> {
            Building disks = new Building("DiskSection").text("Info", section.info());
            section.disks().forEach(disk -> disks.add(disk(disk)));
            root.add(disks.done(section.extensions()));
        });
        envelope.networks().ifPresent(section -> {
            Building networks = new Building("NetworkSection").text("Info", section.info());
            section.networks().forEach(network -> networks.add(network(network)));
            root.add(networks.done(section.extensions()));
        });
        // the schema wants message bundles after the content
        QName strings = new QName(ovf, "Strings");
        envelope.sections().stream().filter(s -> !s.name().equals(strings)).forEach(root::add);
        root.add(content(envelope.content()));
        envelope.sections().stream().filter(s -> s.name().equals(strings)).forEach(root::add);
        return root.done(envelope.extensions());
    }

    private XmlElement disk(Disk disk) {
        return new Building("Disk")
                .attribute("diskId", disk.diskId())
                .attribute("capacity", disk.capacity())
                .attribute("capacityAllocationUnits", disk.capacityUnits())
                .attribute("fileRef", disk.fileRef())
                .attribute("format", disk.format())
                .attribute("populatedSize", disk.populatedSize())
                .attribute("parentRef", disk.parentRef())
                .done(disk.extensions());
    }

    private XmlElement network(NetworkSection.Network network) {
        return new Building("Network")
                .attribute("name", network.name())
                .text("Description", network.description())
                .done(network.extensions());
    }

    private XmlElement content(Content content) {
        if (content instanceof VirtualSystem system) {
            return system(system);
        }
        VirtualSystemCollection collection = (VirtualSystemCollection) content;
        Building element = new Building("VirtualSystemCollection")
                .attribute("id", collection.id())
                .text("Info", collection.info())
                .text("Name", collection.name());
        collection.startup().ifPresent(s -> element.add(startup(s)));
        collection.products().forEach(p -> element.add(product(p)));
        collection
                .annotation()
                .ifPresent(a -> element.add(new Building("AnnotationSection")
                        .text("Info", a.info())
                        .text("Annotation", a.annotation())
                        .done()));
        collection.sections().forEach(element::add);
        collection.members().forEach(member -> element.add(content(member)));
        return element.done(collection.extensions());
    }

    private XmlElement system(VirtualSystem system) {
        Building element = new Building("VirtualSystem")
                .attribute("id", system.id())
                .text("Info", system.info())
                .text("Name", system.name());
        system.operatingSystem()
                .ifPresent(os -> element.add(new Building("OperatingSystemSection")
                        .attribute("id", Integer.toString(os.id()))
                        .attribute("version", os.version())
                        .text("Info", os.info())
                        .text("Description", os.description())
                        .done(os.extensions())));
        system.hardware().forEach(h -> element.add(hardware(h)));
        system.products().forEach(p -> element.add(product(p)));
        system.annotation()
                .ifPresent(a -> element.add(new Building("AnnotationSection")
                        .text("Info", a.info())
                        .text("Annotation", a.annotation())
                        .done()));
        system.sections().forEach(element::add);
        return element.done(system.extensions());
    }

    private XmlElement hardware(VirtualHardwareSection section) {
        Building element = new Building("VirtualHardwareSection");
        if (!section.transports().isEmpty()) {
            element.attribute("transport", String.join(" ", section.transports()));
        }
        element.text("Info", section.info());
        section.system().ifPresent(element::add);
        for (HardwareItem item : section.items()) {
            element.add(new XmlElement(
                    new QName(ovf, item.kind().element()), item.attributes(), Map.of(), List.copyOf(item.settings())));
        }
        return element.done(section.extensions());
    }

    private XmlElement product(ProductSection section) {
        Building element = new Building("ProductSection");
        if (!section.productClass().isEmpty()) {
            element.attribute("class", section.productClass());
        }
        if (!section.instance().isEmpty()) {
            element.attribute("instance", section.instance());
        }
        element.text("Info", section.info())
                .text("Product", section.product())
                .text("Vendor", section.vendor())
                .text("Version", section.version());
        section.properties().forEach(p -> element.add(property(p)));
        return element.done(section.extensions());
    }

    private XmlElement property(Property property) {
        Building element = new Building("Property")
                .attribute("key", property.key())
                .attribute("type", property.type())
                .attribute("value", property.value())
                .attribute("userConfigurable", Boolean.toString(property.userConfigurable()));
        if (property.password()) {
            element.attribute("password", "true");
        }
        return element.text("Label", property.label())
                .text("Description", property.description())
                .done(property.extensions());
    }

    private XmlElement startup(StartupSection section) {
        Building element = new Building("StartupSection").text("Info", section.info());
        for (StartupSection.Item item : section.items()) {
            element.add(new Building("Item")
                    .attribute("id", item.id())
                    .attribute("order", Integer.toString(item.order()))
                    .attribute("startDelay", Integer.toString(item.startDelaySeconds()))
                    .attribute("waitingForGuest", Boolean.toString(item.waitingForGuest()))
                    .attribute("stopDelay", Integer.toString(item.stopDelaySeconds()))
                    .attribute("startAction", item.startAction())
                    .attribute("stopAction", item.stopAction())
                    .done(item.extensions()));
        }
        return element.done(section.extensions());
    }

    /** An element of OVF being put together. */
    private final class Building {
        private final String name;
        private final Map<QName, String> attributes = new LinkedHashMap<>();
        private final List<XmlElement> children = new ArrayList<>();

        Building(String name) {
            this.name = name;
        }

        Building attribute(String key, String value) {
            attributes.put(new QName(ovf, key), value);
            return this;
        }

        Building attribute(String key, Optional<String> value) {
            value.ifPresent(v -> attribute(key, v));
            return this;
        }

        Building attribute(String key, OptionalLong value) {
            value.ifPresent(v -> attribute(key, Long.toString(v)));
            return this;
        }

        Building text(String child, String value) {
            return add(XmlElement.text(new QName(ovf, child), value));
        }

        Building text(String child, Optional<String> value) {
            value.ifPresent(v -> text(child, v));
            return this;
        }

        Building add(XmlElement child) {
            children.add(child);
            return this;
        }

        XmlElement done() {
            return done(Extensions.NONE);
        }

        XmlElement done(Extensions extensions) {
            attributes.putAll(extensions.attributes());
            children.addAll(extensions.elements());
            return new XmlElement(new QName(ovf, name), attributes, Map.of(), List.copyOf(children));
        }
    }
}
