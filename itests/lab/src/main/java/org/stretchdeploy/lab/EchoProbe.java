package org.stretchdeploy.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Runs in a namespace of the lab: one TCP connection to a guest's echo, a numbered line every 20 ms, and for each that
 * comes back {@code number TAB millis} in a file. Ends, with {@code broken TAB why}, when the connection does, or when a
 * line comes back that was not the next one.
 */
public final class EchoProbe {
    private static final int EVERY_MILLIS = 20;
    private static final int PORT = 7;
    private static final int PATIENCE_MILLIS = 30_000;

    private EchoProbe() {}

    /** @param args output file, the guest's address */
    public static void main(String[] args) throws IOException {
        var writer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "writer");
            thread.setDaemon(true);
            return thread;
        });
        try (PrintStream file = new PrintStream(Files.newOutputStream(Path.of(args[0])), true, StandardCharsets.UTF_8);
                Socket socket = new Socket()) {
            try {
                socket.connect(new InetSocketAddress(args[1], PORT), PATIENCE_MILLIS);
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(PATIENCE_MILLIS);
                OutputStream out = socket.getOutputStream();
                long[] next = {0};
                writer.scheduleAtFixedRate(() -> send(out, next), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
                file.println("broken\t" + listen(socket, file));
            } catch (IOException e) {
                file.println("broken\t" + e.getMessage());
            }
        }
    }

    private static void send(OutputStream out, long[] next) {
        try {
            out.write((next[0]++ + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // the reader sees the end of the connection, too, and says it
            throw new IllegalStateException(e);
        }
    }

    private static String listen(Socket socket, PrintStream file) throws IOException {
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        long expected = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (!line.equals(String.valueOf(expected))) {
                return "line " + expected + " was expected, and " + line + " came";
            }
            file.println(line + "\t" + System.currentTimeMillis());
            expected++;
        }
        return "the guest has closed it";
    }
}
