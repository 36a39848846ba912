package org.stretchdeploy.tunnel.internal.core;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.internal.frame.Ipv4Address;
import org.stretchdeploy.tunnel.internal.wire.Answer;
import org.stretchdeploy.tunnel.internal.wire.Query;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/** Probes that one edge makes for the other. */
final class RemoteQueries {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteQueries.class);
    private static final long WAIT_SECONDS = 3;
    /** Few enough for what may wait to be sent ({@link Courier}), here as questions and there as answers. */
    private static final int AT_ONCE = 24;

    private static final int MOST_WAITING = 2048;

    private final Map<Long, CompletableFuture<Answer>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final Turns turns;

    /** @param later runs tasks on a thread that sends */
    RemoteQueries(Executor later) {
        turns = new Turns(AT_ONCE, MOST_WAITING, later);
    }

    /** Sends a query under a fresh id when its turn comes; completes with the answer or fails three seconds later. */
    CompletableFuture<Answer> ask(LongConsumer send) {
        return turns.take(() -> begin(send));
    }

    private CompletableFuture<Answer> begin(LongConsumer send) {
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

    /**
     * Makes the probe that the peer asked for. One that cannot be made, because the network is not here, is full or the question
     * is none, has no answer: it is not "nobody".
     */
    void answer(PeerConnection from, Optional<StretchedNetwork> network, Query query) {
        try {
            int address = Ipv4Address.parse(query.address());
            network.ifPresent(here -> here.prober()
                    .probe(address)
                    .thenAccept(machines -> from.sendDocument(Wire.ANSWER, new Answer(query.id(), machines))));
        } catch (IllegalArgumentException | NullPointerException noAddress) {
            LOG.debug("event=query-without-address id={}", query.id());
        }
    }
}
