package org.stretchdeploy.ovf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptors made to harm, and descriptors that contradict themselves. */
class HostileDescriptorTest {
    private static final String GOOD = Samples.CLOUD_DIRECTOR;

    static Stream<Arguments> hostile() {
        String head = "<?xml version=\"1.0\"?>";
        return Stream.of(
                refused(
                        "external entity",
                        OvfProblem.ACTIVE_XML,
                        withDoctype("<!ENTITY x SYSTEM \"file:///etc/passwd\">", "&x;")),
                refused(
                        "parameter entity",
                        OvfProblem.ACTIVE_XML,
                        withDoctype("<!ENTITY % p SYSTEM \"http://127.0.0.1:1/p\"> %p;", "")),
                refused("billion laughs", OvfProblem.ACTIVE_XML, withDoctype(laughs(), "&l9;")),
                refused(
                        "empty document type",
                        OvfProblem.ACTIVE_XML,
                        GOOD.replace("<ovf:Envelope ", "<!DOCTYPE Envelope><ovf:Envelope ")),
                refused("undeclared entity", OvfProblem.ACTIVE_XML, GOOD.replace("A vApp", "&nbsp;")),
                refused(
                        "inclusion",
                        OvfProblem.ACTIVE_XML,
                        GOOD.replace(
                                "<ovf:Info>A vApp</ovf:Info>",
                                "<ovf:Info><x:include xmlns:x=\"http://www.w3.org/2001/XInclude\""
                                        + " href=\"file:///etc/passwd\"/></ovf:Info>")),
                refused("too deep", OvfProblem.TOO_LARGE, head + "<a>".repeat(100_000) + "</a>".repeat(100_000)),
                refused("too many elements", OvfProblem.TOO_LARGE, head + "<a>" + "<b/>".repeat(300_000) + "</a>"),
                refused("cut in the middle", OvfProblem.NOT_XML, GOOD.substring(0, GOOD.length() / 2)),
                refused("nothing", OvfProblem.NOT_XML, ""),
                refused("not XML", OvfProblem.NOT_XML, "PK\u0003\u0004"),
                refused("two roots", OvfProblem.NOT_XML, head + "<a/><a/>"),
                refused("control character", OvfProblem.NOT_XML, GOOD.replace("A vApp", "\u0001")),
                refused("unknown encoding", OvfProblem.NOT_XML, GOOD.replace("UTF-8", "EBCDIC-CP-US")),
                refused("not an OVF", OvfProblem.NOT_OVF, head + "<Envelope/>"),
                refused("OVF 0.9", OvfProblem.NOT_OVF, GOOD.replace("ovf/envelope/1", "ovf/envelope/0.9")),
                refused(
                        "required section that is not known",
                        OvfProblem.UNSUPPORTED,
                        GOOD.replace("<ovf:VirtualSystem ", "<z:Magic xmlns:z=\"urn:z\"/><ovf:VirtualSystem ")),
                refused(
                        "encrypted package",
                        OvfProblem.UNSUPPORTED,
                        Samples.VERSION_2.replace(
                                "<References/>", "<References/><EncryptionSection ovf:required=\"true\"/>")),
                refused(
                        "file id twice",
                        OvfProblem.DUPLICATE,
                        GOOD.replace(
                                "</ovf:References>",
                                "<ovf:File ovf:id=\"file1\" ovf:href=\"b.vmdk\"/></ovf:References>")),
                refused(
                        "file name twice but for case",
                        OvfProblem.DUPLICATE,
                        GOOD.replace(
                                "</ovf:References>",
                                "<ovf:File ovf:id=\"f2\" ovf:href=\"VM-1-DISK-0.VMDK\"/></ovf:References>")),
                refused(
                        "machine id twice",
                        OvfProblem.DUPLICATE,
                        GOOD.replace(
                                "</ovf:VirtualSystemCollection>",
                                "<ovf:VirtualSystem ovf:id=\"web\"/></ovf:VirtualSystemCollection>")),
                refused(
                        "device id twice",
                        OvfProblem.DUPLICATE,
                        GOOD.replace("<rasd:InstanceID>2<", "<rasd:InstanceID>1<")),
                refused(
                        "disk without file",
                        OvfProblem.INVALID_DESCRIPTOR,
                        GOOD.replace("ovf:fileRef=\"file1\"", "ovf:fileRef=\"other\"")),
                refused(
                        "drive without disk",
                        OvfProblem.INVALID_DESCRIPTOR,
                        GOOD.replace("ovf:/disk/vmdisk1", "ovf:/disk/other")),
                refused(
                        "negative size",
                        OvfProblem.INVALID_DESCRIPTOR,
                        GOOD.replace("ovf:size=\"100\"", "ovf:size=\"-1\"")),
                refused(
                        "size over all bounds",
                        OvfProblem.INVALID_DESCRIPTOR,
                        GOOD.replace("ovf:size=\"100\"", "ovf:size=\"99999999999999999999\"")),
                refused(
                        "capacity over all bounds",
                        OvfProblem.INVALID_DESCRIPTOR,
                        GOOD.replace("byte * 2^20", "byte * 2^62")),
                refused(
                        "capacity in unknown units",
                        OvfProblem.INVALID_DESCRIPTOR,
                        GOOD.replace("byte * 2^20", "furlongs")),
                refused(
                        "no machine",
                        OvfProblem.INVALID_DESCRIPTOR,
                        head + "<Envelope xmlns=\"http://schemas.dmtf.org/ovf/envelope/1\"/>"),
                refused(
                        "two disk sections",
                        OvfProblem.INVALID_DESCRIPTOR,
                        GOOD.replace("<ovf:NetworkSection>", "<ovf:DiskSection/><ovf:NetworkSection>")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void isRefused(String what, OvfProblem problem, String descriptor) {
        assertThat(problemOf(Samples.bytes(descriptor))).isEqualTo(problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../disk.vmdk",
                "..",
                ".",
                "/etc/shadow",
                "C:\\disk.vmdk",
                "C:disk.vmdk",
                "a/b.vmdk",
                "a\\b.vmdk",
                "\\\\host\\share\\disk.vmdk",
                "//host/share",
                "file:///etc/passwd",
                "https://example.test/disk.vmdk",
                "disk.vmdk?x",
                "%2e%2e%2fdisk.vmdk",
                "disk.vmdk ",
                " disk.vmdk",
                "disk.vmdk.",
                "-rf",
                ".ssh",
                "NUL",
                "com1.vmdk",
                "a\u202edkmv.exe",
                "a\u200b.vmdk",
                "*",
                "",
                "a:stream"
            })
    void aFileNameThatCouldLeaveThePackageIsRefused(String href) {
        assertThat(problemOf(Samples.bytes(GOOD.replace("vm-1-disk-0.vmdk", href))))
                .isEqualTo(OvfProblem.UNSAFE_NAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Web Ü 1.vmdk", "дискета.vmdk", "a'b&amp;c.vmdk", "x(1).vmdk", "a$b;c.vmdk"})
    void anOddButPlainFileNameIsFine(String href) throws OvfException {
        Envelope envelope = new OvfReader().read(Samples.bytes(GOOD.replace("vm-1-disk-0.vmdk", href)));
        assertThat(envelope.references().get(0).href()).isEqualTo(href.replace("&amp;", "&"));
    }

    @Test
    void aMachineMayHaveTheNameOfItsVApp() throws OvfException {
        String text = GOOD.replace("ovf:id=\"shop\"", "ovf:id=\"web\"");
        assertThat(new OvfReader().read(Samples.bytes(text)).content().id()).isEqualTo("web");
        OvfDocument edited = OvfDocument.read(Samples.bytes(text)).withMac("web", "1", "02:00:00:00:00:09");
        assertThat(edited.envelope()
                        .virtualSystems()
                        .get(0)
                        .hardware()
                        .get(0)
                        .networkAdapters()
                        .get(0)
                        .mac())
                .hasValue("02:00:00:00:00:09");
    }

    @Test
    void aSectionThatMayBeIgnoredIsKept() throws OvfException {
        String text = GOOD.replace(
                "<ovf:VirtualSystem ",
                "<z:Magic xmlns:z=\"urn:z\" ovf:required=\"false\"><z:w/></z:Magic><ovf:VirtualSystem ");
        Envelope envelope = new OvfReader().read(Samples.bytes(text));
        assertThat(((VirtualSystemCollection) envelope.content()).sections())
                .anyMatch(s ->
                        s.name().getLocalPart().equals("Magic") && s.elements().size() == 1);
        assertThat(new OvfReader().read(OvfWriter.write(envelope))).isEqualTo(envelope);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        assertThat(problemOf(GOOD.replace("A vApp", "\u00e9").getBytes(StandardCharsets.ISO_8859_1)))
                .isEqualTo(OvfProblem.NOT_XML);
        assertThat(problemOf(GOOD.getBytes(StandardCharsets.UTF_16))).isEqualTo(OvfProblem.NOT_XML);
    }

    @Test
    void anEndlessDescriptorIsRefused() {
        OvfReader reader = new OvfReader(new OvfLimits(1000, 10, 100));
        OvfException refused =
                catchThrowableOfType(OvfException.class, () -> reader.read(new ByteArrayInputStream(new byte[2000])));
        assertThat(refused.problem()).isEqualTo(OvfProblem.TOO_LARGE);
    }

    private static OvfProblem problemOf(byte[] descriptor) {
        OvfException refused = catchThrowableOfType(OvfException.class, () -> new OvfReader().read(descriptor));
        assertThat(refused).as("must be refused").isNotNull();
        assertThat(refused).hasMessageMatching("(?s).*[a-z].*\\.$");
        return refused.problem();
    }

    private static Arguments refused(String what, OvfProblem problem, String text) {
        return Arguments.of(what, problem, text);
    }

    private static String withDoctype(String subset, String use) {
        return GOOD.replace("<ovf:Envelope ", "<!DOCTYPE Envelope [" + subset + "]><ovf:Envelope ")
                .replace("A vApp", use);
    }

    private static String laughs() {
        StringBuilder all = new StringBuilder("<!ENTITY l0 \"ha\">");
        for (int i = 1; i < 10; i++) {
            all.append("<!ENTITY l")
                    .append(i)
                    .append(" \"")
                    .append(("&l" + (i - 1) + ";").repeat(10))
                    .append("\">");
        }
        return all.toString();
    }
}
