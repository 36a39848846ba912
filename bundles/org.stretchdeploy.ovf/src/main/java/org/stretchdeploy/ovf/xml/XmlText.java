package org.stretchdeploy.ovf.xml;

import java.util.Objects;

/**
 * Character data.
 *
 * @param value the characters, unescaped
 */
public record XmlText(String value) implements XmlNode {
    public XmlText {
        Objects.requireNonNull(value);
    }
}
