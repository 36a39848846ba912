package org.stretchdeploy.ovf.xml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.namespace.QName;

/**
 * An element with everything below it. Immutable.
 *
 * <p>Two elements are equal when names, attributes and content are equal; prefixes and the order of attributes do not
 * count.
 *
 * @param name qualified name; its prefix is a wish for the writer
 * @param attributes attributes without namespace declarations
 * @param contentPrefixes prefixes that attribute values or text of this element refer to (for instance the one of
 *     {@code xsi:type="vcloud:X"}), with the namespace each stands for
 * @param children elements and text, in order
 */
public record XmlElement(
        QName name, Map<QName, String> attributes, Map<String, String> contentPrefixes, List<XmlNode> children)
        implements XmlNode {
    public XmlElement {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        contentPrefixes = Collections.unmodifiableMap(new TreeMap<>(contentPrefixes));
        children = List.copyOf(children);
    }

    /** An element that holds only text (none when empty). */
    public static XmlElement text(QName name, String text) {
        return new XmlElement(name, Map.of(), Map.of(), text.isEmpty() ? List.of() : List.of(new XmlText(text)));
    }

    /** An element without attributes that holds the given elements. */
    public static XmlElement of(QName name, List<? extends XmlNode> children) {
        return new XmlElement(name, Map.of(), Map.of(), List.copyOf(children));
    }

    /** This element with one attribute added or replaced. */
    public XmlElement with(QName attribute, String value) {
        Map<QName, String> all = new LinkedHashMap<>(attributes);
        all.put(attribute, value);
        return new XmlElement(name, all, contentPrefixes, children);
    }

    /** This element with the given child at the end. */
    public XmlElement with(XmlNode child) {
        List<XmlNode> all = new ArrayList<>(children);
        all.add(child);
        return new XmlElement(name, attributes, contentPrefixes, all);
    }

    /** The child elements, in order. */
    public List<XmlElement> elements() {
        List<XmlElement> found = new ArrayList<>();
        for (XmlNode child : children) {
            if (child instanceof XmlElement element) {
                found.add(element);
            }
        }
        return found;
    }

    /** The child elements with this name, in order. */
    public List<XmlElement> elements(QName wanted) {
        return elements().stream().filter(e -> e.name.equals(wanted)).toList();
    }

    /** The first child element with this name. */
    public Optional<XmlElement> first(QName wanted) {
        return elements().stream().filter(e -> e.name.equals(wanted)).findFirst();
    }

    /** All text directly in this element, without surrounding white space. */
    public String text() {
        StringBuilder all = new StringBuilder();
        for (XmlNode child : children) {
            if (child instanceof XmlText text) {
                all.append(text.value());
            }
        }
        return all.toString().strip();
    }

    /** The value of an attribute. */
    public Optional<String> attribute(QName wanted) {
        return Optional.ofNullable(attributes.get(wanted));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof XmlElement that
                && name.equals(that.name)
                && attributes.equals(that.attributes)
                && children.equals(that.children);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, attributes, children);
    }
}
