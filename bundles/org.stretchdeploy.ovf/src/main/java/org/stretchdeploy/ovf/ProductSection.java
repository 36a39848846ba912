package org.stretchdeploy.ovf;

import java.util.List;
import java.util.Optional;

/**
 * A product inside a machine, with the properties that can be set at deployment.
 *
 * @param productClass first part of a property's full name; empty for none
 * @param instance last part of a property's full name; empty for none
 * @param info text for people
 * @param product name of the product
 * @param vendor maker
 * @param version version
 * @param properties properties, in order
 * @param extensions what is kept beyond the specification (categories, icons, attributes)
 */
public record ProductSection(
        String productClass,
        String instance,
        String info,
        Optional<String> product,
        Optional<String> vendor,
        Optional<String> version,
        List<Property> properties,
        Extensions extensions) {
    public ProductSection {
        properties = List.copyOf(properties);
    }

    /** A product of a class with properties. */
    public static ProductSection of(String productClass, String product, List<Property> properties) {
        return new ProductSection(
                productClass,
                "",
                "Settings of the product",
                Optional.of(product),
                Optional.empty(),
                Optional.empty(),
                properties,
                Extensions.NONE);
    }

    /** The full name of a property in the guest's environment: class, key and instance joined by dots. */
    public String fullName(Property property) {
        String name = productClass.isEmpty() ? property.key() : productClass + '.' + property.key();
        return instance.isEmpty() ? name : name + '.' + instance;
    }
}
