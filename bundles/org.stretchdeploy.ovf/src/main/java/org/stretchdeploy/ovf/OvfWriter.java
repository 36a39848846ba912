package org.stretchdeploy.ovf;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.XMLConstants;
import org.stretchdeploy.ovf.internal.EnvelopeRenderer;
import org.stretchdeploy.ovf.internal.XmlTreeWriter;

/**
 * Writes descriptors: UTF-8, two spaces of indentation, sections in a fixed order. The same envelope always gives the
 * same bytes.
 *
 * <p>It is meant for packages that we author. To change a descriptor that someone else wrote, use {@link OvfDocument},
 * which leaves comments, message ids and layout alone.
 */
public final class OvfWriter {
    private OvfWriter() {}

    /**
     * @throws IllegalArgumentException if a text holds a character that XML cannot carry
     */
    public static byte[] write(Envelope envelope) {
        Map<String, String> declared = new LinkedHashMap<>();
        declared.put("ovf", envelope.version().namespace());
        declared.put("rasd", OvfNamespaces.RASD);
        declared.put("vssd", OvfNamespaces.VSSD);
        if (envelope.version() == OvfVersion.V2) {
            declared.put("epasd", OvfNamespaces.EPASD);
            declared.put("sasd", OvfNamespaces.SASD);
        }
        declared.put("vmw", OvfNamespaces.VMW);
        declared.put("vcloud", OvfNamespaces.VCLOUD);
        declared.put("xsi", XMLConstants.W3C_XML_SCHEMA_INSTANCE_NS_URI);
        return XmlTreeWriter.write(EnvelopeRenderer.render(envelope), declared).getBytes(StandardCharsets.UTF_8);
    }
}
