package org.stretchdeploy.ovf;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.stretchdeploy.ovf.xml.XmlElement;

/**
 * A whole descriptor.
 *
 * @param version generation of the envelope
 * @param references the files of the package, in the order in which an archive holds them
 * @param disks the disks, if any
 * @param networks the networks, if any
 * @param content the machine, or the collection of machines
 * @param sections other sections directly in the envelope, kept as they are
 * @param extensions foreign attributes and elements of the envelope
 */
public record Envelope(
        OvfVersion version,
        List<FileReference> references,
        Optional<DiskSection> disks,
        Optional<NetworkSection> networks,
        Content content,
        List<XmlElement> sections,
        Extensions extensions) {
    public Envelope {
        references = List.copyOf(references);
        sections = List.copyOf(sections);
        Objects.requireNonNull(version);
        Objects.requireNonNull(content);
    }

    /** An envelope of OVF 1.1 with nothing foreign in it. */
    public static Envelope of(
            List<FileReference> references, DiskSection disks, NetworkSection networks, Content content) {
        return new Envelope(
                OvfVersion.V1,
                references,
                Optional.of(disks),
                Optional.of(networks),
                content,
                List.of(),
                Extensions.NONE);
    }

    /** All machines, depth first in document order. */
    public List<VirtualSystem> virtualSystems() {
        List<VirtualSystem> found = new ArrayList<>();
        collect(content, found);
        return found;
    }

    /** The file with this id. */
    public Optional<FileReference> file(String id) {
        return references.stream().filter(f -> f.id().equals(id)).findFirst();
    }

    /** The disk with this id. */
    public Optional<Disk> disk(String diskId) {
        return disks.stream()
                .flatMap(s -> s.disks().stream())
                .filter(d -> d.diskId().equals(diskId))
                .findFirst();
    }

    private static void collect(Content content, List<VirtualSystem> found) {
        if (content instanceof VirtualSystem system) {
            found.add(system);
        } else if (content instanceof VirtualSystemCollection collection) {
            collection.members().forEach(member -> collect(member, found));
        }
    }
}
