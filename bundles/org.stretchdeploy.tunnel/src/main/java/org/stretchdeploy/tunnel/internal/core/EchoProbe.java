package org.stretchdeploy.tunnel.internal.core;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.stretchdeploy.tunnel.control.ProbeKind;
import org.stretchdeploy.tunnel.control.ProbeRequest;
import org.stretchdeploy.tunnel.control.ProbeResult;

/** Measures with test frames that come back: round trip, loss, and an estimate of the throughput. */
final class EchoProbe {
    private static final int WAIT_MILLIS = 2000;
    private static final int ECHO_PAUSE_MILLIS = 5;
    private static final int LARGE_BYTES = 64_000;
    private static final int LARGE_COUNT = 256;
    /** Of each connection: enough for 16 MB/s at 100 ms, and less than its courier takes. */
    private static final int IN_FLIGHT = 24;

    private EchoProbe() {}

    static CompletableFuture<ProbeResult> echo(Tunnel tunnel, ProbeRequest request) {
        List<PeerConnection> present = tunnel.connections();
        if (present.isEmpty()) {
            return notUp(request);
        }
        ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
        CompletableFuture<ProbeResult> result = new CompletableFuture<>();
        for (int i = 0; i < request.count(); i++) {
            PeerConnection connection = present.get(i % present.size());
            tunnel.later(
                    () -> connection.echo(request.size(), took -> {
                        nanos.add(took);
                        if (nanos.size() == request.count()) {
                            result.complete(measured(request, nanos));
                        }
                    }),
                    (long) i * ECHO_PAUSE_MILLIS);
        }
        return result.completeOnTimeout(null, WAIT_MILLIS, TimeUnit.MILLISECONDS)
                .thenApply(done -> done == null ? measured(request, nanos) : done);
    }

    /**
     * Keeps every connection busy with large frames. Both directions are filled at once, and the answers compete with the
     * frames; so what one direction alone takes is rather more than the estimate.
     */
    static CompletableFuture<ProbeResult> throughput(Tunnel tunnel, ProbeRequest request) {
        List<PeerConnection> present = tunnel.connections();
        if (present.isEmpty()) {
            return notUp(request);
        }
        Burst burst = new Burst();
        for (int i = 0; i < IN_FLIGHT; i++) {
            present.forEach(burst::next);
        }
        return burst.done
                .completeOnTimeout(null, WAIT_MILLIS, TimeUnit.MILLISECONDS)
                .thenApply(any -> burst.result(request));
    }

    private static final class Burst {
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final AtomicInteger sent = new AtomicInteger();
        private final AtomicInteger received = new AtomicInteger();
        private final AtomicLong lastNanos = new AtomicLong();
        private final long startNanos = System.nanoTime();

        void next(PeerConnection connection) {
            if (!done.isDone() && sent.incrementAndGet() <= LARGE_COUNT) {
                connection.echo(LARGE_BYTES, took -> cameBack(connection));
            }
        }

        private void cameBack(PeerConnection connection) {
            lastNanos.set(System.nanoTime());
            if (received.incrementAndGet() == LARGE_COUNT) {
                done.complete(null);
            } else {
                next(connection);
            }
        }

        ProbeResult result(ProbeRequest request) {
            int frames = received.get();
            long nanos = Math.max(1, lastNanos.get() - startNanos);
            long bits = frames == 0 ? 0 : (long) (frames * (LARGE_BYTES * 8e9) / nanos);
            return new ProbeResult(
                    request.id(),
                    ProbeKind.THROUGHPUT,
                    request.network(),
                    null,
                    LARGE_BYTES,
                    Math.min(sent.get(), LARGE_COUNT),
                    frames,
                    List.of(),
                    0,
                    bits,
                    "");
        }
    }

    private static CompletableFuture<ProbeResult> notUp(ProbeRequest request) {
        return CompletableFuture.completedFuture(new ProbeResult(
                request.id(),
                request.kind(),
                request.network(),
                null,
                request.size(),
                0,
                0,
                List.of(),
                0,
                0,
                "tunnel is not up"));
    }

    private static ProbeResult measured(ProbeRequest request, ConcurrentLinkedQueue<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return new ProbeResult(
                request.id(),
                ProbeKind.ECHO,
                request.network(),
                null,
                request.size(),
                request.count(),
                sorted.length,
                List.of(),
                sorted.length == 0 ? 0 : sorted[sorted.length / 2] / 1000,
                0,
                "");
    }
}
