package org.stretchdeploy.tunnel.internal.agent;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads the properties of an OVF environment (DSP0243 section 11): {@code Property} elements of this machine's {@code
 * PropertySection}, not those of its neighbours inside {@code Entity}. No document type, no entities, bounded.
 */
final class OvfEnvironment {
    static final String NAMESPACE = "http://schemas.dmtf.org/ovf/environment/1";

    private static final int PROPERTY_LIMIT = 1000;
    private static final int DEPTH_LIMIT = 32;

    private OvfEnvironment() {}

    static Map<String, String> properties(byte[] document) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("external entity");
        });
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(document));
            return read(reader);
        } catch (XMLStreamException | RuntimeException e) {
            // The JDK's parser meets some broken documents with a MissingResourceException and the like.
            throw new IOException("not an OVF environment: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> read(XMLStreamReader reader) throws XMLStreamException, IOException {
        Map<String, String> properties = new LinkedHashMap<>();
        int depth = 0;
        int neighbour = 0;
        boolean environment = false;
        while (reader.hasNext()) {
            int event = reader.next();
            if (event == XMLStreamConstants.DTD) {
                throw new IOException("an OVF environment has no document type");
            }
            if (event == XMLStreamConstants.START_ELEMENT) {
                depth++;
                boolean ours = NAMESPACE.equals(reader.getNamespaceURI());
                if (depth == 1) {
                    environment = ours && reader.getLocalName().equals("Environment");
                } else if (neighbour == 0 && ours && reader.getLocalName().equals("Entity")) {
                    neighbour = depth;
                } else if (neighbour == 0 && ours && reader.getLocalName().equals("Property")) {
                    put(reader, properties);
                }
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                neighbour = neighbour == depth ? 0 : neighbour;
                depth--;
            }
            if (depth > DEPTH_LIMIT || properties.size() > PROPERTY_LIMIT) {
                throw new IOException("OVF environment too large");
            }
        }
        if (!environment) {
            throw new IOException("not an OVF environment");
        }
        return properties;
    }

    private static void put(XMLStreamReader reader, Map<String, String> properties) {
        String key = reader.getAttributeValue(NAMESPACE, "key");
        String value = reader.getAttributeValue(NAMESPACE, "value");
        if (key != null && value != null) {
            properties.put(key, value);
        }
    }
}
