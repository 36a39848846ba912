package org.stretchdeploy.director.internal.cloud;

import java.util.ArrayList;
import java.util.List;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.model.GuestCustomization;
import org.stretchdeploy.director.internal.model.ProductSection;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Reads sections of a machine. */
public final class VmSections {
    private VmSections() {}

    /** @param before what is kept of parts that the section does not mention */
    public static GuestCustomization customization(XmlElement e, GuestCustomization before) {
        return new GuestCustomization(
                flag(e, "Enabled", before.enabled()),
                flag(e, "ChangeSid", before.changeSid()),
                flag(e, "AdminPasswordEnabled", before.adminPasswordEnabled()),
                flag(e, "AdminPasswordAuto", before.adminPasswordAuto()),
                flag(e, "ResetPasswordRequired", before.resetPasswordRequired()),
                e.first("CustomizationScript").map(XmlElement::text).orElse(before.script()),
                e.filled("ComputerName").orElse(before.computerName()));
    }

    /** The product sections among an element's children. */
    public static List<ProductSection> products(List<XmlElement> sections) {
        List<ProductSection> all = new ArrayList<>();
        for (XmlElement e : sections) {
            List<ProductSection.Property> properties = new ArrayList<>();
            for (XmlElement p : e.all("Property")) {
                properties.add(new ProductSection.Property(
                        ovf(p, "key", ""),
                        ovf(p, "type", "string"),
                        p.first("Value").map(v -> ovf(v, "value", "")).orElse(ovf(p, "value", "")),
                        p.textOf("Label").orElse(""),
                        p.textOf("Description").orElse(""),
                        Boolean.parseBoolean(ovf(p, "userConfigurable", "false"))));
            }
            if (properties.stream().anyMatch(p -> p.key().isEmpty())) {
                throw ApiException.badRequest("A property of a product section has no key.");
            }
            all.add(new ProductSection(
                    ovf(e, "class", ""),
                    ovf(e, "instance", ""),
                    e.textOf("Info").orElse(""),
                    e.textOf("Product").orElse(""),
                    e.textOf("Vendor").orElse(""),
                    e.textOf("Version").orElse(""),
                    List.copyOf(properties)));
        }
        return all;
    }

    private static String ovf(XmlElement e, String attribute, String otherwise) {
        return e.attributeOf(Ns.OVF, attribute)
                .or(() -> e.attributeOf(e.namespace(), attribute))
                .or(() -> e.attribute(attribute))
                .orElse(otherwise);
    }

    private static boolean flag(XmlElement e, String name, boolean otherwise) {
        return e.filled(name).map(Boolean::parseBoolean).orElse(otherwise);
    }
}
