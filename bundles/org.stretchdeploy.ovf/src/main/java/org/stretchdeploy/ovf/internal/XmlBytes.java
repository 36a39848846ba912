package org.stretchdeploy.ovf.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;

/**
 * The characters of a descriptor together with what is needed to get the same bytes back.
 *
 * @param text the characters, without a byte order mark
 * @param charset the encoding
 * @param byteOrderMark whether the bytes began with a UTF-8 byte order mark
 */
public record XmlBytes(String text, Charset charset, boolean byteOrderMark) {
    private static final Pattern DECLARED =
            Pattern.compile("^<\\?xml\\s[^>]*?encoding\\s*=\\s*[\"']([A-Za-z0-9._-]+)[\"'][^>]*?\\?>");
    private static final Map<String, Charset> ACCEPTED = Map.of(
            "utf-8", StandardCharsets.UTF_8,
            "utf8", StandardCharsets.UTF_8,
            "us-ascii", StandardCharsets.US_ASCII,
            "ascii", StandardCharsets.US_ASCII,
            "iso-8859-1", StandardCharsets.ISO_8859_1);

    /** Decodes strictly: a byte that does not fit the declared encoding is refused, never replaced. */
    public static XmlBytes decode(byte[] bytes) throws OvfException {
        boolean mark = bytes.length >= 3
                && (bytes[0] & 0xff) == 0xef
                && (bytes[1] & 0xff) == 0xbb
                && (bytes[2] & 0xff) == 0xbf;
        int from = mark ? 3 : 0;
        String head = new String(bytes, from, Math.min(200, bytes.length - from), StandardCharsets.ISO_8859_1);
        Charset charset = StandardCharsets.UTF_8;
        Matcher declared = DECLARED.matcher(head);
        if (declared.find()) {
            charset = ACCEPTED.get(declared.group(1).toLowerCase(Locale.ROOT));
            if (charset == null) {
                throw new OvfException(
                        OvfProblem.NOT_XML,
                        "The descriptor is encoded as " + declared.group(1) + ". Save it as UTF-8.");
            }
        }
        try {
            String text = charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
                    .toString();
            return new XmlBytes(text, charset, mark);
        } catch (CharacterCodingException e) {
            throw new OvfException(
                    OvfProblem.NOT_XML, "The descriptor is not valid " + charset + ". Save it as UTF-8.", e);
        }
    }

    /** Encodes other characters in the same way. Characters outside the encoding become character references. */
    public byte[] encode(String changed) {
        StringBuilder safe = new StringBuilder(changed.length() + 1);
        if (byteOrderMark) {
            safe.append('\ufeff');
        }
        if (charset.equals(StandardCharsets.UTF_8)) {
            safe.append(changed);
        } else {
            int limit = charset.equals(StandardCharsets.US_ASCII) ? 0x80 : 0x100;
            changed.codePoints().forEach(c -> {
                if (c < limit) {
                    safe.append((char) c);
                } else {
                    safe.append("&#").append(c).append(';');
                }
            });
        }
        return safe.toString().getBytes(charset);
    }
}
