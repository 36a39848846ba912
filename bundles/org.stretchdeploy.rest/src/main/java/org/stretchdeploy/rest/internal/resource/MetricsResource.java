package org.stretchdeploy.rest.internal.resource;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Response;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.rest.internal.gate.Needs;
import org.stretchdeploy.rest.internal.gate.Role;

/** What a monitoring system scrapes. */
@Path("metrics")
@Tag(name = "metrics")
public final class MetricsResource {
    private static final String TYPE = "text/plain;version=0.0.4;charset=utf-8";

    private final StretchDeploy stretchDeploy;

    public MetricsResource(StretchDeploy stretchDeploy) {
        this.stretchDeploy = stretchDeploy;
    }

    @GET
    @Needs(Role.VIEWER)
    @Produces("text/plain")
    @Operation(
            operationId = "getMetrics",
            summary = "Operations, stalls, alarms, steps, bytes, durations and tunnels in Prometheus text format")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = "text/plain", schema = @Schema(type = "string")))
    public Response get() {
        return Response.ok(PrometheusText.of(stretchDeploy.metrics()), TYPE).build();
    }
}
