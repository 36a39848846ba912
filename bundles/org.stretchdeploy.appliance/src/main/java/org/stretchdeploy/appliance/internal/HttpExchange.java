package org.stretchdeploy.appliance.internal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/**
 * One request and its answer: the part of HTTP/1.1 (RFC 9112) that agents speak. Bodies have a length; everything is
 * bounded.
 *
 * @param method as sent
 * @param path as sent
 * @param headers names in lower case
 * @param body at most {@link #BODY_LIMIT} bytes
 * @param client the client's certificate, if it showed one
 */
record HttpExchange(
        String method, String path, Map<String, String> headers, byte[] body, Optional<X509Certificate> client) {
    static final int BODY_LIMIT = 4 << 20;
    private static final int ANONYMOUS_BODY_LIMIT = 16 << 10;
    private static final int LINE_LIMIT = 8192;
    private static final int HEADER_LIMIT = 64;

    /** Answers requests. */
    interface Handler {
        Answer answer(HttpExchange request);
    }

    /**
     * An answer.
     *
     * @param status HTTP status
     * @param body JSON, may be empty
     * @param headers further headers
     */
    record Answer(int status, byte[] body, Map<String, String> headers) {
        static Answer of(int status) {
            return new Answer(status, new byte[0], Map.of());
        }

        static Answer json(byte[] body) {
            return new Answer(200, body, Map.of());
        }
    }

    /** The bytes of a connection. One thread. */
    static final class Connection {
        private final InputStream in;
        private final OutputStream out;
        private final Optional<X509Certificate> client;

        Connection(SSLSocket socket) throws IOException {
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = new BufferedOutputStream(socket.getOutputStream());
            this.client = certificate(socket);
        }

        private static Optional<X509Certificate> certificate(SSLSocket socket) {
            try {
                return Optional.of((X509Certificate) socket.getSession().getPeerCertificates()[0]);
            } catch (SSLPeerUnverifiedException none) {
                return Optional.empty();
            }
        }

        /** Serves one request; false when the connection ends after it. */
        boolean serveOne(Handler handler) throws IOException {
            String line = line();
            if (line == null) {
                return false;
            }
            String[] words = line.split(" ");
            if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
                send(Answer.of(400), false);
                return false;
            }
            Map<String, String> headers = headers();
            int length = length(headers);
            if (length < 0 || headers.containsKey("transfer-encoding")) {
                send(Answer.of(length == -2 ? 413 : 400), false);
                return false;
            }
            byte[] body = in.readNBytes(length);
            if (body.length < length) {
                throw new EOFException("body cut off");
            }
            boolean keep = !"close".equalsIgnoreCase(headers.get("connection")) && words[2].equals("HTTP/1.1");
            send(handler.answer(new HttpExchange(words[0], words[1], headers, body, client)), keep);
            return keep;
        }

        private int length(Map<String, String> headers) {
            String text = headers.getOrDefault("content-length", "0");
            try {
                int length = Integer.parseInt(text);
                return length > (client.isPresent() ? BODY_LIMIT : ANONYMOUS_BODY_LIMIT) ? -2 : length;
            } catch (NumberFormatException e) {
                return -1;
            }
        }

        private Map<String, String> headers() throws IOException {
            Map<String, String> headers = new HashMap<>();
            for (String line = line(); line != null && !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                if (colon <= 0 || headers.size() >= HEADER_LIMIT) {
                    throw new IOException("bad header");
                }
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            return headers;
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            int octet = in.read();
            while (octet >= 0 && octet != '\n') {
                if (octet != '\r') {
                    line.append((char) octet);
                }
                if (line.length() > LINE_LIMIT) {
                    throw new IOException("line too long");
                }
                octet = in.read();
            }
            return octet < 0 && line.length() == 0 ? null : line.toString();
        }

        private void send(Answer answer, boolean keep) throws IOException {
            StringBuilder head =
                    new StringBuilder("HTTP/1.1 ").append(answer.status()).append(" -\r\n");
            if (answer.body().length > 0) {
                head.append("Content-Type: application/json\r\n");
            }
            answer.headers()
                    .forEach((name, value) ->
                            head.append(name).append(": ").append(value).append("\r\n"));
            if (answer.status() != 304) {
                head.append("Content-Length: ").append(answer.body().length).append("\r\n");
            }
            head.append("Connection: ").append(keep ? "keep-alive" : "close").append("\r\n\r\n");
            out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            out.write(answer.body());
            out.flush();
        }
    }
}
