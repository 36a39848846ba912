package org.stretchdeploy.rest.internal.resource;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.stretchdeploy.api.Health;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.rest.internal.gate.Needs;
import org.stretchdeploy.rest.internal.gate.Role;

/** What a load balancer in front of several nodes asks each of them. */
@Path("health")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "metrics")
public final class HealthResource {
    private final StretchDeploy stretchDeploy;

    public HealthResource(StretchDeploy stretchDeploy) {
        this.stretchDeploy = stretchDeploy;
    }

    @GET
    @Needs(Role.VIEWER)
    @Operation(operationId = "getHealth", summary = "Tells whether this node can do its work now; 503 when it cannot")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Health.class)))
    @ApiResponse(responseCode = "503", content = @Content(schema = @Schema(implementation = Health.class)))
    public Response get() {
        Health health = stretchDeploy.health();
        return Response.status(health.up() ? Response.Status.OK : Response.Status.SERVICE_UNAVAILABLE)
                .entity(health)
                .build();
    }
}
