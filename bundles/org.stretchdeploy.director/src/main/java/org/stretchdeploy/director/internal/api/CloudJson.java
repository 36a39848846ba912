package org.stretchdeploy.director.internal.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.model.Entity;
import org.stretchdeploy.director.internal.model.IpScope;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.Task;

/** Pieces that objects of the JSON surface have in common. */
final class CloudJson {
    private CloudJson() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode reference(Entity entity) {
        return object().put("name", entity.name).put("id", entity.kind().urn(entity.id));
    }

    static ObjectNode reference(Kind kind, String id, String name) {
        return object().put("name", name).put("id", kind.urn(id));
    }

    /** 202 with the address of the task and no body. */
    static Response accepted(Call call, Task task) {
        return Response.of(202).header("Location", call.hrefs().of(task));
    }

    static ObjectNode subnet(IpScope scope, long used) {
        ObjectNode subnet = object();
        subnet.put("gateway", scope.gateway());
        subnet.put("prefixLength", scope.prefixLength());
        subnet.put("dnsSuffix", scope.dnsSuffix());
        subnet.put("dnsServer1", scope.dns1());
        subnet.put("dnsServer2", scope.dns2());
        var ranges = subnet.putObject("ipRanges").putArray("values");
        scope.ranges()
                .forEach(r -> ranges.addObject().put("startAddress", r.start()).put("endAddress", r.end()));
        subnet.put("enabled", true);
        subnet.put(
                "totalIpCount", scope.ranges().stream().mapToLong(r -> r.size()).sum());
        subnet.put("usedIpCount", used);
        return subnet;
    }

    /** {@code {"version": n}} of objects that must be sent back as they were read. */
    static void version(ObjectNode node, int version) {
        node.putObject("version").put("version", version);
    }
}
