package org.stretchdeploy.vendor.vcd.internal.xml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.spi.CloudException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * An XML element, to read, to build and to change in place while everything unknown in it stays.
 *
 * <p>Names are written as {@code VApp} (vCloud namespace) or with one of the prefixes {@code ovf rasd vmw xsi}; they are
 * compared by namespace, so the prefixes of a document do not matter. An attribute without prefix has no namespace. Not
 * thread-safe.
 */
public final class Elem {
    private final Element dom;

    Elem(Element dom) {
        this.dom = dom;
    }

    Element dom() {
        return dom;
    }

    /** Name without prefix. */
    public String name() {
        return dom.getLocalName();
    }

    public boolean is(String name) {
        Names.Name wanted = Names.element(name);
        return wanted.local().equals(dom.getLocalName()) && wanted.namespace().equals(dom.getNamespaceURI());
    }

    /** All child elements. */
    public List<Elem> children() {
        List<Elem> children = new ArrayList<>();
        for (Node node = dom.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(new Elem(element));
            }
        }
        return children;
    }

    public List<Elem> children(String name) {
        return children().stream().filter(child -> child.is(name)).toList();
    }

    public Optional<Elem> child(String name) {
        return children().stream().filter(child -> child.is(name)).findFirst();
    }

    /** The element at the end of a path of names; the first one where there are several. */
    public Optional<Elem> at(String... path) {
        Optional<Elem> found = Optional.of(this);
        for (String name : path) {
            found = found.flatMap(elem -> elem.child(name));
        }
        return found;
    }

    /** All elements of that name below this one, in document order. */
    public List<Elem> descendants(String name) {
        Names.Name wanted = Names.element(name);
        var nodes = dom.getElementsByTagNameNS(wanted.namespace(), wanted.local());
        List<Elem> found = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add(new Elem((Element) nodes.item(i)));
        }
        return found;
    }

    /** Text of this element, trimmed. */
    public String text() {
        return dom.getTextContent().trim();
    }

    /** Text at the end of a path, trimmed; empty when something on the path is missing. */
    public String text(String... path) {
        return at(path).map(Elem::text).orElse("");
    }

    /** Text as it is, for descriptions. */
    public String rawText(String... path) {
        return at(path).map(elem -> elem.dom.getTextContent()).orElse("");
    }

    /** A whole number at the end of a path; the fallback when it is missing or no number. */
    public long number(long fallback, String... path) {
        return number(text(path), fallback);
    }

    private static long number(String text, long fallback) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return fallback;
        }
    }

    public boolean flag(boolean fallback, String... path) {
        String text = text(path);
        return text.isEmpty() ? fallback : text.equals("true") || text.equals("1");
    }

    /** Value of an attribute, empty when it is missing. */
    public String attribute(String name) {
        Names.Name wanted = Names.attribute(name);
        return dom.getAttributeNS(wanted.namespace(), wanted.local());
    }

    public long numberAttribute(String name, long fallback) {
        return number(attribute(name), fallback);
    }

    /** Sets an attribute. @return this */
    public Elem with(String attributeName, String value) {
        Names.Name name = Names.attribute(attributeName);
        dom.setAttributeNS(name.namespace(), name.qualified(), checked(value));
        return this;
    }

    /** Appends an empty element. @return the new element */
    public Elem add(String name) {
        Element child = create(name);
        dom.appendChild(child);
        return new Elem(child);
    }

    /** Appends an element with text. @return this */
    public Elem add(String name, String text) {
        add(name).setText(text);
        return this;
    }

    public Elem setText(String text) {
        dom.setTextContent(checked(text));
        return this;
    }

    /**
     * Sets the text of a child, making the child at its place when it is missing.
     *
     * @param order names of the children in the order that the schema wants
     */
    public Elem put(List<String> order, String name, String text) {
        return ensure(order, name).setText(text);
    }

    /** The child of that name, made at its place when it is missing. */
    public Elem ensure(List<String> order, String name) {
        return child(name).orElseGet(() -> insert(order, name));
    }

    /** Inserts an empty child after all children that come before it, or are of its name, in the given order. */
    public Elem insert(List<String> order, String name) {
        List<String> later = order.subList(order.indexOf(name) + 1, order.size());
        Element made = create(name);
        Optional<Elem> next = children().stream()
                .filter(child -> later.stream().anyMatch(child::is))
                .findFirst();
        dom.insertBefore(made, next.map(elem -> (Node) elem.dom).orElse(null));
        return new Elem(made);
    }

    /** Removes all children of that name. */
    public void removeChildren(String name) {
        children(name).forEach(Elem::remove);
    }

    public void remove() {
        if (dom.getParentNode() != null) {
            dom.getParentNode().removeChild(dom);
        }
    }

    /** Appends a copy of an element, of any document. @return the copy */
    public Elem append(Elem other) {
        Node copy = dom.getOwnerDocument().importNode(other.dom, true);
        dom.appendChild(copy);
        return new Elem((Element) copy);
    }

    /** A document of its own with a copy of this element as its root. */
    public Elem copy() {
        Elem holder = Xml.document("Copy");
        Elem copy = holder.append(this);
        var document = holder.dom.getOwnerDocument();
        document.replaceChild(copy.dom, holder.dom);
        return copy;
    }

    private Element create(String name) {
        Names.Name resolved = Names.element(name);
        return dom.getOwnerDocument().createElementNS(resolved.namespace(), resolved.qualified());
    }

    /** XML 1.0 cannot carry some characters, not even escaped. */
    private static String checked(String text) {
        boolean writable = text.codePoints().allMatch(Elem::writable);
        if (!writable) {
            throw new CloudException(
                    "unwritable-text",
                    CloudException.Category.USER,
                    "A text for the cloud holds a control character that the cloud cannot store; remove it.");
        }
        return text;
    }

    private static boolean writable(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || (c >= 0x20 && c <= 0xD7FF)
                || (c >= 0xE000 && c <= 0xFFFD)
                || c > 0xFFFF;
    }
}
