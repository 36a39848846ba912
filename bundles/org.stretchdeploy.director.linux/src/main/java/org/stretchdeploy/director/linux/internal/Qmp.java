package org.stretchdeploy.director.linux.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.stretchdeploy.director.host.HostException;

/**
 * One conversation with a guest's control socket (QEMU Machine Protocol: a JSON object per line). Every call waits for
 * its answer for five seconds at most; events are skipped. For one thread.
 */
final class Qmp implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int LINE_LIMIT = 1 << 20;

    private final ObjectMapper json = new ObjectMapper();
    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocate(8192).flip();

    Qmp(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            readLine();
            execute("qmp_capabilities", Map.of());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    JsonNode execute(String command, Map<String, Object> arguments) throws IOException {
        ObjectNode request = json.createObjectNode().put("execute", command);
        request.set("arguments", json.valueToTree(arguments));
        ByteBuffer line = ByteBuffer.wrap((json.writeValueAsString(request) + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            channel.write(line);
        }
        while (true) {
            JsonNode answer = json.readTree(readLine());
            if (answer.has("return")) {
                return answer.get("return");
            }
            if (answer.has("error")) {
                throw new HostException("The guest's emulator refused " + command + ": "
                        + answer.path("error").path("desc").asText());
            }
        }
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (line.size() < LINE_LIMIT) {
            while (buffer.hasRemaining()) {
                byte next = buffer.get();
                if (next == '\n') {
                    return line.toString(StandardCharsets.UTF_8);
                }
                line.write(next);
            }
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0 || selector.select(left) == 0 && System.nanoTime() > end) {
                throw new IOException("no answer within " + LIMIT.toSeconds() + " s");
            }
            selector.selectedKeys().clear();
            buffer.clear();
            int count = channel.read(buffer);
            buffer.flip();
            if (count < 0) {
                throw new IOException("the emulator closed the connection");
            }
        }
        throw new IOException("an answer is too long");
    }

    @Override
    public void close() throws IOException {
        try {
            selector.close();
        } finally {
            channel.close();
        }
    }
}
