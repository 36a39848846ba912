package org.stretchdeploy.lab;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Runs in the outside client's namespace: asks the guests over and over and writes one line per answer,
 * {@code flow TAB millis TAB ok|no TAB what the guest said}. A flow counts only by what the guest at its end says about
 * itself, never by a mere reply. Also serves a page of its own, so that guests have somebody outside to reach.
 */
public final class Prober {
    private static final int EVERY_MILLIS = 100;
    private static final int PATIENCE_MILLIS = 900;
    private static final int MOST_BYTES = 4096;

    private Prober() {}

    /** @param args output file, then pairs of flow name and address */
    public static void main(String[] args) throws IOException {
        serve();
        PrintStream out = new PrintStream(
                Files.newOutputStream(Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                true,
                StandardCharsets.UTF_8);
        List<String> words = List.of(args).subList(1, args.length);
        int flows = words.size() / 2;
        var executor = Executors.newScheduledThreadPool(flows);
        for (int i = 0; i < flows; i++) {
            String name = words.get(2 * i);
            URI address = URI.create(words.get(2 * i + 1));
            executor.scheduleWithFixedDelay(() -> probe(out, name, address), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private static void serve() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(Underlay.CLIENT_ADDRESS, 80), 20);
        server.createContext("/cgi-bin/state", exchange -> {
            byte[] body = ("{\"host\":\"outside\",\"ip\":\"" + Underlay.CLIENT_ADDRESS + "\"}\n")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            try (var stream = exchange.getResponseBody()) {
                stream.write(body);
            }
        });
        server.start();
    }

    private static void probe(PrintStream out, String name, URI address) {
        long started = System.currentTimeMillis();
        String answer = "";
        try {
            answer = ask(address);
        } catch (IOException e) {
            answer = "";
        }
        boolean ok = answer.contains("\"host\"");
        String text = answer.replaceAll("\\s+", " ").strip();
        synchronized (out) {
            out.println(name + "\t" + started + "\t" + System.currentTimeMillis() + "\t" + (ok ? "ok" : "no") + "\t"
                    + text);
        }
    }

    private static String ask(URI address) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS * 3);
        connection.setRequestProperty("Connection", "close");
        try (var in = connection.getInputStream()) {
            return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        } finally {
            connection.disconnect();
        }
    }
}
