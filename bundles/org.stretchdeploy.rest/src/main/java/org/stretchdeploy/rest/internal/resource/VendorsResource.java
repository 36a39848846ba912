package org.stretchdeploy.rest.internal.resource;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.stretchdeploy.api.Clouds;
import org.stretchdeploy.rest.internal.gate.Needs;
import org.stretchdeploy.rest.internal.gate.Role;

/** The vendors whose adapters are installed. */
@Path("vendors")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "clouds")
public final class VendorsResource {
    private final Clouds clouds;

    public VendorsResource(Clouds clouds) {
        this.clouds = clouds;
    }

    @GET
    @Needs(Role.VIEWER)
    @Operation(operationId = "listVendors", summary = "Lists the vendors whose adapters are installed")
    public List<String> list() {
        return clouds.vendors();
    }
}
