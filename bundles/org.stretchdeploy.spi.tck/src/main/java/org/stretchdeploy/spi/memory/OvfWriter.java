package org.stretchdeploy.spi.memory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.State.DiskState;
import org.stretchdeploy.spi.memory.State.TemplateState;
import org.stretchdeploy.spi.memory.State.VmState;

/** Writes a template as an OVF 1.1 package that keeps identities. Disks are written as their bytes are. */
final class OvfWriter {
    static final String DESCRIPTOR = "descriptor.ovf";
    private static final String HEAD = """
        <?xml version="1.0" encoding="UTF-8"?>
        <ovf:Envelope xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData" xmlns:vcloud="http://www.vmware.com/vcloud/v1.5">
        """;
    private final StringBuilder xml = new StringBuilder(HEAD);
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<DiskState, String> diskIds = new LinkedHashMap<>();

    private OvfWriter() {}

    static OvfPackage write(TemplateState template) {
        return new OvfWriter().build(template);
    }

    private OvfPackage build(TemplateState template) {
        int number = 0;
        for (VmState vm : template.vms) {
            for (DiskState disk : vm.disks) {
                String id = "disk" + ++number;
                diskIds.put(disk, id);
                files.put(id + ".vmdk", disk.content);
            }
        }
        references();
        networks(template);
        xml.append("  <ovf:VirtualSystemCollection ovf:id=\"")
                .append(escaped(template.name))
                .append("\">\n");
        xml.append("    <ovf:Info>Virtual machines of one vApp</ovf:Info>\n");
        xml.append("    <ovf:Name>").append(escaped(template.name)).append("</ovf:Name>\n");
        startup(template);
        template.vms.forEach(this::virtualSystem);
        xml.append("  </ovf:VirtualSystemCollection>\n</ovf:Envelope>\n");
        byte[] descriptor = xml.toString().getBytes(StandardCharsets.UTF_8);
        return new OvfPackage(descriptor, manifest(descriptor).getBytes(StandardCharsets.UTF_8), files);
    }

    private void references() {
        xml.append("  <ovf:References>\n");
        diskIds.forEach((disk, id) -> xml.append("    <ovf:File ovf:id=\"file-")
                .append(id)
                .append("\" ovf:href=\"")
                .append(id)
                .append(".vmdk\" ovf:size=\"")
                .append(disk.content.length)
                .append("\"/>\n"));
        xml.append("  </ovf:References>\n  <ovf:DiskSection>\n    <ovf:Info>Virtual disks</ovf:Info>\n");
        diskIds.forEach(
                (disk, id) -> xml.append("    <ovf:Disk ovf:diskId=\"")
                        .append(id)
                        .append("\" ovf:fileRef=\"file-")
                        .append(id)
                        .append("\" ovf:capacity=\"")
                        .append(disk.disk.capacityMb())
                        .append("\" ovf:capacityAllocationUnits=\"byte * 2^20\"")
                        .append(
                                " ovf:format=\"http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized\"/>\n"));
        xml.append("  </ovf:DiskSection>\n");
    }

    private void networks(TemplateState template) {
        var names = new TreeSet<String>();
        template.vms.forEach(vm -> vm.nics.forEach(nic -> names.add(connection(nic))));
        xml.append("  <ovf:NetworkSection>\n    <ovf:Info>Networks</ovf:Info>\n");
        names.forEach(name ->
                xml.append("    <ovf:Network ovf:name=\"").append(escaped(name)).append("\"/>\n"));
        xml.append("  </ovf:NetworkSection>\n");
    }

    private void startup(TemplateState template) {
        xml.append("    <ovf:StartupSection>\n      <ovf:Info>Start order</ovf:Info>\n");
        for (VApp.Startup entry : template.startup) {
            xml.append("      <ovf:Item ovf:id=\"")
                    .append(escaped(entry.vm()))
                    .append("\" ovf:order=\"")
                    .append(entry.order())
                    .append("\" ovf:startAction=\"")
                    .append(escaped(entry.startAction()))
                    .append("\" ovf:startDelay=\"")
                    .append(entry.startDelaySeconds())
                    .append("\" ovf:stopAction=\"")
                    .append(escaped(entry.stopAction()))
                    .append("\" ovf:stopDelay=\"")
                    .append(entry.stopDelaySeconds())
                    .append("\"/>\n");
        }
        xml.append("    </ovf:StartupSection>\n");
    }

    private void virtualSystem(VmState vm) {
        xml.append("    <ovf:VirtualSystem ovf:id=\"").append(escaped(vm.name)).append("\">\n");
        xml.append("      <ovf:Info>A virtual machine</ovf:Info>\n      <ovf:Name>")
                .append(escaped(vm.name))
                .append("</ovf:Name>\n");
        xml.append("      <ovf:AnnotationSection><ovf:Info>Description</ovf:Info><ovf:Annotation>")
                .append(escaped(vm.description))
                .append("</ovf:Annotation></ovf:AnnotationSection>\n");
        xml.append("      <ovf:OperatingSystemSection ovf:id=\"1\" ovf:version=\"")
                .append(escaped(vm.hardware.osType()))
                .append("\"><ovf:Info>Guest system</ovf:Info></ovf:OperatingSystemSection>\n");
        xml.append("      <vcloud:GuestCustomizationSection"
                        + " ovf:required=\"false\"><ovf:Info>Guest</ovf:Info><vcloud:ComputerName>")
                .append(escaped(vm.hardware.computerName()))
                .append("</vcloud:ComputerName></vcloud:GuestCustomizationSection>\n");
        properties(vm);
        hardware(vm);
        xml.append("    </ovf:VirtualSystem>\n");
    }

    private void properties(VmState vm) {
        if (vm.properties.isEmpty()) {
            return;
        }
        xml.append("      <ovf:ProductSection>\n        <ovf:Info>Properties</ovf:Info>\n");
        vm.properties.forEach((key, value) -> xml.append("        <ovf:Property ovf:key=\"")
                .append(escaped(key))
                .append("\" ovf:type=\"string\" ovf:userConfigurable=\"true\" ovf:value=\"")
                .append(escaped(value))
                .append("\"/>\n"));
        xml.append("      </ovf:ProductSection>\n");
    }

    private void hardware(VmState vm) {
        xml.append("      <ovf:VirtualHardwareSection>\n        <ovf:Info>Hardware</ovf:Info>\n");
        xml.append("        <ovf:System><vssd:ElementName>Virtual Hardware"
                        + " Family</vssd:ElementName><vssd:InstanceID>0</vssd:InstanceID>")
                .append("<vssd:VirtualSystemType>")
                .append(escaped(vm.hardware.version()))
                .append("</vssd:VirtualSystemType></ovf:System>\n");
        item(
                element("CoresPerSocket", "vcloud", vm.hardware.coresPerSocket()),
                1,
                3,
                "VirtualQuantity",
                vm.hardware.cpus());
        item("", 2, 4, "VirtualQuantity", vm.hardware.memoryMb());
        int instance = 10;
        for (DiskState disk : vm.disks) {
            item(
                    element("AddressOnParent", "rasd", disk.disk.unit())
                            + element("HostResource", "rasd", "ovf:/disk/" + diskIds.get(disk))
                            + element("ResourceSubType", "rasd", disk.disk.bus()),
                    instance++,
                    17,
                    "Description",
                    disk.disk.id());
        }
        for (Vm.Nic nic : vm.nics) {
            nic(nic, instance++);
        }
        xml.append("      </ovf:VirtualHardwareSection>\n");
    }

    private void nic(Vm.Nic nic, int instance) {
        String connection = "<rasd:Connection vcloud:ipAddressingMode=\"" + nic.allocation() + "\""
                + nic.address()
                        .map(address -> " vcloud:ipAddress=\"" + escaped(address) + "\"")
                        .orElse("")
                + " vcloud:primaryNetworkConnection=\"" + nic.primary() + "\">" + escaped(connection(nic))
                + "</rasd:Connection>";
        item(
                element("Address", "rasd", nic.mac())
                        + element("AddressOnParent", "rasd", nic.index())
                        + element("AutomaticAllocation", "rasd", nic.connected())
                        + connection
                        + element("ResourceSubType", "rasd", nic.adapter()),
                instance,
                10,
                "Description",
                "NIC " + nic.index());
    }

    private void item(String content, int instance, int type, String lastName, Object lastValue) {
        xml.append("        <ovf:Item>")
                .append(element("ElementName", "rasd", "item " + instance))
                .append(element("InstanceID", "rasd", instance))
                .append(element("ResourceType", "rasd", type))
                .append(content)
                .append(element(lastName, "rasd", lastValue))
                .append("</ovf:Item>\n");
    }

    private static String connection(Vm.Nic nic) {
        return nic.network().isEmpty() ? "none" : nic.network();
    }

    private static String element(String name, String prefix, Object value) {
        String tag = prefix + ":" + name;
        return "<" + tag + ">" + escaped(String.valueOf(value)) + "</" + tag + ">";
    }

    private static String escaped(String text) {
        var result = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> result.append("&amp;");
                case '<' -> result.append("&lt;");
                case '>' -> result.append("&gt;");
                case '"' -> result.append("&quot;");
                case '\n' -> result.append("&#10;");
                case '\t' -> result.append("&#9;");
                case '\r' -> result.append("&#13;");
                default -> result.appendCodePoint(c < ' ' ? '?' : c);
            }
        });
        return result.toString();
    }

    private String manifest(byte[] descriptor) {
        var text = new StringBuilder("SHA256(" + DESCRIPTOR + ")= " + sha256(descriptor) + "\n");
        files.forEach((name, content) -> text.append("SHA256(")
                .append(name)
                .append(")= ")
                .append(sha256(content))
                .append('\n'));
        return text.toString();
    }

    /** Digests by file name; lines of other forms are passed over. */
    static Map<String, String> digests(String manifest) {
        var result = new TreeMap<String, String>();
        var line = java.util.regex.Pattern.compile("SHA256\\s*\\((.{1,255})\\)\\s*=\\s*([0-9a-fA-F]{64})\\s*");
        manifest.lines()
                .map(line::matcher)
                .filter(java.util.regex.Matcher::matches)
                .forEach(match -> result.put(match.group(1), match.group(2).toLowerCase(java.util.Locale.ROOT)));
        return result;
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
