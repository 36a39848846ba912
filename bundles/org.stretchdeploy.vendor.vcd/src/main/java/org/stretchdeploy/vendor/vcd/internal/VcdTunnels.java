package org.stretchdeploy.vendor.vcd.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.Tunnels;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.http.Reply;
import org.stretchdeploy.vendor.vcd.internal.map.L2Vpn;

/** The role: L2 VPN sessions of NSX-T edge gateways. Thread-safe. */
final class VcdTunnels implements Tunnels {
    private final Entities entities;
    private final Api api;

    VcdTunnels(Entities entities) {
        this.entities = entities;
        this.api = entities.api();
    }

    private static String base(ObjectId edgeGateway) {
        return "/cloudapi/1.0.0/edgeGateways/urn:vcloud:gateway:" + Entities.uuid(edgeGateway.value())
                + "/l2vpn/tunnels";
    }

    /** Documents of all tunnels of an edge; none where the edge has no such service. */
    static List<JsonNode> documents(Api api, ObjectId edgeGateway) {
        try {
            return api.pages(base(edgeGateway));
        } catch (CloudException e) {
            if (e.retryable()) {
                throw e;
            }
            return List.of();
        }
    }

    private static String path(ObjectId edgeGateway, ObjectId tunnel) {
        if (!tunnel.value().matches("[A-Za-z0-9:_-]{1,200}")) {
            throw Entities.noSuch();
        }
        return base(edgeGateway) + "/" + tunnel.value();
    }

    @Override
    public List<L2VpnTunnel> list(ObjectId edgeGateway) {
        return api.pages(base(edgeGateway)).stream().map(L2Vpn::read).toList();
    }

    @Override
    public CloudTask create(ObjectId edgeGateway, L2VpnTunnel tunnel, Tag tag) {
        return existing(edgeGateway, tunnel, tag).orElseGet(() -> {
            JsonNode body = L2Vpn.write(tunnel, tag);
            try {
                Reply reply = api.writeJson("POST", base(edgeGateway), Optional.of(body));
                return entities.work(reply)
                        .map(work ->
                                work.then(Work.Next.OWNER_IN_DETAILS, "tunnel").running(Optional.empty()))
                        .or(() -> existing(edgeGateway, tunnel, tag))
                        .orElseGet(CloudTask::done);
            } catch (CloudException e) {
                if (e.category() == Category.EXTERNAL) {
                    return existing(edgeGateway, tunnel, tag).orElseThrow(() -> e);
                }
                throw e;
            }
        });
    }

    private Optional<CloudTask> existing(ObjectId edgeGateway, L2VpnTunnel tunnel, Tag tag) {
        for (JsonNode present : api.pages(base(edgeGateway))) {
            if (present.path("description").asText("").contains(tag.text())) {
                return Optional.of(
                        CloudTask.done(new ObjectId(present.path("id").asText(""))));
            }
            if (present.path("name").asText("").equals(tunnel.name())) {
                throw new CloudException(
                        "DUPLICATE_NAME",
                        Category.CONFLICT,
                        "The edge gateway has another L2 VPN tunnel of the name \"" + tunnel.name() + "\" already.");
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<L2VpnTunnel> find(ObjectId edgeGateway, ObjectId tunnel) {
        return api.findJson(path(edgeGateway, tunnel)).map(L2Vpn::read);
    }

    @Override
    public String runtimeStatus(ObjectId edgeGateway, ObjectId tunnel) {
        String status = api.getJson(path(edgeGateway, tunnel) + "/status")
                .path("runtimeStatus")
                .asText("UNKNOWN");
        return status.equals("UP") || status.equals("DOWN") ? status : "UNKNOWN";
    }

    @Override
    public CloudTask delete(ObjectId edgeGateway, ObjectId tunnel) {
        String path = path(edgeGateway, tunnel);
        if (api.findJson(path).isEmpty()) {
            return CloudTask.done(tunnel);
        }
        try {
            return entities.task(api.writeJson("DELETE", path, Optional.empty()), tunnel);
        } catch (CloudException e) {
            if (e.category() == Category.NOT_FOUND || api.findJson(path).isEmpty()) {
                return CloudTask.done(tunnel);
            }
            throw e;
        }
    }
}
