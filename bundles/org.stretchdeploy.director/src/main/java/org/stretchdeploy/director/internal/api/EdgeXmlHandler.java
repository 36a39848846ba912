package org.stretchdeploy.director.internal.api;

import java.util.List;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Right;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.EdgeGateway;
import org.stretchdeploy.director.internal.model.IpScope;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.OrgNetwork;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Edge gateways of the XML surface; their services are changed on the JSON surface only. */
final class EdgeXmlHandler {
    private static final List<String> NSX_V_ACTIONS =
            List.of("configureServices", "reapplyServices", "configureSyslogServerSettings");
    private final Handlers handlers;

    EdgeXmlHandler(Handlers handlers) {
        this.handlers = handlers;
    }

    void routes(Routes routes) {
        routes.get(
                "/api/admin/edgeGateway/{id}",
                c -> handlers.read(c, (s, a) -> Response.ok(document(c, s, a.edge(c.id("id"))))));
        for (String action : NSX_V_ACTIONS) {
            routes.post("/api/admin/edgeGateway/{id}/action/" + action, Right.ADMINISTER, this::refuse);
        }
    }

    /** Clients of 5.1 to 9.x; the edge's type in its document told them so. */
    private Response refuse(Call call) {
        return handlers.read(call, (s, a) -> {
            throw ApiException.badRequest("The edge gateway \"" + a.edge(call.id("id")).name
                    + "\" is backed by NSX-T; its services are changed under " + EdgeHandler.BASE + ".");
        });
    }

    private static XmlElement document(Call call, CloudState s, EdgeGateway edge) {
        String href = call.hrefs().of(edge);
        XmlElement root = XmlElement.vcloud("EdgeGateway")
                .attribute("status", 1)
                .attribute("name", edge.name)
                .attribute("id", Kind.EDGE.urn(edge.id))
                .attribute("href", href)
                .attribute("type", Kind.EDGE.mediaType())
                .add(call.hrefs().link("up", "application/vnd.vmware.admin.vdc+xml", "/api/admin/vdc/" + edge.vdcId))
                .child("Description", edge.description);
        XmlElement interfaces = XmlElement.vcloud("GatewayInterfaces");
        IpScope outer = s.externalNetworks.get(edge.externalNetworkId).scope;
        XmlElement participation = participation(outer, edge.primaryIp);
        XmlElement ranges = XmlElement.vcloud("IpRanges");
        edge.uplinkIps()
                .forEach(ip -> ranges.add(
                        XmlElement.vcloud("IpRange").child("StartAddress", ip).child("EndAddress", ip)));
        participation.add(ranges).child("UseForDefaultRoute", true);
        String external = s.externalNetworks.get(edge.externalNetworkId).name;
        interfaces.add(port(external, "uplink", participation)
                .add(call.hrefs().reference("Network", s.externalNetworks.get(edge.externalNetworkId))));
        for (OrgNetwork network : s.orgNetworks.values()) {
            if (network.edgeId.equals(edge.id)) {
                interfaces.add(port(
                                network.name,
                                "internal",
                                participation(network.scope(), network.scope().gateway())
                                        .child("UseForDefaultRoute", false))
                        .add(call.hrefs()
                                .reference("Network", network)
                                .attribute("href", call.hrefs().path("/api/admin/network/" + network.id))));
            }
        }
        interfaces.children().forEach(EdgeXmlHandler::inOrder);
        return root.add(XmlElement.vcloud("Configuration")
                .child("BackwardCompatibilityMode", false)
                .child("GatewayBackingConfig", "compact")
                .add(interfaces)
                .child("HaEnabled", false)
                .child("UseDefaultRouteForDnsRelay", false)
                .child("AdvancedNetworkingEnabled", true)
                .child("DistributedRoutingEnabled", false)
                .child("FipsModeEnabled", false)
                .child("EdgeGatewayType", "NSXT_BACKED"));
    }

    private static XmlElement port(String name, String type, XmlElement participation) {
        return XmlElement.vcloud("GatewayInterface")
                .child("Name", name)
                .child("DisplayName", name)
                .child("InterfaceType", type)
                .add(participation)
                .child("ApplyRateLimit", false)
                .child("UseForDefaultRoute", type.equals("uplink"));
    }

    private static XmlElement participation(IpScope scope, String address) {
        return XmlElement.vcloud("SubnetParticipation")
                .child("Gateway", scope.gateway())
                .child("Netmask", scope.subnet().netmask())
                .child("SubnetPrefixLength", scope.prefixLength())
                .child("IpAddress", address);
    }

    /** The schema has the network third. */
    private static void inOrder(XmlElement port) {
        XmlElement network = port.children().remove(port.children().size() - 1);
        port.children().add(2, network);
    }
}
