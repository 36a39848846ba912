package org.stretchdeploy.ovf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import javax.xml.namespace.QName;
import org.junit.jupiter.api.Test;

class OvfReaderTest {
    private final Envelope shop = read(Samples.CLOUD_DIRECTOR);
    private final VirtualSystem web = shop.virtualSystems().get(0);

    @Test
    void readsFilesDisksAndNetworks() {
        assertThat(shop.version()).isEqualTo(OvfVersion.V1);
        assertThat(shop.references()).containsExactly(FileReference.of("file1", "vm-1-disk-0.vmdk", 100));
        Disk disk = shop.disk("vmdisk1").orElseThrow();
        assertThat(disk.capacityBytes()).hasValue(16 << 20);
        assertThat(disk.populatedSize()).hasValue(65536);
        assertThat(shop.networks().orElseThrow().networks().get(0).description())
                .hasValue("inner & routed");
    }

    @Test
    void readsTheHardware() {
        VirtualHardwareSection hardware = web.hardware().get(0);
        assertThat(hardware.cpus()).isEqualTo(2);
        assertThat(hardware.memoryBytes()).isEqualTo(256L << 20);
        assertThat(hardware.systemTypes()).containsExactly("vmx-14");
        assertThat(hardware.networkAdapters())
                .containsExactly(new NetworkAdapter(
                        "1",
                        0,
                        Optional.of("00:50:56:01:02:0a"),
                        Optional.of("internal"),
                        Optional.of("VMXNET3"),
                        true));
        assertThat(hardware.diskDrives())
                .containsExactly(new DiskDrive("2000", Optional.of("2"), 0, Optional.of("vmdisk1"), Optional.empty()));
        assertThat(hardware.controllers()).hasSize(1);
    }

    @Test
    void keepsTheAddressThatCloudDirectorPutsOnAConnection() {
        var connection = web.hardware()
                .get(0)
                .ofType(ResourceType.ETHERNET_ADAPTER)
                .get(0)
                .setting("Connection");
        assertThat(connection.orElseThrow().attribute(new QName(OvfNamespaces.VCLOUD, "ipAddress")))
                .hasValue("192.168.55.10");
    }

    @Test
    void keepsCloudDirectorsSectionsWhereTheyWere() {
        assertThat(shop.sections()).extracting(s -> s.name().getLocalPart()).containsExactly("NetworkConfigSection");
        assertThat(web.sections())
                .extracting(s -> s.name().getLocalPart())
                .containsExactly("GuestCustomizationSection", "NetworkConnectionSection");
        var collection = (VirtualSystemCollection) shop.content();
        assertThat(collection.sections())
                .extracting(s -> s.name().getLocalPart())
                .containsExactly("CustomizationSection");
        assertThat(collection.startup().orElseThrow().items().get(0).startDelaySeconds())
                .isEqualTo(5);
    }

    @Test
    void readsPropertiesWithTheirFullName() {
        ProductSection product = web.products().get(0);
        assertThat(product.fullName(product.properties().get(0))).isEqualTo("org.example.mode");
    }

    @Test
    void readsVersionTwo() {
        Envelope two = read(Samples.VERSION_2);
        VirtualHardwareSection hardware = two.virtualSystems().get(0).hardware().get(0);
        assertThat(two.version()).isEqualTo(OvfVersion.V2);
        assertThat(hardware.cpus()).isEqualTo(4);
        assertThat(hardware.networkAdapters().get(0).mac()).hasValue("52:54:00:00:00:01");
        assertThat(hardware.networkAdapters().get(0).index()).isEqualTo(3);
    }

    @Test
    void writingAndReadingGivesTheSame() {
        assertThat(readBytes(OvfWriter.write(shop))).isEqualTo(shop);
        Envelope two = read(Samples.VERSION_2);
        assertThat(readBytes(OvfWriter.write(two))).isEqualTo(two);
    }

    @Test
    void writingIsDeterministic() {
        assertThat(OvfWriter.write(shop)).isEqualTo(OvfWriter.write(readBytes(OvfWriter.write(shop))));
    }

    @Test
    void aSecretDoesNotShow() {
        Property secret =
                new Property("token", "string", "abc", true, true, Optional.empty(), Optional.empty(), Extensions.NONE);
        assertThat(secret.toString()).doesNotContain("abc");
    }

    private static Envelope read(String text) {
        return readBytes(Samples.bytes(text));
    }

    private static Envelope readBytes(byte[] bytes) {
        try {
            return new OvfReader().read(bytes);
        } catch (OvfException e) {
            throw new AssertionError(e.problem() + ": " + e.getMessage(), e);
        }
    }
}
