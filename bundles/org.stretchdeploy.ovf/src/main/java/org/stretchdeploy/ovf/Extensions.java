package org.stretchdeploy.ovf;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.namespace.QName;
import org.stretchdeploy.ovf.xml.XmlElement;

/**
 * What a known section carries beyond the specification: attributes and elements that are kept as they are.
 *
 * @param attributes foreign attributes
 * @param elements foreign elements, in order
 */
public record Extensions(Map<QName, String> attributes, List<XmlElement> elements) {
    /** Nothing beyond the specification. */
    public static final Extensions NONE = new Extensions(Map.of(), List.of());

    public Extensions {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        elements = List.copyOf(elements);
    }
}
