package org.stretchdeploy.director.internal.view;

import java.util.List;
import java.util.Optional;
import org.stretchdeploy.director.internal.cloud.Addresses;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.IpRange;
import org.stretchdeploy.director.internal.model.IpScope;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.OrgNetwork;
import org.stretchdeploy.director.internal.model.Ref;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Networks of vApps. */
public final class NetworkView {
    private static final String V = "application/vnd.vmware.vcloud.";
    private final CloudState state;
    private final Hrefs hrefs;

    public NetworkView(CloudState state, Hrefs hrefs) {
        this.state = state;
        this.hrefs = hrefs;
    }

    /** The NetworkConfigSection of a vApp or template. */
    public XmlElement section(Kind kind, String ownerId) {
        String href = hrefs.of(kind, ownerId) + "/networkConfigSection/";
        XmlElement section = XmlElement.vcloud("NetworkConfigSection")
                .attribute("href", href)
                .attribute("type", V + "networkConfigSection+xml")
                .attribute(Ns.OVF, "required", false)
                .add(XmlElement.ovf("Info").setText("The configuration parameters for logical networks"));
        if (kind == Kind.VAPP) {
            section.add(hrefs.link("edit", V + "networkConfigSection+xml", href));
        }
        for (VAppNetwork network : state.networksOf(ownerId)) {
            XmlElement config = XmlElement.vcloud("NetworkConfig").attribute("networkName", network.name);
            if (kind == Kind.VAPP) {
                config.add(XmlElement.vcloud("Link")
                        .attribute("rel", "repair")
                        .attribute("href", hrefs.path("/api/admin/network/" + network.id + "/action/reset")));
            }
            section.add(config.child("Description", network.description)
                    .add(configuration(network))
                    .child("IsDeployed", kind == Kind.VAPP && deployed(network)));
        }
        return section;
    }

    private boolean deployed(VAppNetwork network) {
        VApp vapp = state.vapps.get(network.ownerId);
        return vapp != null && state.deployed(vapp);
    }

    /** The section as an identity package carries it: nothing that only means something in this cloud. */
    public static XmlElement forPackage(List<VAppNetwork> networks) {
        XmlElement section = XmlElement.vcloud("NetworkConfigSection")
                .attribute(Ns.OVF, "required", false)
                .add(XmlElement.ovf("Info").setText("The configuration parameters for logical networks"));
        for (VAppNetwork network : networks) {
            XmlElement configuration = XmlElement.vcloud("Configuration")
                    .child("BackwardCompatibilityMode", false)
                    .add(scopes(network.scopes))
                    .child("FenceMode", network.fenceMode.word)
                    .child("RetainNetInfoAcrossDeployments", network.retainNetInfo);
            features(network).ifPresent(configuration::add);
            section.add(XmlElement.vcloud("NetworkConfig")
                    .attribute("networkName", network.name)
                    .child("Description", network.description)
                    .add(configuration)
                    .child("IsDeployed", false));
        }
        return section;
    }

    /** The VAppNetwork document. */
    public XmlElement vappNetwork(VAppNetwork network) {
        VApp vapp = state.vapps.get(network.ownerId);
        String href = hrefs.of(network);
        return XmlElement.vcloud("VAppNetwork")
                .attribute("deployed", deployed(network))
                .attribute("name", network.name)
                .attribute("id", Kind.VAPP_NETWORK.urn(network.id))
                .attribute("href", href)
                .attribute("type", V + "vAppNetwork+xml")
                .add(hrefs.link("edit", V + "vAppNetwork+xml", href))
                .add(hrefs.link("remove", null, href))
                .add(hrefs.link("up", V + "vApp+xml", hrefs.of(vapp)))
                .add(hrefs.link("down", V + "metadata+xml", href + "/metadata"))
                .add(hrefs.link("repair", null, "/api/admin/network/" + network.id + "/action/reset"))
                .child("Description", network.description)
                .add(new TaskView(state, hrefs).tasksOf(network.id))
                .add(configuration(network));
    }

    private XmlElement configuration(VAppNetwork network) {
        XmlElement configuration = XmlElement.vcloud("Configuration").child("BackwardCompatibilityMode", false);
        addScopes(configuration, network.scopes);
        state.orgNetwork(network.parentId)
                .ifPresent(p -> configuration.add(XmlElement.vcloud("ParentNetwork")
                        .attribute("href", hrefs.path("/api/admin/network/" + p.id))
                        .attribute("id", Kind.ORG_NETWORK.urn(p.id))
                        .attribute("type", "application/vnd.vmware.admin.network+xml")
                        .attribute("name", p.name)));
        configuration.child("FenceMode", network.fenceMode.word);
        configuration.child("RetainNetInfoAcrossDeployments", network.retainNetInfo);
        features(network).ifPresent(configuration::add);
        configuration.add(XmlElement.vcloud("SyslogServerSettings"));
        if (!network.externalIp.isEmpty()) {
            configuration.add(XmlElement.vcloud("RouterInfo").child("ExternalIp", network.externalIp));
        }
        return configuration.child("GuestVlanAllowed", network.guestVlanAllowed);
    }

    /** The oldest level has one scope without the enclosing list. */
    private void addScopes(XmlElement configuration, List<IpScope> scopes) {
        if (hrefs.version().major() < 5) {
            scopes.stream().limit(1).forEach(s -> configuration.add(scope(s)));
        } else {
            configuration.add(scopes(scopes));
        }
    }

    private static XmlElement scopes(List<IpScope> scopes) {
        XmlElement all = XmlElement.vcloud("IpScopes");
        scopes.forEach(s -> all.add(scope(s)));
        return all;
    }

    private static XmlElement scope(IpScope scope) {
        XmlElement element = XmlElement.vcloud("IpScope")
                .child("IsInherited", scope.inherited())
                .child("Gateway", scope.gateway())
                .child("Netmask", scope.subnet().netmask())
                .child("SubnetPrefixLength", scope.prefixLength())
                .child("Dns1", orNull(scope.dns1()))
                .child("Dns2", orNull(scope.dns2()))
                .child("DnsSuffix", orNull(scope.dnsSuffix()))
                .child("IsEnabled", true);
        if (!scope.ranges().isEmpty()) {
            XmlElement ranges = XmlElement.vcloud("IpRanges");
            scope.ranges().forEach(r -> ranges.add(range("IpRange", r)));
            element.add(ranges);
        }
        return element;
    }

    private static XmlElement range(String name, IpRange range) {
        return XmlElement.vcloud(name).child("StartAddress", range.start()).child("EndAddress", range.end());
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static Optional<XmlElement> features(VAppNetwork network) {
        XmlElement features = XmlElement.vcloud("Features");
        if (network.dhcp != null) {
            features.add(ServicesView.dhcp(network.dhcp));
        }
        if (network.firewall != null) {
            features.add(ServicesView.firewall(network.firewall));
        }
        if (network.nat != null) {
            features.add(ServicesView.nat(network.nat));
        }
        if (network.routing != null) {
            features.add(ServicesView.routing(network.routing));
        }
        return features.children().isEmpty() ? Optional.empty() : Optional.of(features);
    }

    /** An organization VDC network; the oldest level calls it OrgNetwork. */
    public XmlElement orgNetwork(OrgNetwork network, boolean admin) {
        boolean oldest = hrefs.version().major() < 5;
        String type = oldest ? V + "orgNetwork+xml" : V + "orgVdcNetwork+xml";
        String href = admin ? hrefs.path("/api/admin/network/" + network.id) : hrefs.of(network);
        XmlElement element = XmlElement.vcloud(oldest ? "OrgNetwork" : "OrgVdcNetwork")
                .attribute("status", oldest ? null : 1)
                .attribute("name", network.name)
                .attribute("id", Kind.ORG_NETWORK.urn(network.id))
                .attribute("href", href)
                .attribute("type", type)
                .add(hrefs.link("up", oldest ? V + "org+xml" : V + "vdc+xml", up(network, oldest)))
                .add(hrefs.link("down", V + "metadata+xml", hrefs.of(network) + "/metadata"));
        if (!oldest) {
            element.add(hrefs.link(
                    "down",
                    V + "allocatedNetworkAddress+xml",
                    "/api/admin/network/" + network.id + "/allocatedAddresses"));
        }
        element.child("Description", network.description);
        XmlElement configuration = XmlElement.vcloud("Configuration");
        if (!oldest) {
            configuration.child("BackwardCompatibilityMode", false);
        }
        addScopes(configuration, network.scopes);
        configuration
                .child(
                        "FenceMode",
                        network.routed() ? "natRouted" : network.directId.isEmpty() ? "isolated" : "bridged")
                .child("RetainNetInfoAcrossDeployments", false);
        element.add(configuration);
        if (oldest) {
            return element;
        }
        if (network.routed() && admin) {
            element.add(hrefs.reference("EdgeGateway", state.edges.get(network.edgeId)));
        }
        return element.child("IsShared", network.shared);
    }

    private String up(OrgNetwork network, boolean oldest) {
        return oldest ? hrefs.of(Kind.ORG, state.orgOfVdc(network.vdcId)) : hrefs.of(Kind.VDC, network.vdcId);
    }

    /** Who has which address of an organization network. */
    public XmlElement allocatedAddresses(OrgNetwork network) {
        XmlElement all = XmlElement.vcloud("AllocatedIpAddresses")
                .attribute("href", hrefs.path("/api/admin/network/" + network.id + "/allocatedAddresses"))
                .attribute("type", V + "allocatedNetworkAddress+xml");
        Addresses.uses(state, Addresses.segment(network)).values().stream()
                .filter(u -> !u.what().equals("the gateway"))
                .forEach(u -> {
                    XmlElement address = XmlElement.vcloud("IpAddress")
                            .attribute(
                                    "allocationType",
                                    state.vms.containsKey(u.entityId()) ? "vmAllocated" : "natRouted");
                    owner(u.entityId())
                            .ifPresent(o -> address.add(
                                    hrefs.link("down", o.kind().mediaType(), hrefs.of(o.kind(), o.id()), o.name())));
                    all.add(address.child("IpAddress", u.address()));
                });
        return all;
    }

    private Optional<Ref> owner(String id) {
        if (state.vms.containsKey(id)) {
            return Optional.of(state.vms.get(id).ref());
        }
        return Optional.ofNullable(state.vappNetworks.get(id))
                .map(n -> state.vapps.get(n.ownerId).ref());
    }
}
