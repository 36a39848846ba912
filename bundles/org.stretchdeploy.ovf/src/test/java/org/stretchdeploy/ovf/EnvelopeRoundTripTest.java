package org.stretchdeploy.ovf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.xml.namespace.QName;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.stretchdeploy.ovf.xml.XmlElement;

/** Any envelope that can be built is read back as it was written. */
class EnvelopeRoundTripTest {
    @Property(tries = 150)
    void writtenEnvelopesAreReadBack(@ForAll("envelopes") Envelope envelope) throws OvfException {
        byte[] bytes = OvfWriter.write(envelope);
        assertThat(new OvfReader().read(bytes)).isEqualTo(envelope);
        assertThat(OvfDocument.read(bytes).bytes()).isEqualTo(bytes);
    }

    @Property(tries = 100)
    void editsAreSeenAndNothingElse(@ForAll("texts") String value) throws OvfException {
        OvfDocument before = OvfDocument.read(Samples.bytes(Samples.CLOUD_DIRECTOR));
        OvfDocument after = before.withProperty("web", "org.example", "mode", value);
        assertThat(after.envelope()
                        .virtualSystems()
                        .get(0)
                        .products()
                        .get(0)
                        .properties()
                        .get(0)
                        .value())
                .isEqualTo(value);
        OvfDocument back = after.withProperty("web", "org.example", "mode", "plain");
        assertThat(back.bytes()).isEqualTo(before.bytes());
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withChars("ab &<>\"'\t\n\u00e9\u4e2d]")
                .withCharRange('0', '9')
                .ofMaxLength(20);
    }

    @Provide
    Arbitrary<Envelope> envelopes() {
        Arbitrary<List<Long>> disks =
                Arbitraries.longs().between(0, 1L << 50).list().ofMaxSize(4);
        Arbitrary<List<String>> names =
                texts().map(String::strip).list().ofMinSize(1).ofMaxSize(4);
        Arbitrary<Boolean> single = Arbitraries.of(true, false);
        return Combinators.combine(disks, names, single, sections()).as(EnvelopeRoundTripTest::envelope);
    }

    private Arbitrary<List<XmlElement>> sections() {
        Arbitrary<XmlElement> leaf = Combinators.combine(texts(), texts())
                .as((text, attribute) -> XmlElement.text(new QName("urn:x", "Leaf", "x"), text.isBlank() ? "t" : text)
                        .with(new QName("urn:y", "at", "y"), attribute)
                        .with(new QName("plain"), attribute));
        return leaf.list()
                .ofMaxSize(3)
                .map(leaves -> List.of(XmlElement.of(new QName("urn:x", "Foreign"), leaves)
                        .with(new QName(OvfVersion.V1.namespace(), "required"), "false")));
    }

    private static Envelope envelope(
            List<Long> capacities, List<String> names, boolean single, List<XmlElement> sections) {
        List<FileReference> files = new ArrayList<>();
        List<Disk> disks = new ArrayList<>();
        List<HardwareItem> items = new ArrayList<>(List.of(
                HardwareItem.cpus(1, 2),
                HardwareItem.memory(2, 512),
                HardwareItem.scsiController(3),
                HardwareItem.nic(4, 0, "net", "02:00:00:00:00:01")));
        for (int i = 0; i < capacities.size(); i++) {
            files.add(new FileReference(
                    "f" + i,
                    "disk" + i + ".vmdk",
                    i == 0 ? OptionalLong.empty() : OptionalLong.of(capacities.get(i)),
                    Optional.empty(),
                    OptionalLong.empty()));
            disks.add(Disk.of("d" + i, capacities.get(i), "f" + i));
            items.add(HardwareItem.disk(10 + i, 3, i, "d" + i));
        }
        List<Content> systems = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            VirtualSystem plain = VirtualSystem.of(
                    "vm" + i, OperatingSystemSection.linux64(), VirtualHardwareSection.of("vm" + i, "vmx-14", items));
            systems.add(new VirtualSystem(
                    plain.id(),
                    Optional.of(names.get(i)),
                    names.get(0),
                    plain.operatingSystem(),
                    plain.hardware(),
                    List.of(ProductSection.of("c", names.get(i), List.of(property(names.get(i))))),
                    Optional.of(new AnnotationSection("", names.get(i))),
                    sections,
                    new Extensions(Map.of(new QName("urn:z", "a"), names.get(i)), List.of())));
        }
        Content content = single ? systems.get(0) : VirtualSystemCollection.of("all", systems);
        NetworkSection networks = NetworkSection.of(List.of(NetworkSection.Network.of("net")));
        return Envelope.of(files, DiskSection.of(disks), networks, content);
    }

    private static org.stretchdeploy.ovf.Property property(String value) {
        return org.stretchdeploy.ovf.Property.text("k", value, value);
    }
}
