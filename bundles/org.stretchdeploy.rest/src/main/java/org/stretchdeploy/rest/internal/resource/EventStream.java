package org.stretchdeploy.rest.internal.resource;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.api.OperationEvent;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.StretchDeploy;

/** Writes events in the form of server-sent events (HTML standard, section 9.2). */
final class EventStream {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final byte[] KEEP_ALIVE = ": still here\n\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] RETRY = "retry: 2000\n\n".getBytes(StandardCharsets.UTF_8);

    private final StretchDeploy stretchDeploy;
    private final ObjectMapper json;
    private final Duration keepAlive;

    EventStream(StretchDeploy stretchDeploy, ObjectMapper json, Duration keepAlive) {
        this.stretchDeploy = stretchDeploy;
        this.json = json;
        this.keepAlive = keepAlive;
    }

    /** Writes until the operation has ended, the caller is gone or too slow. */
    void write(OperationId operation, long after, OutputStream out) {
        try {
            writeUntilEnd(operation, after, out);
        } catch (IOException e) {
            LOG.debug("event=follower-gone operation={}", operation);
        }
    }

    private void writeUntilEnd(OperationId operation, long after, OutputStream out) throws IOException {
        out.write(RETRY);
        out.flush();
        try (var feed = new EventFeed(stretchDeploy, operation, after)) {
            while (!feed.cutOff() && !Thread.currentThread().isInterrupted()) {
                Optional<OperationEvent> event = feed.next(keepAlive);
                out.write(event.isPresent() ? encode(event.get()) : KEEP_ALIVE);
                out.flush();
                if (event.isPresent() && isLast(operation, event.get())) {
                    return;
                }
            }
        }
    }

    // A retried operation has an event "ended" in the middle of its history.
    private boolean isLast(OperationId operation, OperationEvent event) {
        if (!event.type().equals("ended")) {
            return false;
        }
        var now = stretchDeploy.operation(operation);
        return now.state().ended() && now.sequence() <= event.sequence();
    }

    private byte[] encode(OperationEvent event) throws IOException {
        String text = "id: " + event.sequence() + "\nevent: " + event.type() + "\ndata: "
                + json.writeValueAsString(event) + "\n\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
