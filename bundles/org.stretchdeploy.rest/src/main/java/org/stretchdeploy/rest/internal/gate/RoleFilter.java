package org.stretchdeploy.rest.internal.gate;

import javax.ws.rs.container.ContainerRequestContext;
import javax.ws.rs.container.ContainerRequestFilter;
import javax.ws.rs.container.ResourceInfo;
import javax.ws.rs.core.Context;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.api.Quoted;
import org.stretchdeploy.api.StretchException;

/** Holds every resource method to its {@link Needs}. */
public final class RoleFilter implements ContainerRequestFilter {
    private static final Logger LOG = LoggerFactory.getLogger(RoleFilter.class);

    @Context
    private ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) {
        var method = resource.getResourceMethod();
        var needs = method == null ? null : method.getAnnotation(Needs.class);
        var security = request.getSecurityContext();
        if (security == null || security.getUserPrincipal() == null) {
            throw denied("login-needed", "The request came past the gate without a login.");
        }
        if (needs == null || !security.isUserInRole(needs.value().word())) {
            LOG.warn(
                    "event=access-denied user={} method={} path={}",
                    Quoted.quote(security.getUserPrincipal().getName()),
                    request.getMethod(),
                    Quoted.quote(request.getUriInfo().getPath()));
            throw denied(
                    "forbidden",
                    needs == null
                            ? "Nobody may do that."
                            : "This needs the role " + needs.value().word() + ", which this login does not have.");
        }
    }

    private static StretchException denied(String code, String message) {
        return new StretchException(StretchException.Kind.DENIED, code, message, java.util.List.of(), null);
    }
}
