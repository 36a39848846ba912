package org.stretchdeploy.ovf;

import java.io.IOException;
import java.io.InputStream;
import org.stretchdeploy.ovf.internal.EnvelopeParser;
import org.stretchdeploy.ovf.internal.XmlBytes;
import org.stretchdeploy.ovf.internal.XmlTreeReader;

/**
 * Reads descriptors of OVF 1.0 to 2.1. Thread-safe.
 *
 * <p>Document types, entities and inclusions are refused, as are descriptors over the limits. A section that is not
 * known and not marked {@code ovf:required="false"} makes the whole descriptor unacceptable (DSP0243 2.1, section 7:
 * an importer must not go on without understanding a required section); Cloud Director's and VMware's own sections are
 * kept as they are, whatever they are marked.
 */
public final class OvfReader {
    private final OvfLimits limits;

    /** A reader with {@link OvfLimits#DEFAULT}. */
    public OvfReader() {
        this(OvfLimits.DEFAULT);
    }

    public OvfReader(OvfLimits limits) {
        this.limits = limits;
    }

    /** Reads a descriptor. */
    public Envelope read(byte[] descriptor) throws OvfException {
        if (descriptor.length > limits.maxBytes()) {
            throw tooLarge();
        }
        return EnvelopeParser.parse(
                XmlTreeReader.read(XmlBytes.decode(descriptor).text(), limits));
    }

    /** Reads a descriptor to the end of a stream, which stays open. */
    public Envelope read(InputStream descriptor) throws IOException {
        return read(bytes(descriptor));
    }

    /** The bytes of a descriptor to the end of a stream, refused when there are more than the limit. */
    public byte[] bytes(InputStream descriptor) throws IOException {
        byte[] bytes = descriptor.readNBytes(limits.maxBytes());
        if (bytes.length == limits.maxBytes() && descriptor.read() >= 0) {
            throw tooLarge();
        }
        return bytes;
    }

    private OvfException tooLarge() {
        return new OvfException(OvfProblem.TOO_LARGE, "The descriptor is larger than " + limits.maxBytes() + " bytes.");
    }
}
