package org.stretchdeploy.ovf.internal;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfLimits;
import org.stretchdeploy.ovf.OvfProblem;
import org.stretchdeploy.ovf.xml.XmlElement;
import org.stretchdeploy.ovf.xml.XmlNode;
import org.stretchdeploy.ovf.xml.XmlText;

/** Reads XML into a tree, refusing document types, entities, inclusions and anything over the limits. */
public final class XmlTreeReader {
    private static final String XINCLUDE = "http://www.w3.org/2001/XInclude";
    private static final Pattern PREFIXED = Pattern.compile("^\\s*([A-Za-z_][\\w.\\-]*):");
    private static final QName SPACE = new QName(XMLConstants.XML_NS_URI, "space");

    private final OvfLimits limits;
    private final Deque<Open> open = new ArrayDeque<>();
    private int elements;

    private XmlTreeReader(OvfLimits limits) {
        this.limits = limits;
    }

    /** Parses a whole document. */
    public static XmlElement read(String text, OvfLimits limits) throws OvfException {
        try {
            return new XmlTreeReader(limits).document(text);
        } catch (XMLStreamException e) {
            throw new OvfException(
                    OvfProblem.NOT_XML, "The descriptor is not well-formed XML: " + firstLine(e.getMessage()), e);
        }
    }

    private XmlElement document(String text) throws XMLStreamException, OvfException {
        XMLStreamReader in = factory().createXMLStreamReader(new StringReader(text));
        XmlElement root = null;
        while (in.hasNext()) {
            switch (in.next()) {
                case XMLStreamConstants.START_ELEMENT -> start(in);
                case XMLStreamConstants.END_ELEMENT -> {
                    XmlElement done = open.pop().close();
                    if (open.isEmpty()) {
                        root = done;
                    } else {
                        open.peek().child(done);
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (!open.isEmpty()) {
                        open.peek().characters(in.getText());
                    }
                }
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new OvfException(
                            OvfProblem.ACTIVE_XML,
                            "The descriptor has a document type or an entity. Remove it: neither belongs in an OVF.");
                default -> {
                    // comments and processing instructions carry no meaning here
                }
            }
        }
        if (root == null) {
            throw new OvfException(OvfProblem.NOT_XML, "The descriptor has no element.");
        }
        return root;
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("external entities are not read");
        });
        return factory;
    }

    private void start(XMLStreamReader in) throws OvfException {
        if (++elements > limits.maxElements()) {
            throw new OvfException(
                    OvfProblem.TOO_LARGE, "The descriptor has more than " + limits.maxElements() + " elements.");
        }
        if (open.size() >= limits.maxDepth()) {
            throw new OvfException(
                    OvfProblem.TOO_LARGE, "The descriptor nests deeper than " + limits.maxDepth() + " levels.");
        }
        if (XINCLUDE.equals(in.getNamespaceURI())) {
            throw new OvfException(
                    OvfProblem.ACTIVE_XML, "The descriptor includes another document. Put the contents in its place.");
        }
        open.push(new Open(in, open.isEmpty() ? Map.of() : open.peek().scope));
    }

    private static String firstLine(String message) {
        String text = message == null ? "no reason given" : message.replaceAll("\\s+", " ");
        return text.length() > 300 ? text.substring(0, 300) : text;
    }

    /** An element whose end has not been seen. */
    private static final class Open {
        private final QName name;
        private final Map<QName, String> attributes = new LinkedHashMap<>();
        private final Map<String, String> scope;
        private final Map<String, String> contentPrefixes = new TreeMap<>();
        private final List<XmlNode> children = new ArrayList<>();
        private final StringBuilder pending = new StringBuilder();

        Open(XMLStreamReader in, Map<String, String> outer) {
            name = in.getName();
            if (in.getNamespaceCount() == 0) {
                scope = outer;
            } else {
                scope = new HashMap<>(outer);
                for (int i = 0; i < in.getNamespaceCount(); i++) {
                    if (in.getNamespacePrefix(i) != null && in.getNamespaceURI(i) != null) {
                        scope.put(in.getNamespacePrefix(i), in.getNamespaceURI(i));
                    }
                }
            }
            for (int i = 0; i < in.getAttributeCount(); i++) {
                attributes.put(in.getAttributeName(i), in.getAttributeValue(i));
                notePrefix(in.getAttributeValue(i));
            }
        }

        void characters(String text) {
            pending.append(text);
        }

        void child(XmlElement element) {
            flush();
            children.add(element);
        }

        private void flush() {
            if (pending.length() > 0) {
                children.add(new XmlText(pending.toString()));
                pending.setLength(0);
            }
        }

        private void notePrefix(String value) {
            Matcher prefixed = PREFIXED.matcher(value);
            if (prefixed.find() && scope.containsKey(prefixed.group(1))) {
                contentPrefixes.put(prefixed.group(1), scope.get(prefixed.group(1)));
            }
        }

        XmlElement close() {
            flush();
            boolean hasElements = children.stream().anyMatch(XmlElement.class::isInstance);
            boolean keepSpace = "preserve".equals(attributes.get(SPACE));
            if (hasElements && !keepSpace) {
                children.removeIf(n -> n instanceof XmlText t && t.value().isBlank());
            }
            for (XmlNode child : children) {
                if (child instanceof XmlText text) {
                    notePrefix(text.value());
                }
            }
            return new XmlElement(name, attributes, contentPrefixes, children);
        }
    }
}
