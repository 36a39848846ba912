package org.stretchdeploy.ovf;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.namespace.QName;

/**
 * Guest operating system.
 *
 * @param id number from CIM_OperatingSystem; 101 is a 64-bit Linux
 * @param version version, if told
 * @param info text for people
 * @param description name of the system
 * @param extensions what is kept beyond the specification, for instance {@code vmw:osType}
 */
public record OperatingSystemSection(
        int id, Optional<String> version, String info, Optional<String> description, Extensions extensions) {
    /** A 64-bit Linux. */
    public static OperatingSystemSection linux64() {
        return new OperatingSystemSection(
                101,
                Optional.empty(),
                "The guest operating system",
                Optional.of("Other Linux (64-bit)"),
                new Extensions(Map.of(new QName(OvfNamespaces.VMW, "osType", "vmw"), "otherLinux64Guest"), List.of()));
    }
}
