package org.stretchdeploy.rest.internal.resource;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import javax.ws.rs.Consumes;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.rest.internal.gate.Needs;
import org.stretchdeploy.rest.internal.gate.Role;

/** Plans are made on request and not kept. */
@Path("plans")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "operations")
public final class PlansResource {
    private final StretchDeploy stretchDeploy;

    public PlansResource(StretchDeploy stretchDeploy) {
        this.stretchDeploy = stretchDeploy;
    }

    @POST
    @Needs(Role.VIEWER)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "plan",
            summary = "Says everything that an operation would do; writes nothing",
            description = "Blocking findings are part of the plan, not an error; executable tells.")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Plan.class)))
    public Plan plan(OperationBody body) {
        var given = Bodies.present(body);
        return switch (given.parsedKind()) {
            case DEPLOY -> stretchDeploy.plan(given.deployRequest());
            case RETURN -> stretchDeploy.plan(given.returnRequest());
        };
    }
}
