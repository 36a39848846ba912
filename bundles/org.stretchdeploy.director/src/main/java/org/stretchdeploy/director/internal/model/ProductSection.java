package org.stretchdeploy.director.internal.model;

import java.util.List;

/** A product section of OVF (DSP0243 section 9.5). */
public record ProductSection(
        String classId,
        String instance,
        String info,
        String product,
        String vendor,
        String version,
        List<Property> properties) {

    public record Property(
            String key, String type, String value, String label, String description, boolean userConfigurable) {}

    /** Name of a property in the environment document: class and instance are part of it (DSP0243 section 9.5.1). */
    public String environmentKey(Property property) {
        StringBuilder name = new StringBuilder(property.key());
        if (!classId.isEmpty()) {
            name.insert(0, classId + ".");
        }
        if (!instance.isEmpty()) {
            name.append('.').append(instance);
        }
        return name.toString();
    }
}
