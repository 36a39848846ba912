package org.stretchdeploy.rest.internal.resource;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.api.Tunnel;
import org.stretchdeploy.rest.internal.gate.Needs;
import org.stretchdeploy.rest.internal.gate.Role;

/** The tunnels of what is stretched. */
@Path("tunnels")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "tunnels")
public final class TunnelsResource {
    private final StretchDeploy stretchDeploy;

    public TunnelsResource(StretchDeploy stretchDeploy) {
        this.stretchDeploy = stretchDeploy;
    }

    @GET
    @Needs(Role.VIEWER)
    @Operation(operationId = "listTunnels", summary = "Tells state, speed and alarms of all tunnels")
    @ApiResponse(
            responseCode = "200",
            content = @Content(array = @ArraySchema(schema = @Schema(implementation = Tunnel.class))))
    public List<Tunnel> list() {
        return stretchDeploy.tunnels();
    }

    @GET
    @Path("{id}")
    @Needs(Role.VIEWER)
    @Operation(operationId = "getTunnel", summary = "Tells state, speed and alarms of one tunnel")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Tunnel.class)))
    public Tunnel get(@PathParam("id") String id) {
        return stretchDeploy.tunnel(id);
    }
}
