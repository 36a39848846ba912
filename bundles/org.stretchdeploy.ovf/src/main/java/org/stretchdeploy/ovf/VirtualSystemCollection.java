package org.stretchdeploy.ovf;

import java.util.List;
import java.util.Optional;
import org.stretchdeploy.ovf.xml.XmlElement;

/**
 * Machines that belong together.
 *
 * @param id unique id in the descriptor
 * @param name name for people
 * @param info text for people
 * @param startup order of start and stop
 * @param products properties of the whole
 * @param annotation remark
 * @param sections other sections, kept as they are (Cloud Director's network configuration is here)
 * @param members machines and inner collections
 * @param extensions foreign attributes
 */
public record VirtualSystemCollection(
        String id,
        Optional<String> name,
        String info,
        Optional<StartupSection> startup,
        List<ProductSection> products,
        Optional<AnnotationSection> annotation,
        List<XmlElement> sections,
        List<Content> members,
        Extensions extensions)
        implements Content {
    public VirtualSystemCollection {
        products = List.copyOf(products);
        sections = List.copyOf(sections);
        members = List.copyOf(members);
    }

    /** A collection of machines and nothing else. */
    public static VirtualSystemCollection of(String id, List<? extends Content> members) {
        return new VirtualSystemCollection(
                id,
                Optional.of(id),
                "A collection of virtual machines",
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                List.copyOf(members),
                Extensions.NONE);
    }
}
