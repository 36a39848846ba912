package org.stretchdeploy.rest.internal.resource;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import javax.ws.rs.Consumes;
import javax.ws.rs.DefaultValue;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.rest.internal.gate.Needs;
import org.stretchdeploy.rest.internal.gate.Role;

/** Operations: start, list, show, cancel, commit, retry. */
@Path("operations")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "operations")
public final class OperationsResource {
    private static final int MAX_KEY = 255;

    private final StretchDeploy stretchDeploy;

    public OperationsResource(StretchDeploy stretchDeploy) {
        this.stretchDeploy = stretchDeploy;
    }

    @POST
    @Needs(Role.OPERATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "startOperation",
            summary = "Plans and starts a deploy or a return",
            description =
                    "Answers at once; follow the operation at Location. 422 with findings when the precheck forbids it.")
    @ApiResponse(
            responseCode = "202",
            headers = @Header(name = "Location", description = "the operation", schema = @Schema(type = "string")),
            content = @Content(schema = @Schema(implementation = org.stretchdeploy.api.Operation.class)))
    public Response start(
            OperationBody body,
            @HeaderParam("Idempotency-Key")
                    @Parameter(
                            description = "the same key and body give the same operation again; with another body: 409")
                    String key,
            @Context UriInfo uri) {
        var given = Bodies.present(body);
        Optional<String> idempotencyKey = checkedKey(key);
        OperationId id =
                switch (given.parsedKind()) {
                    case DEPLOY -> stretchDeploy.deploy(given.deployRequest(), idempotencyKey);
                    case RETURN -> stretchDeploy.bringBack(given.returnRequest(), idempotencyKey);
                };
        return accepted(id, uri);
    }

    @GET
    @Needs(Role.VIEWER)
    @Operation(operationId = "listOperations", summary = "Lists operations, newest first")
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            array =
                                    @ArraySchema(
                                            schema = @Schema(implementation = org.stretchdeploy.api.Operation.class))))
    public List<org.stretchdeploy.api.Operation> list(
            @QueryParam("limit")
                    @DefaultValue("100")
                    @Parameter(description = "1 to 1000", schema = @Schema(type = "integer"))
                    String limit) {
        return stretchDeploy.operations((int) Numbers.inRange("limit", limit, 1, 1000));
    }

    @GET
    @Path("{id}")
    @Needs(Role.VIEWER)
    @Operation(operationId = "getOperation", summary = "Shows an operation")
    @ApiResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = org.stretchdeploy.api.Operation.class)))
    public org.stretchdeploy.api.Operation get(@PathParam("id") String id) {
        return stretchDeploy.operation(new OperationId(id));
    }

    @POST
    @Path("{id}/cancel")
    @Needs(Role.OPERATOR)
    @Operation(operationId = "cancelOperation", summary = "Asks an operation to stop and go back")
    @ApiResponse(
            responseCode = "202",
            content = @Content(schema = @Schema(implementation = org.stretchdeploy.api.Operation.class)))
    public Response cancel(@PathParam("id") String id, @Context UriInfo uri) {
        var operation = new OperationId(id);
        stretchDeploy.cancel(operation);
        return accepted(operation, uri);
    }

    @POST
    @Path("{id}/retry")
    @Needs(Role.OPERATOR)
    @Operation(operationId = "retryOperation", summary = "Goes on with an operation that needs an operator")
    @ApiResponse(
            responseCode = "202",
            content = @Content(schema = @Schema(implementation = org.stretchdeploy.api.Operation.class)))
    public Response retry(@PathParam("id") String id, @Context UriInfo uri) {
        var operation = new OperationId(id);
        stretchDeploy.retry(operation);
        return accepted(operation, uri);
    }

    @POST
    @Path("{id}/commit")
    @Needs(Role.OPERATOR)
    @Operation(
            operationId = "commitOperation",
            summary = "Ends the trial of a deploy: its machines stay in the target",
            description = "Doing it twice is fine. 409 when the deploy is not on trial or its machines are on their way"
                    + " home.")
    @ApiResponse(
            responseCode = "202",
            content = @Content(schema = @Schema(implementation = org.stretchdeploy.api.Operation.class)))
    public Response commit(@PathParam("id") String id, @Context UriInfo uri) {
        var operation = new OperationId(id);
        stretchDeploy.commit(operation);
        return accepted(operation, uri);
    }

    private Response accepted(OperationId id, UriInfo uri) {
        return Response.accepted(stretchDeploy.operation(id))
                .location(uri.getBaseUriBuilder()
                        .path("operations")
                        .path(id.value())
                        .build())
                .build();
    }

    private static Optional<String> checkedKey(String key) {
        if (key == null) {
            return Optional.empty();
        }
        boolean printable = key.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (key.isEmpty() || key.length() > MAX_KEY || !printable) {
            throw StretchException.user(
                    "invalid-idempotency-key",
                    "An Idempotency-Key is 1 to 255 visible ASCII characters without blanks.");
        }
        return Optional.of(key);
    }
}
