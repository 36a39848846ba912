package org.stretchdeploy.director.internal.xml;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads a document that a stranger sent. No document type declaration, no entity but the five predefined ones, nothing
 * fetched from elsewhere; depth, number of elements and total size have limits.
 */
public final class XmlParser {
    private static final int MAX_BYTES = 4 << 20;
    private static final int MAX_DEPTH = 64;
    private static final int MAX_ELEMENTS = 100_000;
    private static final XMLInputFactory FACTORY = factory();

    private XmlParser() {}

    /** The document cannot be accepted; the message says why. */
    public static final class XmlRejected extends Exception {
        private static final long serialVersionUID = 1L;

        XmlRejected(String message) {
            super(message);
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("external entities are not read");
        });
        return factory;
    }

    public static XmlElement parse(byte[] document) throws XmlRejected {
        if (document.length > MAX_BYTES) {
            throw new XmlRejected("the document is larger than " + MAX_BYTES + " bytes");
        }
        try {
            XMLStreamReader reader = FACTORY.createXMLStreamReader(new ByteArrayInputStream(document));
            try {
                return read(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            throw new XmlRejected("the document is not well-formed XML");
        }
    }

    private static XmlElement read(XMLStreamReader reader) throws XMLStreamException, XmlRejected {
        Deque<XmlElement> open = new ArrayDeque<>();
        Deque<StringBuilder> texts = new ArrayDeque<>();
        int count = 0;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (++count > MAX_ELEMENTS || open.size() >= MAX_DEPTH) {
                        throw new XmlRejected("the document has too many elements or is nested too deeply");
                    }
                    open.push(element(reader));
                    texts.push(new StringBuilder());
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (!texts.isEmpty()) {
                        texts.peek().append(reader.getText());
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    XmlElement done = open.pop();
                    String text = texts.pop().toString();
                    if (done.children().isEmpty()) {
                        done.setText(text);
                    }
                    if (open.isEmpty()) {
                        return done;
                    }
                    open.peek().add(done);
                }
                case XMLStreamConstants.DTD -> throw new XmlRejected("a document type declaration is not accepted");
                case XMLStreamConstants.ENTITY_REFERENCE -> throw new XmlRejected("entities are not accepted");
                default -> {
                    // comments and processing instructions mean nothing here
                }
            }
        }
        throw new XmlRejected("the document is empty");
    }

    private static XmlElement element(XMLStreamReader reader) {
        XmlElement element = XmlElement.of(orEmpty(reader.getNamespaceURI()), reader.getLocalName());
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            element.attribute(
                    orEmpty(reader.getAttributeNamespace(i)),
                    reader.getAttributeLocalName(i),
                    reader.getAttributeValue(i));
        }
        return element;
    }

    private static String orEmpty(String value) {
        return value == null ? "" : value;
    }
}
