package org.stretchdeploy.director.internal.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The table of everything that the director answers. A pattern's {@code {name}} takes one part of the path; the first
 * route that fits wins. Handed to one server after it is filled; not changed later.
 */
public final class Routes {
    private final List<Route> table = new ArrayList<>();

    /** Answers one call. */
    public interface Handler {
        Response handle(Call call);
    }

    /** @param since first version that has it, {@code until} the last; absent: no bound */
    public record Route(
            String method,
            List<String> pattern,
            Right right,
            Optional<ApiVersion> since,
            Optional<ApiVersion> until,
            Handler handler) {

        boolean servedAt(ApiVersion version) {
            return since.map(version::atLeast).orElse(true)
                    && until.map(u -> u.atLeast(version)).orElse(true);
        }

        Optional<Map<String, String>> match(List<String> segments) {
            if (segments.size() != pattern.size()) {
                return Optional.empty();
            }
            Map<String, String> variables = new LinkedHashMap<>();
            for (int i = 0; i < segments.size(); i++) {
                String part = pattern.get(i);
                int open = part.indexOf('{');
                if (open < 0) {
                    if (!part.equals(segments.get(i))) {
                        return Optional.empty();
                    }
                } else {
                    String prefix = part.substring(0, open);
                    if (!segments.get(i).startsWith(prefix)) {
                        return Optional.empty();
                    }
                    variables.put(
                            part.substring(open + 1, part.length() - 1),
                            segments.get(i).substring(prefix.length()));
                }
            }
            return Optional.of(variables);
        }
    }

    public Routes add(String method, String pattern, Right right, Handler handler) {
        return add(method, pattern, right, null, null, handler);
    }

    public Routes add(String method, String pattern, Right right, ApiVersion since, ApiVersion until, Handler handler) {
        List<String> parts = List.of(pattern.substring(1).split("/")).stream().toList();
        table.add(new Route(
                method.toUpperCase(Locale.ROOT),
                parts,
                right,
                Optional.ofNullable(since),
                Optional.ofNullable(until),
                handler));
        return this;
    }

    public Routes get(String pattern, Handler handler) {
        return add("GET", pattern, Right.READ, handler);
    }

    public Routes post(String pattern, Right right, Handler handler) {
        return add("POST", pattern, right, handler);
    }

    public Routes put(String pattern, Right right, Handler handler) {
        return add("PUT", pattern, right, handler);
    }

    public Routes delete(String pattern, Right right, Handler handler) {
        return add("DELETE", pattern, right, handler);
    }

    /** The route for a call; fills the call's path variables. HEAD is answered as GET without its body. */
    Route find(Call call) {
        boolean otherMethod = false;
        String method = call.method().equals("HEAD") ? "GET" : call.method();
        for (Route route : table) {
            Optional<Map<String, String>> variables = route.match(call.segments());
            if (variables.isEmpty()) {
                continue;
            }
            if (!route.method().equals(method)) {
                otherMethod = true;
                continue;
            }
            if (!route.servedAt(call.version())) {
                continue;
            }
            call.variables(variables.get());
            return route;
        }
        if (otherMethod) {
            throw new ApiException(405, "METHOD_NOT_ALLOWED", "The method is not allowed for this resource.");
        }
        throw ApiException.notFound(call.path());
    }
}
