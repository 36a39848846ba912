package org.stretchdeploy.ovf;

import java.util.List;
import java.util.Optional;
import org.stretchdeploy.ovf.xml.XmlElement;

/**
 * A machine.
 *
 * @param id unique id in the descriptor
 * @param name name for people
 * @param info text for people
 * @param operatingSystem guest operating system
 * @param hardware virtual hardware; several are alternatives of which one is to be chosen
 * @param products products with the properties that a deployment may set
 * @param annotation remark
 * @param sections other sections, kept as they are (Cloud Director's customization and connection sections are here)
 * @param extensions foreign attributes
 */
public record VirtualSystem(
        String id,
        Optional<String> name,
        String info,
        Optional<OperatingSystemSection> operatingSystem,
        List<VirtualHardwareSection> hardware,
        List<ProductSection> products,
        Optional<AnnotationSection> annotation,
        List<XmlElement> sections,
        Extensions extensions)
        implements Content {
    public VirtualSystem {
        hardware = List.copyOf(hardware);
        products = List.copyOf(products);
        sections = List.copyOf(sections);
    }

    /** A machine with hardware only. */
    public static VirtualSystem of(String id, OperatingSystemSection system, VirtualHardwareSection hardware) {
        return new VirtualSystem(
                id,
                Optional.of(id),
                "A virtual machine",
                Optional.of(system),
                List.of(hardware),
                List.of(),
                Optional.empty(),
                List.of(),
                Extensions.NONE);
    }

    /** This machine with other products. */
    public VirtualSystem withProducts(List<ProductSection> other) {
        return new VirtualSystem(id, name, info, operatingSystem, hardware, other, annotation, sections, extensions);
    }
}
