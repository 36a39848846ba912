package org.stretchdeploy.ovf.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.namespace.QName;

/**
 * Where the elements and attribute values of a document stand in its text, so that one value can be replaced and
 * every other character stays.
 *
 * <p>The text must be known to be well-formed and without a document type ({@link XmlTreeReader} has accepted it).
 */
public final class XmlSource {
    private final String text;
    private final List<Element> elements = new ArrayList<>();

    public XmlSource(String text) {
        this.text = text;
        scan();
    }

    /** A range of the text: {@code from} included, {@code to} excluded. */
    public record Span(int from, int to) {}

    /** An element as it stands in the text. Elements are listed in document order. */
    public static final class Element {
        private final QName name;
        private final Element parent;
        private final int nameEnd;
        private final Map<String, Span> attributes;
        private final Map<String, String> scope;
        private final boolean empty;
        private int contentFrom;
        private int contentTo;
        private final int slash;

        Element(QName name, Element parent, Map<String, String> scope, StartTag tag) {
            this.name = name;
            this.parent = parent;
            this.scope = scope;
            this.nameEnd = tag.nameEnd;
            this.attributes = tag.attributes;
            this.empty = tag.empty;
            this.slash = tag.empty ? tag.end - 2 : tag.end - 1;
            this.contentFrom = tag.end;
            this.contentTo = tag.end;
        }

        public QName name() {
            return name;
        }

        public Optional<Element> parent() {
            return Optional.ofNullable(parent);
        }

        private Optional<String> rawName(QName wanted) {
            for (String raw : attributes.keySet()) {
                int colon = raw.indexOf(':');
                String namespace = colon < 0 ? "" : scope.getOrDefault(raw.substring(0, colon), "");
                if (wanted.equals(new QName(namespace, raw.substring(colon + 1)))) {
                    return Optional.of(raw);
                }
            }
            return Optional.empty();
        }
    }

    private record StartTag(String rawName, int nameEnd, Map<String, Span> attributes, boolean empty, int end) {}

    /** All elements, in document order. */
    public List<Element> elements() {
        return List.copyOf(elements);
    }

    /** The value of an attribute, with character references resolved. */
    public Optional<String> attribute(Element element, QName name) {
        return element.rawName(name)
                .map(element.attributes::get)
                .map(span -> unescape(text.substring(span.from(), span.to())));
    }

    /** The text directly in an element without child elements, with references resolved and surrounding space off. */
    public String content(Element element) {
        return unescape(text.substring(element.contentFrom, element.contentTo)).strip();
    }

    /** The document with one attribute replaced, or added when it was not there. */
    public String withAttribute(Element element, QName name, String value) {
        String safe = XmlTreeWriter.escapeAttribute(value);
        Optional<Span> span = element.rawName(name).map(element.attributes::get);
        if (span.isPresent()) {
            return replaced(span.get(), safe);
        }
        String raw = name.getLocalPart();
        String declaration = "";
        if (!name.getNamespaceURI().isEmpty()) {
            Optional<String> prefix = element.scope.entrySet().stream()
                    .filter(e -> !e.getKey().isEmpty() && e.getValue().equals(name.getNamespaceURI()))
                    .map(Map.Entry::getKey)
                    .sorted()
                    .findFirst();
            String free = "ovfx";
            declaration = prefix.isPresent()
                    ? ""
                    : " xmlns:" + free + "=\"" + XmlTreeWriter.escapeAttribute(name.getNamespaceURI()) + '"';
            raw = prefix.orElse(free) + ':' + raw;
        }
        return replaced(new Span(element.nameEnd, element.nameEnd), declaration + ' ' + raw + "=\"" + safe + '"');
    }

    /** The document with an element's whole content replaced by text. */
    public String withContent(Element element, String value) {
        String safe = XmlTreeWriter.escapeText(value);
        if (!element.empty) {
            return replaced(new Span(element.contentFrom, element.contentTo), safe);
        }
        int from = element.slash;
        String rawName = text.substring(text.lastIndexOf('<', element.nameEnd) + 1, element.nameEnd);
        return replaced(new Span(from, from + 2), '>' + safe + "</" + rawName + '>');
    }

    private String replaced(Span span, String with) {
        return text.substring(0, span.from()) + with + text.substring(span.to());
    }

    private void scan() {
        Deque<Element> open = new ArrayDeque<>();
        int at = text.indexOf('<');
        while (at >= 0) {
            int next;
            if (text.startsWith("<!--", at)) {
                next = text.indexOf("-->", at + 4) + 3;
            } else if (text.startsWith("<![CDATA[", at)) {
                next = text.indexOf("]]>", at) + 3;
            } else if (text.startsWith("<?", at)) {
                next = text.indexOf("?>", at) + 2;
            } else if (text.startsWith("</", at)) {
                open.pop().contentTo = at;
                next = text.indexOf('>', at) + 1;
            } else {
                StartTag tag = startTag(at);
                Element element = element(tag, open.peek());
                elements.add(element);
                if (!tag.empty) {
                    open.push(element);
                }
                next = tag.end;
            }
            at = text.indexOf('<', next);
        }
    }

    private Element element(StartTag tag, Element parent) {
        Map<String, String> scope = parent == null ? Map.of() : parent.scope;
        Map<String, String> inner = new HashMap<>(scope);
        tag.attributes.forEach((raw, span) -> {
            if (raw.equals("xmlns")) {
                inner.put("", unescape(text.substring(span.from(), span.to())));
            } else if (raw.startsWith("xmlns:")) {
                inner.put(raw.substring(6), unescape(text.substring(span.from(), span.to())));
            }
        });
        int colon = tag.rawName.indexOf(':');
        String prefix = colon < 0 ? "" : tag.rawName.substring(0, colon);
        QName name = new QName(inner.getOrDefault(prefix, ""), tag.rawName.substring(colon + 1));
        return new Element(name, parent, inner.equals(scope) ? scope : inner, tag);
    }

    private StartTag startTag(int from) {
        int at = from + 1;
        while (!isSpace(at) && text.charAt(at) != '/' && text.charAt(at) != '>') {
            at++;
        }
        int nameEnd = at;
        Map<String, Span> attributes = new LinkedHashMap<>();
        while (true) {
            at = skipSpace(at);
            if (text.charAt(at) == '>') {
                return new StartTag(text.substring(from + 1, nameEnd), nameEnd, attributes, false, at + 1);
            }
            if (text.charAt(at) == '/') {
                return new StartTag(text.substring(from + 1, nameEnd), nameEnd, attributes, true, at + 2);
            }
            int attributeFrom = at;
            while (!isSpace(at) && text.charAt(at) != '=') {
                at++;
            }
            String name = text.substring(attributeFrom, at);
            at = skipSpace(skipSpace(at) + 1);
            int close = text.indexOf(text.charAt(at), at + 1);
            attributes.put(name, new Span(at + 1, close));
            at = close + 1;
        }
    }

    private boolean isSpace(int at) {
        char c = text.charAt(at);
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private int skipSpace(int from) {
        int at = from;
        while (isSpace(at)) {
            at++;
        }
        return at;
    }

    private static String unescape(String raw) {
        if (raw.indexOf('&') < 0) {
            return raw;
        }
        StringBuilder plain = new StringBuilder(raw.length());
        int at = 0;
        while (at < raw.length()) {
            char c = raw.charAt(at);
            int end = c == '&' ? raw.indexOf(';', at) : -1;
            if (end < 0) {
                plain.append(c);
                at++;
                continue;
            }
            plain.appendCodePoint(reference(raw.substring(at + 1, end)));
            at = end + 1;
        }
        return plain.toString();
    }

    private static int reference(String name) {
        return switch (name) {
            case "amp" -> '&';
            case "lt" -> '<';
            case "gt" -> '>';
            case "quot" -> '"';
            case "apos" -> '\'';
            default ->
                name.startsWith("#x") ? Integer.parseInt(name.substring(2), 16) : Integer.parseInt(name.substring(1));
        };
    }
}
