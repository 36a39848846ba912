package org.stretchdeploy.rest.internal.gate;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Set;
import javax.servlet.Filter;
import javax.servlet.FilterChain;
import javax.servlet.FilterConfig;
import javax.servlet.ServletException;
import javax.servlet.ServletRequest;
import javax.servlet.ServletResponse;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.stretchdeploy.rest.internal.problem.Problem;
import org.stretchdeploy.rest.internal.problem.ProblemMapper;
import org.stretchdeploy.rest.internal.problem.Problems;

/**
 * Lets a request pass to a surface once it came over TLS, its caller is known and its body is bounded. Behind it,
 * {@code getUserPrincipal} and {@code isUserInRole} answer; a surface that finds no principal must refuse.
 */
public final class GateFilter implements Filter {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH");

    private final Gate gate;
    private final long maxBodyBytes;
    private final ObjectMapper json;

    public GateFilter(Gate gate, long maxBodyBytes, ObjectMapper json) {
        this.gate = gate;
        this.maxBodyBytes = maxBodyBytes;
        this.json = json;
    }

    @Override
    public void init(FilterConfig config) {}

    @Override
    public void destroy() {}

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var http = (HttpServletRequest) request;
        var answer = (HttpServletResponse) response;
        answer.setHeader("Cache-Control", "no-store");
        answer.setHeader("X-Content-Type-Options", "nosniff");
        Gate.Decision decision = gate.decide(http.isSecure(), http.getRemoteAddr(), http.getHeader("Authorization"));
        if (decision instanceof Gate.Decision.Refusal refusal) {
            refuse(answer, refusal);
        } else if (decision instanceof Gate.Decision.Welcome welcome) {
            enter(http, answer, welcome.caller(), chain);
        }
    }

    private void enter(HttpServletRequest http, HttpServletResponse answer, Caller caller, FilterChain chain)
            throws IOException, ServletException {
        if (!METHODS.contains(http.getMethod())) {
            send(answer, Problems.ofStatus(405));
        } else if (http.getContentLengthLong() > maxBodyBytes) {
            // The rest of the body will not be read, so the connection cannot be used again.
            answer.setHeader("Connection", "close");
            send(answer, Problems.ofStatus(413));
        } else {
            chain.doFilter(new KnownCallerRequest(http, caller, maxBodyBytes), answer);
        }
    }

    private void refuse(HttpServletResponse answer, Gate.Decision.Refusal refusal) throws IOException {
        if (refusal.problem().status() == HttpServletResponse.SC_UNAUTHORIZED) {
            answer.setHeader("WWW-Authenticate", "Basic realm=\"Stretch Deploy\", charset=\"UTF-8\"");
        }
        if (!refusal.retryAfter().isZero()) {
            answer.setHeader("Retry-After", Long.toString(refusal.retryAfter().toSeconds() + 1));
        }
        send(answer, refusal.problem());
    }

    private void send(HttpServletResponse answer, Problem problem) throws IOException {
        byte[] body = ProblemMapper.write(json, problem);
        answer.setStatus(problem.status());
        answer.setContentType(Problem.MEDIA_TYPE);
        answer.setContentLength(body.length);
        answer.getOutputStream().write(body);
    }
}
