package org.stretchdeploy.rest.internal.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Response;
import javax.ws.rs.ext.ExceptionMapper;

/** Answers with a problem document for everything that a resource, a reader or the router throws. */
public final class ProblemMapper implements ExceptionMapper<Throwable> {
    /** For a caller that gets 503. */
    private static final int AGAIN_AFTER_SECONDS = 5;

    private final ObjectMapper json;

    public ProblemMapper(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public Response toResponse(Throwable thrown) {
        if (thrown instanceof WebApplicationException web && isProblem(web.getResponse())) {
            return web.getResponse();
        }
        Problem problem = Problems.of(thrown);
        var response =
                Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(write(json, problem));
        if (problem.status() == Response.Status.SERVICE_UNAVAILABLE.getStatusCode()) {
            response.header(HttpHeaders.RETRY_AFTER, AGAIN_AFTER_SECONDS);
        }
        if (thrown instanceof WebApplicationException web) {
            var allow = web.getResponse().getHeaders().getFirst(HttpHeaders.ALLOW);
            if (allow != null) {
                response.header(HttpHeaders.ALLOW, allow);
            }
        }
        return response.build();
    }

    private static boolean isProblem(Response response) {
        return response.getMediaType() != null
                && Problem.MEDIA_TYPE.equals(response.getMediaType().toString());
    }

    /** The problem as UTF-8. */
    public static byte[] write(ObjectMapper json, Problem problem) {
        try {
            return json.writeValueAsBytes(problem);
        } catch (JsonProcessingException e) {
            return "{\"status\":500,\"code\":\"internal\"}".getBytes(StandardCharsets.UTF_8);
        }
    }

    /** The same, registered for the class that CXF has an own, closer mapper for. */
    public static final class OfWebApplication implements ExceptionMapper<WebApplicationException> {
        private final ProblemMapper mapper;

        public OfWebApplication(ProblemMapper mapper) {
            this.mapper = mapper;
        }

        @Override
        public Response toResponse(WebApplicationException thrown) {
            return mapper.toResponse(thrown);
        }
    }
}
