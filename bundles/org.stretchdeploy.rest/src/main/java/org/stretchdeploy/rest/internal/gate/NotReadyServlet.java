package org.stretchdeploy.rest.internal.gate;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.function.Consumer;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.stretchdeploy.rest.internal.problem.Problem;
import org.stretchdeploy.rest.internal.problem.ProblemMapper;
import org.stretchdeploy.rest.internal.problem.Problems;

/** Answers for a surface while it is not there, because a service that it needs has not started or has failed. */
final class NotReadyServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient ObjectMapper json;
    private final transient Consumer<String> asked;

    /** @param asked told the path, below {@code /stretch}, of every request for a surface */
    NotReadyServlet(ObjectMapper json, Consumer<String> asked) {
        this.json = json;
        this.asked = asked;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Problem problem = problem(request.getPathInfo());
        if (problem.status() == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setHeader("Retry-After", "2");
            asked.accept(request.getPathInfo());
        }
        response.setStatus(problem.status());
        response.setContentType(Problem.MEDIA_TYPE);
        response.getOutputStream().write(ProblemMapper.write(json, problem));
    }

    private static Problem problem(String path) {
        boolean surface = path != null && (path.startsWith("/api/") || path.startsWith("/soap/"));
        return surface
                ? Problem.of(
                        503,
                        "Not ready",
                        "not-ready",
                        "Stretch Deploy has not started yet, or a part of it could not start; Karaf's log tells which.")
                : Problems.ofStatus(404);
    }
}
