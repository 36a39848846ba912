package org.stretchdeploy.director.internal.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;

/**
 * The JSON form of an answer of the XML surface: attributes and elements become properties with a small first letter,
 * elements that may occur several times become lists, sections are gathered under {@code section}.
 */
final class JsonTwin {
    private static final Set<String> LISTS = Set.of(
            "Link",
            "Task",
            "Vm",
            "File",
            "Org",
            "Network",
            "NetworkConfig",
            "NetworkConnection",
            "CatalogItem",
            "ResourceEntity",
            "MetadataEntry",
            "NatRule",
            "FirewallRule",
            "IpScope",
            "IpRange",
            "DiskSettings",
            "Item",
            "VersionInfo",
            "VdcStorageProfile",
            "SupportedHardwareVersion",
            "ProductSection",
            "Property",
            "Reference");
    private static final Set<String> NUMBERS = Set.of(
            "status",
            "progress",
            "total",
            "page",
            "pageSize",
            "majorErrorCode",
            "size",
            "bytesTransferred",
            "networkConnectionIndex",
            "primaryNetworkConnectionIndex",
            "sizeMb",
            "numCpus",
            "configured");

    private JsonTwin() {}

    static ObjectNode of(XmlElement element) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.putObject("otherAttributes");
        element.attributes().forEach((name, value) -> put(node, lower(name.local()), value, element));
        for (XmlElement child : element.children()) {
            if (child.name().endsWith("Record")) {
                ObjectNode record = of(child);
                record.put("_type", "QueryResult" + child.name() + "Type");
                node.withArray("record").add(record);
            } else if (child.name().endsWith("Section") && child.namespace().equals(Ns.VCLOUD)
                    || child.namespace().equals(Ns.OVF) && child.name().endsWith("Section")) {
                ObjectNode section = of(child);
                section.put("_type", child.name() + "Type");
                node.withArray("section").add(section);
            } else if (LISTS.contains(child.name())) {
                node.withArray(lower(child.name())).add(of(child));
            } else if (child.children().isEmpty() && child.attributes().isEmpty()) {
                put(node, lower(child.name()), child.text(), child);
            } else {
                node.set(lower(child.name()), of(child));
            }
        }
        if (element.children().isEmpty() && !element.text().isEmpty()) {
            node.put("value", element.text());
        }
        ArrayNode extensions = node.putArray("vCloudExtension");
        extensions.removeAll();
        return node;
    }

    private static void put(ObjectNode node, String key, String value, XmlElement from) {
        if (value.equals("true") || value.equals("false")) {
            node.put(key, Boolean.parseBoolean(value));
        } else if (NUMBERS.contains(key)
                && value.matches("-?\\d{1,18}")
                && !from.name().endsWith("Record")) {
            node.put(key, Long.parseLong(value));
        } else {
            node.put(key, value);
        }
    }

    /** {@code MACAddress} becomes {@code macAddress}, {@code VAppScopedLocalId} becomes {@code vAppScopedLocalId}. */
    private static String lower(String name) {
        int capitals = 0;
        while (capitals < name.length() && Character.isUpperCase(name.charAt(capitals))) {
            capitals++;
        }
        int change =
                capitals <= 1 || name.startsWith("VA") || name.startsWith("VC") ? Math.min(capitals, 1) : capitals - 1;
        return name.substring(0, change).toLowerCase(java.util.Locale.ROOT) + name.substring(change);
    }
}
