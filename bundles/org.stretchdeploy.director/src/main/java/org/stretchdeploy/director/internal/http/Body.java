package org.stretchdeploy.director.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** What an answer carries. */
public sealed interface Body {
    record Empty() implements Body {}

    /** @param mediaType without version; the server adds it, or turns the tree into JSON when that was asked for */
    record Xml(XmlElement root, String mediaType) implements Body {}

    record Json(JsonNode root) implements Body {}

    record Bytes(byte[] bytes, String contentType) implements Body {}

    /** @param length exact number of bytes */
    record Stream(long length, String contentType, Writer writer) implements Body {}

    /** Writes the bytes of a {@link Stream}. */
    interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }
}
