package org.stretchdeploy.vendor.vcd.internal.xml;

import java.util.Map;

/** The XML namespaces of the Cloud Director API, with the prefixes that this adapter writes. */
final class Names {
    static final String VCLOUD = "http://www.vmware.com/vcloud/v1.5";
    private static final Map<String, String> BY_PREFIX = Map.of(
            "ovf", "http://schemas.dmtf.org/ovf/envelope/1",
            "rasd", "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData",
            "vmw", "http://www.vmware.com/schema/ovf",
            "vcloud", VCLOUD,
            "xsi", "http://www.w3.org/2001/XMLSchema-instance",
            "versions", "http://www.vmware.com/vcloud/versions");

    /** A name with its namespace; written without prefix when it is of the vCloud namespace. */
    record Name(String namespace, String local, String qualified) {}

    private Names() {}

    static Name element(String name) {
        return resolve(name, VCLOUD);
    }

    static Name attribute(String name) {
        return resolve(name, null);
    }

    private static Name resolve(String name, String namespaceWithoutPrefix) {
        int colon = name.indexOf(':');
        if (colon < 0) {
            return new Name(namespaceWithoutPrefix, name, name);
        }
        String prefix = name.substring(0, colon);
        String namespace = BY_PREFIX.get(prefix);
        if (namespace == null) {
            throw new IllegalArgumentException("unknown prefix: " + name);
        }
        return new Name(namespace, name.substring(colon + 1), name);
    }
}
