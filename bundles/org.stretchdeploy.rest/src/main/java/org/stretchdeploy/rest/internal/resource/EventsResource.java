package org.stretchdeploy.rest.internal.resource;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.stretchdeploy.api.OperationEvent;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.rest.internal.gate.Needs;
import org.stretchdeploy.rest.internal.gate.Role;
import org.stretchdeploy.rest.internal.problem.Problem;
import org.stretchdeploy.rest.internal.problem.ProblemMapper;

/**
 * The events of an operation, as server-sent events or by long polling.
 *
 * <p>Both hold a thread of the web server, so the number of followers is bounded.
 */
@Path("operations/{id}/events")
@Tag(name = "operations")
public final class EventsResource {
    private static final int MAX_BATCH = 500;
    private static final long MAX_WAIT_SECONDS = 60;

    private final StretchDeploy stretchDeploy;
    private final ObjectMapper json;
    private final Duration keepAlive;
    private final Semaphore places;

    public EventsResource(StretchDeploy stretchDeploy, ObjectMapper json, Duration keepAlive, int maxFollowers) {
        this.stretchDeploy = stretchDeploy;
        this.json = json;
        this.keepAlive = keepAlive;
        this.places = new Semaphore(maxFollowers);
    }

    /**
     * A piece of an operation's history.
     *
     * @param next  give it as {@code after} to go on
     * @param ended true when the operation has ended and these are its last events
     */
    public record EventBatch(List<OperationEvent> events, long next, boolean ended) {}

    @GET
    @Needs(Role.VIEWER)
    @Produces("text/event-stream;qs=0.5")
    @Operation(
            operationId = "followOperation",
            summary = "Follows an operation by server-sent events",
            description =
                    "The id of an event is its sequence; a lost connection resumes with Last-Event-ID. After the event"
                            + " ended the stream closes; asking again after it gives 204.")
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(mediaType = "text/event-stream", schema = @Schema(implementation = OperationEvent.class)))
    @ApiResponse(responseCode = "204", description = "The operation has ended and there is nothing after that event")
    public Response follow(
            @PathParam("id") String id,
            @HeaderParam("Last-Event-ID") @Parameter(schema = @Schema(type = "integer")) String lastEventId,
            @QueryParam("after") @DefaultValue("0") @Parameter(schema = @Schema(type = "integer")) String after) {
        var operation = new OperationId(id);
        long from = lastEventId == null || lastEventId.isBlank()
                ? Numbers.inRange("after", after, 0, Long.MAX_VALUE)
                : Numbers.inRange("Last-Event-ID", lastEventId, 0, Long.MAX_VALUE);
        if (nothingAfter(operation, from)) {
            return Response.noContent().build();
        }
        takePlace();
        StreamingOutput stream = out -> {
            try {
                new EventStream(stretchDeploy, json, keepAlive).write(operation, from, out);
            } finally {
                places.release();
            }
        };
        return Response.ok(stream, "text/event-stream;charset=utf-8")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    @GET
    @Needs(Role.VIEWER)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "pollOperation",
            summary = "Waits for events of an operation",
            description = "Answers as soon as there is an event after the given one, at the latest after wait seconds.")
    @ApiResponse(
            responseCode = "200",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = EventBatch.class)))
    public EventBatch poll(
            @PathParam("id") String id,
            @QueryParam("after") @DefaultValue("0") @Parameter(schema = @Schema(type = "integer")) String after,
            @QueryParam("wait")
                    @DefaultValue("0")
                    @Parameter(description = "seconds, 0 to 60", schema = @Schema(type = "integer"))
                    String wait) {
        var operation = new OperationId(id);
        long from = Numbers.inRange("after", after, 0, Long.MAX_VALUE);
        long seconds = Numbers.inRange("wait", wait, 0, MAX_WAIT_SECONDS);
        if (nothingAfter(operation, from)) {
            return new EventBatch(List.of(), from, true);
        }
        takePlace();
        try (var feed = new EventFeed(stretchDeploy, operation, from)) {
            List<OperationEvent> events = feed.batch(Duration.ofSeconds(seconds), MAX_BATCH);
            long next = events.isEmpty() ? from : events.get(events.size() - 1).sequence();
            return new EventBatch(events, next, nothingAfter(operation, next));
        } finally {
            places.release();
        }
    }

    private boolean nothingAfter(OperationId id, long sequence) {
        var operation = stretchDeploy.operation(id);
        return operation.state().ended() && operation.sequence() <= sequence;
    }

    private void takePlace() {
        if (!places.tryAcquire()) {
            var problem = Problem.of(
                    503, "Busy", "too-many-followers", "Too many callers follow operations; try again in a while.");
            throw new WebApplicationException(Response.status(503)
                    .header("Retry-After", "5")
                    .type(Problem.MEDIA_TYPE)
                    .entity(ProblemMapper.write(json, problem))
                    .build());
        }
    }
}
