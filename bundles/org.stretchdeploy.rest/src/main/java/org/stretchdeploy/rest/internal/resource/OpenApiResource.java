package org.stretchdeploy.rest.internal.resource;

import io.swagger.v3.oas.annotations.Hidden;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import org.stretchdeploy.rest.internal.gate.Needs;
import org.stretchdeploy.rest.internal.gate.Role;

/** The description of this API for programs. */
@Path("openapi.json")
@Produces(MediaType.APPLICATION_JSON)
@Hidden
public final class OpenApiResource {
    private final String document;

    public OpenApiResource(String document) {
        this.document = document;
    }

    @GET
    @Needs(Role.VIEWER)
    public String get() {
        return document;
    }
}
