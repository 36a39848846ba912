package org.stretchdeploy.vendor.vcd.internal.http;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Which connections a request may use. Servers close connections that were idle for a while, and a write that is sent
 * into the closing of an old connection gets no answer although it was never looked at; it must not be repeated, as
 * nobody can tell. So reads, which can be repeated, share connections of any age, and writes use only connections that
 * are younger than any server's patience. Thread-safe.
 */
final class Connections {
    private static final Duration YOUNG = Duration.ofSeconds(5);

    private final Supplier<HttpClient> maker;
    private final HttpClient forReads;
    private HttpClient forWrites;
    private long forWritesSinceNanos;

    Connections(Supplier<HttpClient> maker) {
        this.maker = maker;
        this.forReads = maker.get();
    }

    HttpClient forReads() {
        return forReads;
    }

    /** A client that was replaced lives until its last exchange has ended. */
    synchronized HttpClient forWrites() {
        long now = System.nanoTime();
        if (forWrites == null || now - forWritesSinceNanos > YOUNG.toNanos()) {
            forWrites = maker.get();
            forWritesSinceNanos = now;
        }
        return forWrites;
    }
}
