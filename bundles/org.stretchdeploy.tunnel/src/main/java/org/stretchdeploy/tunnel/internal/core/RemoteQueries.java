package org.stretchdeploy.tunnel.internal.core;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.stretchdeploy.tunnel.internal.frame.Ipv4Address;
import org.stretchdeploy.tunnel.internal.wire.Answer;
import org.stretchdeploy.tunnel.internal.wire.Query;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/** Probes that one edge makes for the other. */
final class RemoteQueries {
    private static final long WAIT_SECONDS = 3;

    private final Map<Long, CompletableFuture<Answer>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();

    /** Sends a query under a fresh id; completes with the answer or fails after three seconds. */
    CompletableFuture<Answer> ask(LongConsumer send) {
        long id = ids.incrementAndGet();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        try {
            send.accept(id);
        } catch (IllegalStateException notUp) {
            answer.completeExceptionally(notUp);
        }
        return answer.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).whenComplete((done, failure) -> waiting.remove(id));
    }

    void answered(Answer answer) {
        CompletableFuture<Answer> asked = waiting.get(answer.id());
        if (asked != null) {
            asked.complete(answer);
        }
    }

    /** Makes the probe that the peer asked for. */
    void answer(PeerConnection from, StretchedNetwork network, Query query) {
        if (network == null) {
            from.sendDocument(Wire.ANSWER, new Answer(query.id(), List.of()));
            return;
        }
        try {
            network.prober()
                    .probe(Ipv4Address.parse(query.address()))
                    .whenComplete(
                            (machines, failure) -> from.sendDocument(Wire.ANSWER, new Answer(query.id(), machines)));
        } catch (IllegalArgumentException | NullPointerException noAddress) {
            from.sendDocument(Wire.ANSWER, new Answer(query.id(), List.of()));
        }
    }
}
