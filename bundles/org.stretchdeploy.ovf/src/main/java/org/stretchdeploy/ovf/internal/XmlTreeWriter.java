package org.stretchdeploy.ovf.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;
import org.stretchdeploy.ovf.xml.XmlElement;
import org.stretchdeploy.ovf.xml.XmlNode;
import org.stretchdeploy.ovf.xml.XmlText;

/** Writes a tree as text: the same tree always gives the same characters. */
public final class XmlTreeWriter {
    private final StringBuilder out = new StringBuilder();

    private XmlTreeWriter() {}

    /**
     * @param root the document's element
     * @param declared prefixes to declare on it, with their namespaces, in this order
     */
    public static String write(XmlElement root, Map<String, String> declared) {
        XmlTreeWriter writer = new XmlTreeWriter();
        writer.out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        Map<String, String> scope = new TreeMap<>();
        scope.put("xml", XMLConstants.XML_NS_URI);
        writer.element(root, scope, declared, 0, false);
        return writer.out.append('\n').toString();
    }

    private void element(
            XmlElement element, Map<String, String> outer, Map<String, String> extra, int depth, boolean inline) {
        Map<String, String> scope = new TreeMap<>(outer);
        Map<String, String> declare = new LinkedHashMap<>(extra);
        scope.putAll(extra);
        element.contentPrefixes().forEach((prefix, namespace) -> {
            if (!namespace.equals(scope.get(prefix))) {
                declare.put(prefix, namespace);
                scope.put(prefix, namespace);
            }
        });
        String name = prefixed(element.name(), scope, declare);
        StringBuilder attributes = new StringBuilder();
        element.attributes().forEach((key, value) -> attributes
                .append(' ')
                .append(prefixed(key, scope, declare))
                .append("=\"")
                .append(escapeAttribute(value))
                .append('"'));
        out.append('<').append(name);
        declare.forEach((prefix, namespace) -> out.append(" xmlns:")
                .append(prefix)
                .append("=\"")
                .append(escapeAttribute(namespace))
                .append('"'));
        out.append(attributes);
        if (element.children().isEmpty()) {
            out.append("/>");
            return;
        }
        out.append('>');
        boolean mixed = inline || element.children().stream().anyMatch(XmlText.class::isInstance);
        for (XmlNode child : element.children()) {
            if (child instanceof XmlText text) {
                out.append(escapeText(text.value()));
            } else {
                indent(depth + 1, mixed);
                element((XmlElement) child, scope, Map.of(), depth + 1, mixed);
            }
        }
        indent(depth, mixed);
        out.append("</").append(name).append('>');
    }

    private void indent(int depth, boolean mixed) {
        if (!mixed) {
            out.append('\n').append("  ".repeat(depth));
        }
    }

    private static String prefixed(QName name, Map<String, String> scope, Map<String, String> declare) {
        String namespace = name.getNamespaceURI();
        if (namespace.isEmpty()) {
            return name.getLocalPart();
        }
        if (namespace.equals(scope.get(name.getPrefix()))) {
            return name.getPrefix() + ':' + name.getLocalPart();
        }
        for (Map.Entry<String, String> known : scope.entrySet()) {
            if (known.getValue().equals(namespace)) {
                return known.getKey() + ':' + name.getLocalPart();
            }
        }
        String prefix = name.getPrefix();
        for (int i = 1; prefix.isEmpty() || scope.containsKey(prefix); i++) {
            prefix = "ns" + i;
        }
        scope.put(prefix, namespace);
        declare.put(prefix, namespace);
        return prefix + ':' + name.getLocalPart();
    }

    /** Escapes character data. */
    public static String escapeText(String text) {
        return escape(text, false);
    }

    /** Escapes an attribute value for double or single quotes. */
    public static String escapeAttribute(String text) {
        return escape(text, true);
    }

    private static String escape(String text, boolean attribute) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '\r' -> safe.append("&#13;");
                case '\n', '\t' -> safe.append(attribute ? "&#" + c + ";" : Character.toString(c));
                case '"' -> safe.append(attribute ? "&quot;" : "\"");
                case '\'' -> safe.append(attribute ? "&apos;" : "'");
                default -> {
                    if (c < 0x20 || c >= 0xd800 && c < 0xe000 || c == 0xfffe || c == 0xffff) {
                        throw new IllegalArgumentException(
                                "character U+" + Integer.toHexString(c) + " cannot be written in XML");
                    }
                    safe.appendCodePoint(c);
                }
            }
        });
        return safe.toString();
    }
}
