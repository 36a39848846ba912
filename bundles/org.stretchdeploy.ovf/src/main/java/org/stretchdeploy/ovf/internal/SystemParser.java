package org.stretchdeploy.ovf.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.stretchdeploy.ovf.AnnotationSection;
import org.stretchdeploy.ovf.HardwareItem;
import org.stretchdeploy.ovf.OperatingSystemSection;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfNamespaces;
import org.stretchdeploy.ovf.ProductSection;
import org.stretchdeploy.ovf.Property;
import org.stretchdeploy.ovf.StartupSection;
import org.stretchdeploy.ovf.VirtualHardwareSection;
import org.stretchdeploy.ovf.VirtualSystem;
import org.stretchdeploy.ovf.xml.XmlElement;

/** Reads machines and the sections that machines and collections share. */
final class SystemParser {
    private final EnvelopeParser envelope;

    SystemParser(EnvelopeParser envelope) {
        this.envelope = envelope;
    }

    VirtualSystem system(Element element) throws OvfException {
        String id = element.required("id");
        String info = element.info();
        Optional<String> name = element.text("Name");
        Optional<OperatingSystemSection> operatingSystem = operatingSystem(element);
        List<VirtualHardwareSection> hardware = new ArrayList<>();
        for (Element section : element.all("VirtualHardwareSection")) {
            hardware.add(hardware(section));
        }
        var products = products(element);
        var annotation = annotation(element);
        List<XmlElement> sections = envelope.carried(element);
        return new VirtualSystem(
                id, name, info, operatingSystem, hardware, products, annotation, sections, element.extensions());
    }

    private Optional<OperatingSystemSection> operatingSystem(Element parent) throws OvfException {
        for (Element section : EnvelopeParser.one(parent, "OperatingSystemSection")) {
            int id = section.smallNumber("id", 0);
            var version = section.attribute("version");
            String info = section.info();
            var description = section.text("Description");
            return Optional.of(new OperatingSystemSection(id, version, info, description, section.extensions()));
        }
        return Optional.empty();
    }

    private VirtualHardwareSection hardware(Element section) {
        String info = section.info();
        List<String> transports =
                section.attribute("transport").map(t -> List.of(t.strip().split("[\\s,]+"))).orElse(List.of()).stream()
                        .filter(t -> !t.isEmpty())
                        .toList();
        Optional<XmlElement> system = section.first("System");
        List<String> types = system.flatMap(s -> s.first(new QName(OvfNamespaces.VSSD, "VirtualSystemType")))
                .map(t -> List.of(t.text().split("[\\s,;]+")))
                .orElse(List.of());
        List<HardwareItem> items = new ArrayList<>();
        for (XmlElement child : section.rest()) {
            kind(child.name())
                    .ifPresent(kind -> items.add(new HardwareItem(kind, child.elements(), child.attributes())));
        }
        for (HardwareItem.Kind kind : HardwareItem.Kind.values()) {
            section.all(kind.element());
        }
        return new VirtualHardwareSection(info, transports, types, system, items, section.extensions());
    }

    private Optional<HardwareItem.Kind> kind(QName name) {
        for (HardwareItem.Kind kind : HardwareItem.Kind.values()) {
            if (name.equals(new QName(envelope.namespace(), kind.element()))) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    List<ProductSection> products(Element parent) throws OvfException {
        List<ProductSection> products = new ArrayList<>();
        for (Element section : parent.all("ProductSection")) {
            String info = section.info();
            var product = section.text("Product");
            var vendor = section.text("Vendor");
            var version = section.text("Version");
            List<Property> properties = new ArrayList<>();
            for (Element property : section.all("Property")) {
                properties.add(property(property));
            }
            products.add(new ProductSection(
                    section.attribute("class").orElse(""),
                    section.attribute("instance").orElse(""),
                    info,
                    product,
                    vendor,
                    version,
                    properties,
                    section.extensions()));
        }
        return products;
    }

    private static Property property(Element property) throws OvfException {
        return new Property(
                property.required("key"),
                property.attribute("type").orElse("string"),
                property.attribute("value").orElse(""),
                property.flag("userConfigurable", false),
                property.flag("password", false),
                property.text("Label"),
                property.text("Description"),
                property.extensions());
    }

    Optional<AnnotationSection> annotation(Element parent) throws OvfException {
        for (Element section : EnvelopeParser.one(parent, "AnnotationSection")) {
            return Optional.of(new AnnotationSection(
                    section.info(), section.text("Annotation").orElse("")));
        }
        return Optional.empty();
    }

    Optional<StartupSection> startup(Element parent) throws OvfException {
        for (Element section : EnvelopeParser.one(parent, "StartupSection")) {
            String info = section.info();
            List<StartupSection.Item> items = new ArrayList<>();
            for (Element item : section.all("Item")) {
                items.add(new StartupSection.Item(
                        item.required("id"),
                        item.smallNumber("order", 0),
                        item.attribute("startAction").orElse("powerOn"),
                        item.smallNumber("startDelay", 0),
                        item.flag("waitingForGuest", false),
                        item.attribute("stopAction").orElse("powerOff"),
                        item.smallNumber("stopDelay", 0),
                        item.extensions()));
            }
            return Optional.of(new StartupSection(info, items, section.extensions()));
        }
        return Optional.empty();
    }
}
