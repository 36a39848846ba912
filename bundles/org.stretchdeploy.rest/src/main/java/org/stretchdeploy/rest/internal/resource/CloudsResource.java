package org.stretchdeploy.rest.internal.resource;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriInfo;
import org.stretchdeploy.api.CloudCheck;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.CloudRegistration;
import org.stretchdeploy.api.Clouds;
import org.stretchdeploy.api.Quoted;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.rest.internal.gate.Needs;
import org.stretchdeploy.rest.internal.gate.Role;

/** The registered clouds. */
@Path("clouds")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "clouds")
public final class CloudsResource {
    private final Clouds clouds;

    public CloudsResource(Clouds clouds) {
        this.clouds = clouds;
    }

    @GET
    @Needs(Role.VIEWER)
    @Operation(operationId = "listClouds", summary = "Lists the registered clouds")
    @ApiResponse(
            responseCode = "200",
            content = @Content(array = @ArraySchema(schema = @Schema(implementation = CloudRegistration.class))))
    public List<CloudRegistration> list() {
        return clouds.list();
    }

    @POST
    @Needs(Role.ADMIN)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "registerCloud",
            summary = "Registers a cloud",
            description = "Logs in once to prove the data; nothing is stored when that fails.")
    @ApiResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = CloudCheck.class)))
    public Response register(CloudBody body, @Context UriInfo uri) {
        var given = Bodies.present(body);
        CloudCheck check = clouds.add(given.registration(), given.secret());
        return Response.created(uri.getBaseUriBuilder()
                        .path("clouds")
                        .path(given.name())
                        .build())
                .entity(check)
                .build();
    }

    @GET
    @Path("{name}")
    @Needs(Role.VIEWER)
    @Operation(operationId = "getCloud", summary = "Shows a registered cloud")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = CloudRegistration.class)))
    public CloudRegistration get(@PathParam("name") String name) {
        var wanted = new CloudName(name);
        return clouds.list().stream()
                .filter(cloud -> cloud.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> StretchException.notFound(
                        "unknown-cloud",
                        "There is no cloud " + Quoted.quote(name) + "; list the clouds to see their names."));
    }

    @DELETE
    @Path("{name}")
    @Needs(Role.ADMIN)
    @Operation(operationId = "removeCloud", summary = "Forgets a cloud")
    @ApiResponse(responseCode = "204", description = "Forgotten")
    public void remove(@PathParam("name") String name) {
        clouds.remove(new CloudName(name));
    }

    @POST
    @Path("{name}/check")
    @Needs(Role.VIEWER)
    @Operation(operationId = "checkCloud", summary = "Looks at a cloud and says whether it is usable; writes nothing")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = CloudCheck.class)))
    public CloudCheck check(@PathParam("name") String name) {
        return clouds.check(new CloudName(name));
    }

    @GET
    @Path("{name}/vapps")
    @Needs(Role.VIEWER)
    @Operation(operationId = "listVApps", summary = "Lists the vApps of a cloud")
    @ApiResponse(
            responseCode = "200",
            content = @Content(array = @ArraySchema(schema = @Schema(implementation = Clouds.VAppSummary.class))))
    public List<Clouds.VAppSummary> vApps(@PathParam("name") String name) {
        return clouds.vApps(new CloudName(name));
    }
}
