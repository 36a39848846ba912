package org.stretchdeploy.ovf.disk;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;

/** The text inside a VMDK that describes it. */
final class VmdkDescriptor {
    private static final Pattern EXTENT =
            Pattern.compile("(RW|RDONLY|NOACCESS)\\s+(\\d{1,15})\\s+([A-Z]+)(\\s+\"([^\"]*)\".*)?");

    private VmdkDescriptor() {}

    /** The descriptor of a disk that our writer makes, padded with zeros to a number of sectors. */
    static byte[] write(long capacitySectors, String adapterType, int sectors) {
        boolean ide = adapterType.equals("ide");
        int heads = ide ? 16 : 255;
        long cylinders = Math.min(capacitySectors / (63L * heads), ide ? 16383 : 65535);
        // the content id only has to differ from the "no parent" value; a fixed rule keeps the output deterministic
        long contentId = (capacitySectors * 2654435761L & 0x7fffffffL) | 0x10000000L;
        String template = """
                # Disk DescriptorFile
                version=1
                CID=%08x
                parentCID=ffffffff
                createType="streamOptimized"

                # Extent description
                RW %d SPARSE "disk.vmdk"

                # The Disk Data Base
                #DDB

                ddb.adapterType = "%s"
                ddb.geometry.cylinders = "%d"
                ddb.geometry.heads = "%d"
                ddb.geometry.sectors = "63"
                ddb.virtualHWVersion = "4"
                """;
        String text = String.format(Locale.ROOT, template, contentId, capacitySectors, adapterType, cylinders, heads);
        byte[] padded = new byte[sectors * SparseHeader.SECTOR];
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, padded, 0, bytes.length);
        return padded;
    }

    /**
     * Checks an embedded descriptor: one sparse extent of the right size, no parent, no other file.
     *
     * @return the key-value lines, keys in lower case
     */
    static Map<String, String> check(byte[] descriptor, long capacitySectors) throws OvfException {
        int end = 0;
        while (end < descriptor.length && descriptor[end] != 0) {
            end++;
        }
        Map<String, String> values = new TreeMap<>();
        List<Matcher> extents = new ArrayList<>();
        for (String raw : new String(descriptor, 0, end, StandardCharsets.ISO_8859_1).split("\\R")) {
            String line = raw.strip();
            Matcher extent = EXTENT.matcher(line);
            if (extent.matches()) {
                extents.add(extent);
            } else if (!line.isEmpty() && !line.startsWith("#") && line.indexOf('=') > 0) {
                int equals = line.indexOf('=');
                values.put(
                        line.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                        line.substring(equals + 1).strip().replaceAll("^\"|\"$", ""));
            }
        }
        String type = values.getOrDefault("createtype", "");
        if (!type.equalsIgnoreCase("streamOptimized")) {
            throw external("The VMDK calls itself " + (type.isEmpty() ? "nothing" : type) + ", not streamOptimized.");
        }
        if (!values.getOrDefault("parentcid", "ffffffff").equalsIgnoreCase("ffffffff")
                || values.containsKey("parentfilenamehint")) {
            throw external("The VMDK is a child of another disk.");
        }
        if (extents.size() != 1 || !extents.get(0).group(3).equals("SPARSE")) {
            throw external("The VMDK keeps its contents in other files or in several extents.");
        }
        // some writers round one of the two to whole grains
        if (Math.abs(Long.parseLong(extents.get(0).group(2)) - capacitySectors) >= SparseHeader.GRAIN_SECTORS) {
            throw SparseHeader.damaged("its descriptor and its header tell different capacities");
        }
        return values;
    }

    private static OvfException external(String what) {
        return new OvfException(OvfProblem.UNSUPPORTED, what + " Convert it to one streamOptimized file.");
    }
}
