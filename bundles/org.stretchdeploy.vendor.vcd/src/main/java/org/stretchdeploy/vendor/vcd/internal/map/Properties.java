package org.stretchdeploy.vendor.vcd.internal.map;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/**
 * Reads and writes OVF properties in product section lists. A property is known by its key; where a product section has a
 * class or instance also by the qualified key {@code class.key.instance} of the OVF specification (DSP0243 section 9.5.1),
 * which is the one that is read back. Pure functions.
 */
public final class Properties {
    private Properties() {}

    /** Values by qualified key. */
    public static Map<String, String> read(Elem list) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Elem section : list.children("ovf:ProductSection")) {
            for (Elem property : section.children("ovf:Property")) {
                values.put(qualified(section, property), value(property));
            }
        }
        return values;
    }

    private static String value(Elem property) {
        return property.child("ovf:Value")
                .map(value -> value.attribute("ovf:value"))
                .orElseGet(() -> property.attribute("ovf:value"));
    }

    private static String qualified(Elem section, Elem property) {
        String ofClass = section.attribute("ovf:class");
        String instance = section.attribute("ovf:instance");
        return (ofClass.isEmpty() ? "" : ofClass + ".")
                + property.attribute("ovf:key")
                + (instance.isEmpty() ? "" : "." + instance);
    }

    /**
     * Sets values in place, keeping everything else; a property that is not there is added.
     */
    public static void change(Elem list, Map<String, String> wanted) {
        wanted.forEach((key, value) -> set(list, key, value));
    }

    private static void set(Elem list, String key, String value) {
        List<Elem> found = list.children("ovf:ProductSection").stream()
                .flatMap(section -> section.children("ovf:Property").stream()
                        .filter(property -> qualified(section, property).equals(key)
                                || property.attribute("ovf:key").equals(key)))
                .toList();
        if (found.isEmpty()) {
            add(list, key, value);
        }
        for (Elem property : found) {
            property.child("ovf:Value")
                    .orElseGet(() -> property.add("ovf:Value"))
                    .with("ovf:value", value);
            property.with("ovf:value", value);
        }
    }

    private static void add(Elem list, String key, String value) {
        Elem section = list.child("ovf:ProductSection").orElseGet(() -> {
            Elem made = list.insert(List.of("ovf:ProductSection", "Link"), "ovf:ProductSection");
            made.add("ovf:Info", "Properties");
            return made;
        });
        Elem property = section.add("ovf:Property")
                .with("ovf:key", key)
                .with("ovf:type", "string")
                .with("ovf:userConfigurable", "true")
                .with("ovf:value", value);
        property.add("ovf:Value").with("ovf:value", value);
    }
}
