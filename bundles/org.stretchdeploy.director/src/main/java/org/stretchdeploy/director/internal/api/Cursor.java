package org.stretchdeploy.director.internal.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Response;

/** Lists that are paged with a cursor, announced in the Link header. */
final class Cursor {
    private Cursor() {}

    static Response json(Call call, ArrayNode all) {
        int size = Pages.number(call, "pageSize", Pages.DEFAULT_SIZE, Pages.MAX_SIZE);
        int from = call.query("cursor")
                .filter(c -> c.matches("\\d{1,9}"))
                .map(Integer::parseInt)
                .orElse((Pages.number(call, "page", 1, 1_000_000) - 1) * size);
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("resultTotal", all.size());
        root.put("pageCount", (all.size() + size - 1) / size);
        root.put("page", from / size + 1);
        root.put("pageSize", size);
        root.putNull("associations");
        ArrayNode values = root.putArray("values");
        for (int i = from; i < Math.min(all.size(), from + size); i++) {
            values.add(all.get(i));
        }
        Response response = Response.json(200, root);
        if (from + size >= all.size()) {
            return response;
        }
        return response.header(
                "Link",
                "<" + call.hrefs().path(call.path()) + "?pageSize=" + size + "&cursor=" + (from + size)
                        + ">;rel=\"nextPage\";type=\"application/json\";model=\"Object\"");
    }
}
