package org.stretchdeploy.rest.internal.gate;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** User and password of a Basic authorization header (RFC 7617, UTF-8). */
record BasicCredentials(String user, char[] password) {
    private static final int MAX_HEADER = 4096;
    private static final String SCHEME = "Basic ";

    /** Returns empty when the header is absent, of another scheme or not well-formed. */
    static Optional<BasicCredentials> parse(String header) {
        if (header == null
                || header.length() > MAX_HEADER
                || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        try {
            byte[] bytes =
                    Base64.getDecoder().decode(header.substring(SCHEME.length()).trim());
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            char[] all = new char[text.remaining()];
            text.get(all);
            int colon = indexOfColon(all);
            if (colon <= 0) {
                return Optional.empty();
            }
            return Optional.of(
                    new BasicCredentials(new String(all, 0, colon), Arrays.copyOfRange(all, colon + 1, all.length)));
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static int indexOfColon(char[] text) {
        for (int i = 0; i < text.length; i++) {
            if (text[i] == ':') {
                return i;
            }
        }
        return -1;
    }
}
