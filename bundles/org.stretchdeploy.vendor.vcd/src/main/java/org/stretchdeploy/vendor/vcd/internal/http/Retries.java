package org.stretchdeploy.vendor.vcd.internal.http;

import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;

/**
 * Repeats a request where that is safe: a read; a request that was proven not to be sent; one that the cloud refused for
 * now (busy entity, operation limit, 429, 503). A write whose outcome is unknown is never repeated here. Bounded to a few
 * seconds in all, with random pauses so that several controllers do not repeat in step.
 */
final class Retries {
    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
    private static final int ATTEMPTS = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(150);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private Retries() {}

    /** Something that sends the request once. */
    interface Sending {
        Reply send() throws Transport.Failed;
    }

    /** @return the last answer, which may be a refusal */
    static Reply run(Request request, Sending sending) {
        for (int attempt = 1; ; attempt++) {
            boolean last = attempt == ATTEMPTS;
            Optional<Duration> asked = Optional.empty();
            try {
                Reply reply = sending.send();
                boolean repeat = Failures.refusedForNow(reply) || (request.reads() && Failures.leavesOpen(reply));
                if (last || !repeat) {
                    return reply;
                }
                asked = reply.retryAfter();
            } catch (Transport.Failed e) {
                boolean repeat = !e.sent() || (request.reads() && !timedOut(e));
                if (last || !repeat) {
                    throw unreachable(request, e);
                }
            }
            LOG.debug("event=retry method={} path={} attempt={}", request.method(), request.path(), attempt);
            pause(attempt, asked);
        }
    }

    /** The failure of a request that got no answer. */
    static CloudException unreachable(Request request, Transport.Failed failed) {
        if (failed.sent() && !request.reads()) {
            return new CloudException(
                    "outcome-unknown",
                    Category.EXTERNAL,
                    "The connection to the cloud was lost before it answered; whether it did what was asked is not"
                            + " known.",
                    Optional.empty(),
                    failed);
        }
        String why = timedOut(failed) ? "did not answer in time" : "cannot be reached";
        return new CloudException(
                failed.sent() ? "no-answer" : "unreachable",
                Category.TRANSIENT,
                "The cloud " + why + ": " + reason(failed),
                Optional.of(Duration.ofSeconds(5)),
                failed);
    }

    private static boolean timedOut(Transport.Failed failed) {
        return failed.getCause() instanceof TimeoutException;
    }

    private static String reason(Throwable failure) {
        Throwable deepest = failure;
        for (int depth = 0; deepest.getCause() != null && depth < 20; depth++) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        if (message == null && deepest instanceof UnresolvedAddressException) {
            return "its host name is not known.";
        }
        if (message == null && deepest instanceof ClosedChannelException) {
            return "the connection was refused or closed.";
        }
        return Failures.clean(message == null ? deepest.getClass().getSimpleName() : message);
    }

    private static void pause(int attempt, Optional<Duration> asked) {
        long most = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << (attempt - 1));
        long least =
                Math.min(LONGEST_PAUSE.toMillis(), asked.map(Duration::toMillis).orElse(0L));
        long millis = Math.max(least, ThreadLocalRandom.current().nextLong(most / 2, most + 1));
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloudException(
                    "interrupted", Category.TRANSIENT, "Interrupted while waiting for the cloud.", Optional.empty(), e);
        }
    }
}
