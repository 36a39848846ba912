package org.stretchdeploy.director.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.http.Response;

/** Lists of the JSON surface: filter, order, pages. */
final class Pages {
    static final int DEFAULT_SIZE = 25;
    static final int MAX_SIZE = 128;

    private Pages() {}

    static int number(Call call, String name, int otherwise, int max) {
        Optional<String> text = call.query(name).filter(t -> !t.isEmpty());
        if (text.isEmpty()) {
            return otherwise;
        }
        if (!text.get().matches("\\d{1,6}") || Integer.parseInt(text.get()) < 1) {
            throw ApiException.badRequest("The value \"" + text.get() + "\" of " + name + " is not allowed.");
        }
        return Math.min(max, Integer.parseInt(text.get()));
    }

    static Response json(Call call, ArrayNode all) {
        List<JsonNode> hits = new ArrayList<>();
        Fiql filter = Fiql.parse(call.query("filter").orElse(""));
        all.forEach(node -> {
            if (filter.matches(name -> field(node, name))) {
                hits.add(node);
            }
        });
        call.query("sortAsc")
                .ifPresent(f -> hits.sort(Comparator.comparing(n -> field(n, f).orElse(""))));
        call.query("sortDesc")
                .ifPresent(f -> hits.sort(
                        Comparator.comparing((JsonNode n) -> field(n, f).orElse(""))
                                .reversed()));
        int size = number(call, "pageSize", DEFAULT_SIZE, MAX_SIZE);
        int page = number(call, "page", 1, Integer.MAX_VALUE);
        int pages = Math.max(1, (hits.size() + size - 1) / size);
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("resultTotal", hits.size());
        root.put("pageCount", hits.isEmpty() ? 0 : pages);
        root.put("page", page);
        root.put("pageSize", size);
        root.putNull("associations");
        ArrayNode values = root.putArray("values");
        hits.stream().skip((long) (page - 1) * size).limit(size).forEach(values::add);
        List<String> links = new ArrayList<>();
        if (page > 1) {
            links.add(link(call, 1, size, "firstPage"));
            links.add(link(call, page - 1, size, "previousPage"));
        }
        if (page < pages) {
            links.add(link(call, page + 1, size, "nextPage"));
            links.add(link(call, pages, size, "lastPage"));
        }
        Response response = Response.json(200, root);
        return links.isEmpty() ? response : response.header("Link", String.join(",", links));
    }

    private static String link(Call call, int page, int size, String rel) {
        String filter =
                call.query("filter").map(f -> "&filter=" + Hrefs.encode(f)).orElse("");
        return "<" + call.hrefs().path(call.path()) + "?page=" + page + "&pageSize=" + size + filter + ">;rel=\"" + rel
                + "\";type=\"application/json\";model=\"Object\"";
    }

    /** A property by its dotted path. */
    private static Optional<String> field(JsonNode node, String path) {
        JsonNode at = node;
        for (String part : path.split("\\.")) {
            at = at.path(part);
        }
        return at.isValueNode() ? Optional.of(at.asText()) : Optional.empty();
    }
}
