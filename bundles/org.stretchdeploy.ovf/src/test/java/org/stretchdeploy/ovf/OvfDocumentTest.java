package org.stretchdeploy.ovf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** An edit changes the characters it must, and no other. */
class OvfDocumentTest {
    @Test
    void nameAndSizeOfAFile() throws OvfException {
        assertThat(edited(Samples.CLOUD_DIRECTOR)
                        .withFile("file1", "disk & one.vmdk", 4711)
                        .bytes())
                .isEqualTo(Samples.bytes(Samples.CLOUD_DIRECTOR
                        .replace("vm-1-disk-0.vmdk", "disk &amp; one.vmdk")
                        .replace("ovf:size=\"100\"", "ovf:size=\"4711\"")));
    }

    @Test
    void anAttributeThatWasNotThereIsAdded() throws OvfException {
        String without = Samples.CLOUD_DIRECTOR.replace(" ovf:size=\"100\"", "");
        OvfDocument document = edited(without).withFile("file1", "vm-1-disk-0.vmdk", 5);
        assertThat(text(document)).isEqualTo(without.replace("<ovf:File ", "<ovf:File ovf:size=\"5\" "));
    }

    @Test
    void macAddressOfOneNic() throws OvfException {
        assertThat(text(edited(Samples.CLOUD_DIRECTOR).withMac("web", "1", "02:00:00:00:00:01")))
                .isEqualTo(Samples.CLOUD_DIRECTOR.replace(
                        "<rasd:Address>00:50:56:01:02:0A</rasd:Address>",
                        "<rasd:Address>02:00:00:00:00:01</rasd:Address>"));
    }

    @Test
    void capacityFormatAndPropertyOfAMachine() throws OvfException {
        OvfDocument document = edited(Samples.CLOUD_DIRECTOR)
                .withDiskCapacity("vmdisk1", 20L << 20)
                .withDiskFormat("vmdisk1", "urn:other")
                .withPopulatedSize("vmdisk1", 9)
                .withProperty("web", "org.example", "mode", "a \"quoted\" <value>\n");
        Disk disk = document.envelope().disk("vmdisk1").orElseThrow();
        assertThat(disk.capacityBytes()).hasValue(20L << 20);
        assertThat(disk.format()).hasValue("urn:other");
        assertThat(disk.populatedSize()).hasValue(9);
        assertThat(document.envelope()
                        .virtualSystems()
                        .get(0)
                        .products()
                        .get(0)
                        .properties()
                        .get(0)
                        .value())
                .isEqualTo("a \"quoted\" <value>\n");
        assertThat(text(document)).contains("<!-- exported for a test -->").contains("ovf:msgid=\"l1\"");
    }

    @Test
    void trapsInTheTextDoNotMislead() throws OvfException {
        String trapped = Samples.CLOUD_DIRECTOR
                .replace(
                        "<ovf:References>",
                        "<ovf:References><!-- <ovf:File ovf:id=\"file1\" ovf:href=\"no\"/> -->"
                                + "<?x <ovf:File ovf:id=\"file1\"/>?>")
                .replace("<ovf:Info>A vApp</ovf:Info>", "<ovf:Info><![CDATA[<ovf:File ovf:id=\"file1\"/>]]></ovf:Info>")
                .replace("ovf:href=\"vm-1-disk-0.vmdk\"", "ovf:href = 'vm-1-disk-0.vmdk'\n");
        assertThat(text(edited(trapped).withFile("file1", "it's.vmdk", 100)))
                .isEqualTo(trapped.replace("vm-1-disk-0.vmdk", "it&apos;s.vmdk"));
    }

    @Test
    void encodingAndByteOrderMarkStay() throws OvfException {
        String latin = Samples.CLOUD_DIRECTOR.replace("UTF-8", "ISO-8859-1").replace("A vApp", "\u00e9t\u00e9");
        OvfDocument document = OvfDocument.read(latin.getBytes(StandardCharsets.ISO_8859_1))
                .withProperty("web", "org.example", "mode", "\u00e9\u20ac");
        assertThat(new String(document.bytes(), StandardCharsets.ISO_8859_1))
                .contains("\u00e9t\u00e9")
                .contains("&#8364;");
        assertThat(document.envelope()
                        .virtualSystems()
                        .get(0)
                        .products()
                        .get(0)
                        .properties()
                        .get(0)
                        .value())
                .isEqualTo("\u00e9\u20ac");

        byte[] marked = Samples.bytes("\ufeff" + Samples.CLOUD_DIRECTOR);
        assertThat(OvfDocument.read(marked).withFile("file1", "b.vmdk", 100).bytes())
                .isEqualTo(Samples.bytes("\ufeff" + Samples.CLOUD_DIRECTOR.replace("vm-1-disk-0.vmdk", "b.vmdk")));
    }

    @Test
    void anIdThatIsNotThereIsSaid() {
        assertThatThrownBy(() -> edited(Samples.CLOUD_DIRECTOR).withFile("file9", "b.vmdk", 1))
                .isInstanceOf(OvfException.class)
                .hasMessageContaining("file9");
        assertThatThrownBy(() -> edited(Samples.CLOUD_DIRECTOR).withFile("file1", "../b", 1))
                .isInstanceOf(OvfException.class);
    }

    private static OvfDocument edited(String text) throws OvfException {
        return OvfDocument.read(Samples.bytes(text));
    }

    private static String text(OvfDocument document) {
        return new String(document.bytes(), StandardCharsets.UTF_8);
    }
}
