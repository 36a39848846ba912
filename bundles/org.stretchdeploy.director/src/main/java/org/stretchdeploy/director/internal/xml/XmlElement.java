package org.stretchdeploy.director.internal.xml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One element of a document: a name, attributes, and either children or text. Used both to build answers and to read
 * requests, always by namespace name and never by prefix. Not safe for use by several threads while it is built.
 */
public final class XmlElement {
    private final String namespace;
    private final String name;
    private final Map<Name, String> attributes = new LinkedHashMap<>();
    private final List<XmlElement> children = new ArrayList<>();
    private String text = "";

    private XmlElement(String namespace, String name) {
        this.namespace = namespace;
        this.name = name;
    }

    /** An attribute's name; the namespace is empty for the usual unqualified attribute. */
    public record Name(String namespace, String local) {}

    public static XmlElement of(String namespace, String name) {
        return new XmlElement(namespace, name);
    }

    /** An element of the vCloud namespace. */
    public static XmlElement vcloud(String name) {
        return new XmlElement(Ns.VCLOUD, name);
    }

    public static XmlElement ovf(String name) {
        return new XmlElement(Ns.OVF, name);
    }

    public String namespace() {
        return namespace;
    }

    public String name() {
        return name;
    }

    /** The character data, empty when the element has children. */
    public String text() {
        return text;
    }

    public List<XmlElement> children() {
        return children;
    }

    public Map<Name, String> attributes() {
        return attributes;
    }

    public boolean is(String otherNamespace, String otherName) {
        return namespace.equals(otherNamespace) && name.equals(otherName);
    }

    /** Sets an attribute; a null value leaves it out. */
    public XmlElement attribute(String attribute, Object value) {
        return attribute("", attribute, value);
    }

    public XmlElement attribute(String attributeNamespace, String attribute, Object value) {
        if (value != null) {
            attributes.put(new Name(attributeNamespace, attribute), value.toString());
        }
        return this;
    }

    public XmlElement setText(Object value) {
        text = value == null ? "" : value.toString();
        return this;
    }

    /** Appends a child with text in this element's namespace; a null value leaves it out. */
    public XmlElement child(String childName, Object value) {
        return child(namespace, childName, value);
    }

    public XmlElement child(String childNamespace, String childName, Object value) {
        if (value != null) {
            children.add(of(childNamespace, childName).setText(value));
        }
        return this;
    }

    public XmlElement add(XmlElement child) {
        children.add(child);
        return this;
    }

    public XmlElement addAll(Collection<XmlElement> more) {
        children.addAll(more);
        return this;
    }

    public XmlElement add(Optional<XmlElement> child) {
        child.ifPresent(children::add);
        return this;
    }

    public Optional<String> attribute(String attribute) {
        return Optional.ofNullable(attributes.get(new Name("", attribute)));
    }

    public Optional<String> attributeOf(String attributeNamespace, String attribute) {
        return Optional.ofNullable(attributes.get(new Name(attributeNamespace, attribute)));
    }

    /** The first child of that name in this element's namespace. */
    public Optional<XmlElement> first(String childName) {
        return first(namespace, childName);
    }

    public Optional<XmlElement> first(String childNamespace, String childName) {
        return children.stream().filter(c -> c.is(childNamespace, childName)).findFirst();
    }

    public List<XmlElement> all(String childName) {
        return all(namespace, childName);
    }

    public List<XmlElement> all(String childNamespace, String childName) {
        return children.stream().filter(c -> c.is(childNamespace, childName)).toList();
    }

    /** Text of the first child of that name, trimmed; absent when there is no such child. */
    public Optional<String> textOf(String childName) {
        return first(childName).map(c -> c.text.trim());
    }

    /** As {@link #textOf}, but an empty text counts as absent. */
    public Optional<String> filled(String childName) {
        return textOf(childName).filter(s -> !s.isEmpty());
    }

    /** This element and everything below it, in document order. */
    public Stream<XmlElement> descendants() {
        return Stream.concat(Stream.of(this), children.stream().flatMap(XmlElement::descendants));
    }

    @Override
    public String toString() {
        return XmlWriter.write(this);
    }
}
