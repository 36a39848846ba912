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
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.rest.internal.gate.Needs;
import org.stretchdeploy.rest.internal.gate.Role;

/** What is stretched now. */
@Path("stretched")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "operations")
public final class StretchedResource {
    private final StretchDeploy stretchDeploy;

    public StretchedResource(StretchDeploy stretchDeploy) {
        this.stretchDeploy = stretchDeploy;
    }

    @GET
    @Needs(Role.VIEWER)
    @Operation(operationId = "listStretched", summary = "Lists the vApps that are stretched now")
    @ApiResponse(
            responseCode = "200",
            content =
                    @Content(
                            array = @ArraySchema(schema = @Schema(implementation = StretchDeploy.StretchedVApp.class))))
    public List<StretchDeploy.StretchedVApp> list() {
        return stretchDeploy.stretched();
    }
}
