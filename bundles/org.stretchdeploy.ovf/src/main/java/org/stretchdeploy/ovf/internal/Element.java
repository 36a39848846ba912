package org.stretchdeploy.ovf.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import javax.xml.namespace.QName;
import org.stretchdeploy.ovf.Extensions;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;
import org.stretchdeploy.ovf.xml.XmlElement;

/** An element being read: remembers what was taken from it, so that the rest can be kept as extensions. */
final class Element {
    private final XmlElement xml;
    private final String ovf;
    private final Set<QName> takenAttributes = new HashSet<>();
    private final Set<XmlElement> takenElements = Collections.newSetFromMap(new IdentityHashMap<>());

    Element(XmlElement xml, String ovf) {
        this.xml = xml;
        this.ovf = ovf;
    }

    String name() {
        return xml.name().getLocalPart();
    }

    private Optional<String> take(QName name) {
        takenAttributes.add(name);
        return xml.attribute(name);
    }

    /** An attribute in the namespace of OVF, or without one (some writers leave the prefix out). */
    Optional<String> attribute(String name) {
        Optional<String> qualified = take(new QName(ovf, name));
        return qualified.isPresent() ? qualified : take(new QName(name));
    }

    String required(String name) throws OvfException {
        return attribute(name)
                .orElseThrow(() -> invalid("The element " + name() + " lacks the attribute ovf:" + name + "."));
    }

    OptionalLong number(String name) throws OvfException {
        Optional<String> text = attribute(name);
        return text.isPresent() ? OptionalLong.of(number(name, text.get())) : OptionalLong.empty();
    }

    int smallNumber(String name, int otherwise) throws OvfException {
        long value = number(name).orElse(otherwise);
        if (value > Integer.MAX_VALUE) {
            throw invalid("The attribute ovf:" + name + " of " + name() + " is too large.");
        }
        return (int) value;
    }

    boolean flag(String name, boolean otherwise) throws OvfException {
        String text = attribute(name).orElse(Boolean.toString(otherwise)).strip();
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw invalid("The attribute ovf:" + name + " of " + name() + " is neither true nor false.");
        };
    }

    private long number(String name, String text) throws OvfException {
        if (!text.strip().matches("\\d{1,18}")) {
            throw invalid("The attribute ovf:" + name + " of " + name() + " is not a number that can be used.");
        }
        return Long.parseLong(text.strip());
    }

    /** The text of a child element of OVF, taken from the extensions. */
    Optional<String> text(String child) {
        return first(child).map(XmlElement::text);
    }

    String info() {
        return text("Info").orElse("");
    }

    Optional<XmlElement> first(String child) {
        Optional<XmlElement> found = xml.first(new QName(ovf, child));
        found.ifPresent(takenElements::add);
        return found;
    }

    List<Element> all(String child) {
        List<Element> found = new ArrayList<>();
        for (XmlElement element : xml.elements(new QName(ovf, child))) {
            takenElements.add(element);
            found.add(new Element(element, ovf));
        }
        return found;
    }

    /** Child elements that nothing has taken. */
    List<XmlElement> rest() {
        return xml.elements().stream().filter(e -> !takenElements.contains(e)).toList();
    }

    void takeAll() {
        takenElements.addAll(xml.elements());
    }

    Extensions extensions() {
        Map<QName, String> attributes = new LinkedHashMap<>(xml.attributes());
        attributes.keySet().removeAll(takenAttributes);
        return new Extensions(attributes, rest());
    }

    static OvfException invalid(String sentence) {
        return new OvfException(OvfProblem.INVALID_DESCRIPTOR, sentence + " Export the package again.");
    }
}
