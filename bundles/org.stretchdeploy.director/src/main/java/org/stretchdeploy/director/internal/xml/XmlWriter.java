package org.stretchdeploy.director.internal.xml;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes an {@link XmlElement} tree as a document. The namespace of the root is the default one; every other namespace
 * is declared once on the root with its customary prefix.
 */
public final class XmlWriter {
    private static final Map<String, String> PREFIXES = Map.of(
            Ns.VCLOUD, "vcloud",
            Ns.OVF, "ovf",
            Ns.RASD, "rasd",
            Ns.VSSD, "vssd",
            Ns.VMW, "vmw",
            Ns.XSI, "xsi",
            Ns.OVF_ENVIRONMENT, "ovfenv",
            Ns.OVF2, "ovf2");

    private final StringBuilder out = new StringBuilder(1024);
    private final Map<String, String> prefixes = new LinkedHashMap<>();
    private final String defaultNamespace;

    private XmlWriter(String defaultNamespace) {
        this.defaultNamespace = defaultNamespace;
    }

    public static String write(XmlElement root) {
        return write(root, root.namespace());
    }

    /** @param defaultNamespace the namespace written without prefix; empty to give every element a prefix */
    public static String write(XmlElement root, String defaultNamespace) {
        XmlWriter writer = new XmlWriter(defaultNamespace);
        writer.collect(root);
        writer.out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        writer.element(root, true);
        writer.out.append('\n');
        return writer.out.toString();
    }

    private void collect(XmlElement element) {
        if (!element.namespace().equals(defaultNamespace)) {
            prefixOf(element.namespace());
        }
        element.attributes().keySet().forEach(a -> {
            if (!a.namespace().isEmpty()) {
                prefixOf(a.namespace());
            }
        });
        element.children().forEach(this::collect);
    }

    private String prefixOf(String namespace) {
        return prefixes.computeIfAbsent(namespace, n -> PREFIXES.getOrDefault(n, "ns" + (prefixes.size() + 1)));
    }

    private void element(XmlElement element, boolean root) {
        String tag = element.namespace().equals(defaultNamespace)
                ? element.name()
                : element.namespace().isEmpty() ? element.name() : prefixOf(element.namespace()) + ":" + element.name();
        out.append('<').append(tag);
        if (root) {
            if (!defaultNamespace.isEmpty()) {
                attribute("xmlns", defaultNamespace);
            }
            prefixes.forEach((namespace, prefix) -> attribute("xmlns:" + prefix, namespace));
        }
        element.attributes()
                .forEach((name, value) -> attribute(
                        name.namespace().isEmpty() ? name.local() : prefixOf(name.namespace()) + ":" + name.local(),
                        value));
        if (element.children().isEmpty() && element.text().isEmpty()) {
            out.append("/>");
            return;
        }
        out.append('>');
        escape(element.text(), false);
        element.children().forEach(child -> element(child, false));
        out.append("</").append(tag).append('>');
    }

    private void attribute(String name, String value) {
        out.append(' ').append(name).append("=\"");
        escape(value, true);
        out.append('"');
    }

    private void escape(String value, boolean attribute) {
        for (int i = 0; i < value.length(); ) {
            int c = value.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append(attribute ? "&quot;" : "\"");
                case '\r' -> out.append("&#13;");
                case '\n', '\t' -> {
                    if (attribute) {
                        out.append("&#").append(c).append(';');
                    } else {
                        out.append((char) c);
                    }
                }
                default -> {
                    // XML 1.0 section 2.2: what is not a character cannot be written in any form.
                    boolean legal = c >= 0x20 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000;
                    out.appendCodePoint(legal ? c : '?');
                }
            }
        }
    }
}
