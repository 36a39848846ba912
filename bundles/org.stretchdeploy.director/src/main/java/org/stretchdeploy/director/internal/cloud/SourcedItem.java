package org.stretchdeploy.director.internal.cloud;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;

/**
 * One SourcedItem of the compose family of requests.
 *
 * @param source      href of a VM, a VM of a template, a vApp or a template
 * @param assignments inner network to network of the vApp
 */
public record SourcedItem(
        String source,
        boolean sourceDelete,
        Optional<String> name,
        Optional<String> description,
        boolean regenerateBiosUuid,
        Optional<String> localId,
        Optional<List<NicRequest>> nics,
        int primaryNic,
        Map<String, String> assignments,
        Optional<XmlElement> customization,
        List<XmlElement> products) {

    public static SourcedItem read(XmlElement e) {
        String source = e.first("Source")
                .flatMap(r -> r.attribute("href").or(() -> r.attribute("id")))
                .orElseThrow(() -> ApiException.badRequest("A sourced item has no source."));
        Optional<XmlElement> general = e.first("VmGeneralParams");
        Optional<XmlElement> params = e.first("InstantiationParams");
        Optional<XmlElement> section = params.flatMap(p -> p.first("NetworkConnectionSection"));
        Map<String, String> assignments = new LinkedHashMap<>();
        e.all("NetworkAssignment")
                .forEach(a -> assignments.put(
                        a.attribute("innerNetwork").orElse(""),
                        a.attribute("containerNetwork").orElse("none")));
        return new SourcedItem(
                source,
                e.attribute("sourceDelete").map(Boolean::parseBoolean).orElse(false),
                general.flatMap(g -> g.filled("Name")),
                general.flatMap(g -> g.first("Description")).map(XmlElement::text),
                general.flatMap(g -> g.filled("RegenerateBiosUuid"))
                        .map(Boolean::parseBoolean)
                        .orElse(false),
                e.filled("VAppScopedLocalId"),
                section.filter(c -> !c.all("NetworkConnection").isEmpty()).map(NicRequest::read),
                section.map(NicRequest::primaryIndex).orElse(0),
                assignments,
                params.flatMap(p -> p.first("GuestCustomizationSection")),
                params.map(p -> p.all(Ns.OVF, "ProductSection")).orElse(List.of()));
    }

    /** An item that takes a whole vApp or template as it is. */
    public static SourcedItem whole(String source, boolean sourceDelete) {
        return new SourcedItem(
                source,
                sourceDelete,
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                0,
                Map.of(),
                Optional.empty(),
                List.of());
    }
}
