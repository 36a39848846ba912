package org.stretchdeploy.vendor.vcd.internal.xml;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.stretchdeploy.spi.CloudException;
import org.w3c.dom.Document;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * Reads and writes XML documents. Documents are hostile: a document type declaration is refused, so there are neither
 * external entities nor entity expansion, and the nesting is bounded. Always the JDK's own parser, whatever else the
 * container offers.
 */
public final class Xml {
    private static final String LIMIT_DEPTH = "http://www.oracle.com/xml/jaxp/properties/maxElementDepth";
    private static final String NO_DOCTYPE = "http://apache.org/xml/features/disallow-doctype-decl";
    private static final int MAX_DEPTH = 64;

    private Xml() {}

    /**
     * Parses a document.
     *
     * @throws CloudException EXTERNAL when it is not well-formed or not acceptable
     */
    public static Elem parse(byte[] document) {
        try {
            Document parsed = builder().parse(new InputSource(new ByteArrayInputStream(document)));
            return new Elem(parsed.getDocumentElement());
        } catch (SAXException | IOException e) {
            throw new CloudException(
                    "unreadable-answer",
                    CloudException.Category.EXTERNAL,
                    "The cloud answered with a document that is no acceptable XML.",
                    Optional.empty(),
                    e);
        }
    }

    /** A new document with this root element, see {@link Elem} for names. */
    public static Elem document(String rootName) {
        try {
            Document document = builder().newDocument();
            Names.Name name = Names.element(rootName);
            var root = document.createElementNS(name.namespace(), name.qualified());
            document.appendChild(root);
            return new Elem(root);
        } catch (SAXException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The document that the element is the root of, in UTF-8. */
    public static byte[] bytes(Elem root) {
        try {
            TransformerFactory factory = TransformerFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_STYLESHEET, "");
            Transformer transformer = factory.newTransformer();
            transformer.setOutputProperty(OutputKeys.ENCODING, "UTF-8");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            transformer.transform(new DOMSource(root.dom()), new StreamResult(out));
            return out.toByteArray();
        } catch (TransformerException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DocumentBuilder builder() throws SAXException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
            factory.setNamespaceAware(true);
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            factory.setCoalescing(true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature(NO_DOCTYPE, true);
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
            factory.setAttribute(LIMIT_DEPTH, String.valueOf(MAX_DEPTH));
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new Throwing());
            return builder;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Keeps the parser from writing to standard error. */
    private static final class Throwing implements ErrorHandler {
        @Override
        public void warning(SAXParseException exception) {
            // a warning does not change what the document says
        }

        @Override
        public void error(SAXParseException exception) throws SAXException {
            throw exception;
        }

        @Override
        public void fatalError(SAXParseException exception) throws SAXException {
            throw exception;
        }
    }
}
