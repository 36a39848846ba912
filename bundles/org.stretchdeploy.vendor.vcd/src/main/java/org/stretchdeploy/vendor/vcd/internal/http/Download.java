package org.stretchdeploy.vendor.vcd.internal.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;

/**
 * The body of a download. A read that gets nothing for too long is broken off with an {@link IOException}; without that a
 * silent server would hold the reader for ever. One reader at a time.
 */
final class Download extends InputStream {
    private static final long NOT_READING = 0;

    private final InputStream body;
    private final Duration stallTimeout;
    private volatile long readingSinceNanos = NOT_READING;
    private volatile boolean stalled;
    private volatile boolean closed;

    private Download(InputStream body, Duration stallTimeout) {
        this.body = body;
        this.stallTimeout = stallTimeout;
        watchLater();
    }

    /** Judges the head of the answer; on a failure the body is closed. */
    static InputStream of(HttpResponse<InputStream> response, long offset, Duration stallTimeout) {
        Download download = new Download(response.body(), stallTimeout);
        try {
            return switch (response.statusCode()) {
                case 200 -> download.skipped(offset);
                case 206 -> download.startingAt(response, offset);
                case 416 -> {
                    download.close();
                    yield InputStream.nullInputStream();
                }
                default -> throw refused(response, download);
            };
        } catch (IOException e) {
            download.close();
            throw new CloudException(
                    "no-answer",
                    Category.TRANSIENT,
                    "The download from the cloud broke off.",
                    Optional.of(Duration.ofSeconds(5)),
                    e);
        }
    }

    private static CloudException refused(HttpResponse<InputStream> response, Download download) throws IOException {
        byte[] start = download.readNBytes(4096);
        download.close();
        CloudException failure =
                Failures.of(new Reply(response.statusCode(), response.headers(), start), "The download");
        boolean gone = response.statusCode() == 403 || response.statusCode() == 404;
        return gone ? new CloudException(failure.code(), Category.NOT_FOUND, failure.getMessage()) : failure;
    }

    private InputStream skipped(long offset) throws IOException {
        skipNBytes(offset);
        return this;
    }

    private InputStream startingAt(HttpResponse<InputStream> response, long offset) {
        String range = response.headers().firstValue("Content-Range").orElse("");
        if (!range.startsWith("bytes " + offset + "-")) {
            close();
            throw new CloudException(
                    "wrong-range",
                    Category.EXTERNAL,
                    "The cloud answered with another part of the file than asked for.");
        }
        return this;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        readingSinceNanos = System.nanoTime() | 1;
        try {
            int count = body.read(buffer, offset, length);
            if (stalled) {
                throw new IOException("the cloud sent nothing for " + stallTimeout.toSeconds() + " seconds");
            }
            return count;
        } finally {
            readingSinceNanos = NOT_READING;
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            body.close();
        } catch (IOException e) {
            // The connection is given up either way and there is nothing to save in a body that is read.
            stalled = true;
        }
    }

    private void watchLater() {
        CompletableFuture.delayedExecutor(Math.max(50, stallTimeout.toMillis() / 4), TimeUnit.MILLISECONDS)
                .execute(this::watch);
    }

    private void watch() {
        if (closed) {
            return;
        }
        long since = readingSinceNanos;
        if (since != NOT_READING && System.nanoTime() - since > stallTimeout.toNanos()) {
            stalled = true;
            close();
            return;
        }
        watchLater();
    }
}
