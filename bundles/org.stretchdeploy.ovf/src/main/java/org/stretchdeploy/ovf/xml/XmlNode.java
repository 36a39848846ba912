package org.stretchdeploy.ovf.xml;

/** A part of an element's content. Comments and processing instructions are not represented. */
public sealed interface XmlNode permits XmlElement, XmlText {}
