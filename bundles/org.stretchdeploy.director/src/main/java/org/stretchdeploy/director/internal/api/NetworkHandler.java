package org.stretchdeploy.director.internal.api;

import java.util.List;
import org.stretchdeploy.director.internal.cloud.Access;
import org.stretchdeploy.director.internal.cloud.Locks;
import org.stretchdeploy.director.internal.cloud.NetworkConfigs;
import org.stretchdeploy.director.internal.cloud.Tasks;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.ApiVersion;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Right;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.view.NetworkView;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Networks by their own address: those of vApps and those of organization VDCs. */
final class NetworkHandler {
    private final Handlers handlers;

    NetworkHandler(Handlers handlers) {
        this.handlers = handlers;
    }

    void routes(Routes routes) {
        routes.get("/api/network/{id}", c -> get(c, false));
        routes.get("/api/admin/network/{id}", c -> get(c, true));
        routes.add("PUT", "/api/network/{id}", Right.USE, ApiVersion.V31, null, this::update);
        routes.add("DELETE", "/api/network/{id}", Right.USE, ApiVersion.V31, null, this::delete);
        routes.get("/api/admin/network/{id}/allocatedAddresses", this::addresses);
        routes.get("/api/network/{id}/allocatedAddresses", this::addresses);
        routes.post("/api/admin/network/{id}/action/reset", Right.USE, this::reset);
    }

    private Response get(Call call, boolean admin) {
        String id = call.id("id");
        return handlers.read(call, (s, access) -> {
            NetworkView view = new NetworkView(s, call.hrefs());
            if (s.orgNetworks.containsKey(id)) {
                return Response.ok(view.orgNetwork(access.orgNetwork(id), admin));
            }
            return Response.ok(view.vappNetwork(ofVApp(s, access, id)));
        });
    }

    /** A network of a vApp, not one that a template describes. */
    private static VAppNetwork ofVApp(CloudState s, Access access, String id) {
        VAppNetwork network = access.vappNetwork(id);
        if (!s.vapps.containsKey(network.ownerId)) {
            throw ApiException.forbidden(id);
        }
        return network;
    }

    private Response update(Call call) {
        XmlElement params = call.xml("VAppNetwork");
        XmlElement configuration = params.first("Configuration")
                .orElseThrow(() -> ApiException.badRequest("The network has no configuration."));
        return handlers.task(call, (s, access) -> {
            VAppNetwork network = ofVApp(s, access, call.id("id"));
            VApp vapp = s.vapps.get(network.ownerId);
            List<String> locks = locks(s, vapp, network);
            params.attribute("name")
                    .filter(n -> !n.isBlank() && !n.equals(network.name))
                    .ifPresent(n -> rename(s, network, n));
            params.first("Description").ifPresent(d -> network.description = d.text());
            new NetworkConfigs(s, s.vdcs.get(vapp.vdcId)).apply(network, configuration);
            return changed(call, s, vapp, network, "networkUpdateNetwork", locks);
        });
    }

    private static void rename(CloudState s, VAppNetwork network, String name) {
        if (s.networkOf(network.ownerId, name).isPresent()) {
            throw ApiException.duplicateName(name);
        }
        s.vmsOf(network.ownerId)
                .forEach(vm ->
                        vm.nics.replaceAll(nic -> nic.network().equals(network.name) ? nic.withNetwork(name) : nic));
        network.name = name;
    }

    private static List<String> locks(CloudState s, VApp vapp, VAppNetwork network) {
        Locks.of(s, vapp);
        return List.of(vapp.id, network.id);
    }

    private Task changed(
            Call call, CloudState s, VApp vapp, VAppNetwork network, String operation, List<String> locks) {
        Tasks.Spec spec = Tasks.Spec.of(operation, "Updating", "Updated", "Network", network.ref(), locks);
        String id = vapp.id;
        return handlers.cloud().tasks().start(s, call.principal(), spec, run -> {
            handlers.cloud().provisioner().reconcile(id);
            return state -> {};
        });
    }

    private Response delete(Call call) {
        return handlers.task(call, (s, access) -> {
            VAppNetwork network = ofVApp(s, access, call.id("id"));
            VApp vapp = s.vapps.get(network.ownerId);
            List<String> locks = locks(s, vapp, network);
            new NetworkConfigs(s, s.vdcs.get(vapp.vdcId)).delete(network);
            return changed(call, s, vapp, network, "networkDelete", locks);
        });
    }

    private Response reset(Call call) {
        return handlers.task(call, (s, access) -> {
            VAppNetwork network = ofVApp(s, access, call.id("id"));
            VApp vapp = s.vapps.get(network.ownerId);
            return changed(call, s, vapp, network, "networkResetNetwork", locks(s, vapp, network));
        });
    }

    private Response addresses(Call call) {
        return handlers.read(
                call,
                (s, access) -> Response.ok(
                        new NetworkView(s, call.hrefs()).allocatedAddresses(access.orgNetwork(call.id("id")))));
    }
}
