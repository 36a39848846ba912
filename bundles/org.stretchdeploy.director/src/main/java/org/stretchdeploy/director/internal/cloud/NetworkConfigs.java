package org.stretchdeploy.director.internal.cloud;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.IpRange;
import org.stretchdeploy.director.internal.model.IpScope;
import org.stretchdeploy.director.internal.model.Ipv4;
import org.stretchdeploy.director.internal.model.OrgNetwork;
import org.stretchdeploy.director.internal.model.Subnet;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.model.VAppNetwork.FenceMode;
import org.stretchdeploy.director.internal.model.Vdc;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Brings the networks of a vApp to what a NetworkConfigSection or a VAppNetwork document says. */
public final class NetworkConfigs {
    private final CloudState state;
    private final Vdc vdc;

    public NetworkConfigs(CloudState state, Vdc vdc) {
        this.state = state;
        this.vdc = vdc;
    }

    /**
     * Replaces the whole set. A network whose name stays keeps its identity; one that vanishes must be empty.
     *
     * @param ownerId the vApp
     */
    public void replaceAll(String ownerId, XmlElement section) {
        Set<String> kept = new HashSet<>();
        for (XmlElement config : section.all("NetworkConfig")) {
            String name = config.attribute("networkName")
                    .filter(n -> !n.isBlank())
                    .orElseThrow(() -> ApiException.badRequest("A network configuration has no name."));
            if (name.equals("none")) {
                continue;
            }
            if (!kept.add(name)) {
                throw ApiException.duplicateName(name);
            }
            XmlElement configuration = config.first("Configuration")
                    .orElseThrow(() -> ApiException.badRequest("Network " + name + " has no configuration."));
            VAppNetwork network = state.networkOf(ownerId, name).orElseGet(() -> fresh(ownerId, name));
            config.first("Description").ifPresent(d -> network.description = d.text());
            apply(network, configuration);
        }
        for (VAppNetwork network : state.networksOf(ownerId)) {
            if (!kept.contains(network.name)) {
                delete(network);
            }
        }
    }

    private VAppNetwork fresh(String ownerId, String name) {
        int quota = vdc.networkQuota;
        long used = state.vappNetworks.values().stream()
                .filter(n -> state.vapps.containsKey(n.ownerId))
                .filter(n -> state.vdcOfContainer(n.ownerId).equals(vdc.id) && n.fenceMode != FenceMode.BRIDGED)
                .count();
        if (quota > 0 && used >= quota) {
            throw ApiException.badRequest("The network quota of VDC " + vdc.name + " is used up (" + quota + ").");
        }
        VAppNetwork network = new VAppNetwork();
        network.name = name;
        network.ownerId = ownerId;
        state.vappNetworks.put(network.id, network);
        return network;
    }

    /** Removes a network that no machine is on. */
    public void delete(VAppNetwork network) {
        state.vmsOf(network.ownerId).stream()
                .filter(v -> v.nics.stream().anyMatch(n -> n.network().equals(network.name)))
                .findFirst()
                .ifPresent(v -> {
                    throw ApiException.badRequest("The network \"" + network.name + "\" cannot be removed: VM " + v.name
                            + " is connected to it.");
                });
        state.vappNetworks.remove(network.id);
    }

    /** Takes over a Configuration element. */
    public void apply(VAppNetwork network, XmlElement configuration) {
        String word = configuration.filled("FenceMode").orElse("isolated");
        FenceMode mode = List.of(FenceMode.values()).stream()
                .filter(m -> m.word.equals(word))
                .findFirst()
                .orElseThrow(() -> ApiException.badRequest("The fence mode \"" + word + "\" is unknown."));
        Optional<OrgNetwork> parent = parent(network.name, configuration);
        requirePossible(network.name, mode, parent);
        List<IpScope> scopes = scopes(network.name, configuration);
        boolean inherits = scopes.isEmpty()
                || scopes.stream().allMatch(s -> s.inherited() || s.gateway().isEmpty());
        if (mode != FenceMode.ISOLATED && (mode == FenceMode.BRIDGED || inherits)) {
            scopes = parent.orElseThrow().scopes.stream()
                    .map(NetworkConfigs::inherited)
                    .toList();
        } else if (inherits && scopes.isEmpty()) {
            throw ApiException.badRequest("The network \"" + network.name + "\" needs a gateway and a netmask.");
        }
        String parentId = parent.map(p -> p.id).orElse("");
        if (!parentId.equals(network.parentId) || mode != network.fenceMode) {
            network.externalIp = "";
        }
        network.fenceMode = mode;
        network.parentId = parentId;
        network.scopes = new ArrayList<>(scopes);
        network.retainNetInfo = flag(configuration, "RetainNetInfoAcrossDeployments");
        network.guestVlanAllowed = flag(configuration, "GuestVlanAllowed");
        configuration.first("Features").ifPresent(f -> FeatureReader.read(state, network, f));
        FeatureReader.addDefaults(network);
        requireValidServices(network);
        if (state.vapps.containsKey(network.ownerId)) {
            takeExternalIp(network, configuration);
        }
    }

    private void takeExternalIp(VAppNetwork network, XmlElement configuration) {
        Optional<String> wished = configuration.first("RouterInfo").flatMap(r -> r.filled("ExternalIp"));
        if (network.fenceMode == FenceMode.NAT_ROUTED && wished.isPresent() && network.externalIp.isEmpty()) {
            OrgNetwork parent = state.orgNetworks.get(network.parentId);
            boolean inPool = parent.scopes.stream()
                    .flatMap(s -> s.ranges().stream())
                    .anyMatch(r -> Ipv4.isAddress(wished.get()) && r.contains(wished.get()));
            if (inPool && !Addresses.uses(state, Addresses.segment(parent)).containsKey(wished.get())) {
                network.externalIp = wished.get();
            }
        }
        Addresses.takeExternalIp(state, network);
    }

    private Optional<OrgNetwork> parent(String name, XmlElement configuration) {
        Optional<XmlElement> reference = configuration.first("ParentNetwork");
        if (reference.isEmpty()) {
            return Optional.empty();
        }
        String wanted = reference
                .get()
                .attribute("href")
                .or(() -> reference.get().attribute("id"))
                .orElse("");
        Optional<OrgNetwork> parent = Hrefs.uuid(wanted)
                .map(id -> state.orgNetworks.get(id))
                .filter(n -> n.vdcId.equals(vdc.id)
                        || n.shared && state.orgOfVdc(n.vdcId).equals(vdc.orgId));
        if (parent.isEmpty()) {
            throw ApiException.badRequest(
                    "The parent of network \"" + name + "\" is not a network of VDC " + vdc.name + ".");
        }
        return parent;
    }

    private void requirePossible(String name, FenceMode mode, Optional<OrgNetwork> parent) {
        if (mode == FenceMode.ISOLATED && parent.isPresent()) {
            throw ApiException.badRequest("The isolated network \"" + name + "\" cannot have a parent network.");
        }
        if (mode != FenceMode.ISOLATED && parent.isEmpty()) {
            throw ApiException.badRequest("The network \"" + name + "\" needs a parent network.");
        }
        if (mode == FenceMode.NAT_ROUTED && !vdc.vappNatNetworks) {
            throw ApiException.badRequest("The VDC " + vdc.name + " does not support routed vApp networks.");
        }
    }

    /** The scopes of a configuration; at version 1.5 there is one without the enclosing list. */
    public static List<IpScope> scopes(String name, XmlElement configuration) {
        List<XmlElement> elements = new ArrayList<>(configuration.all("IpScope"));
        configuration.first("IpScopes").ifPresent(all -> elements.addAll(all.all("IpScope")));
        return elements.stream().map(e -> scope(name, e)).toList();
    }

    private static IpScope scope(String name, XmlElement e) {
        boolean inherited = flag(e, "IsInherited");
        Optional<String> gateway = e.filled("Gateway");
        if (gateway.isEmpty()) {
            return new IpScope(inherited, "", 24, "", "", "", List.of());
        }
        int prefix = e.filled("Netmask")
                .map(Ipv4::prefixLength)
                .or(() -> e.filled("SubnetPrefixLength").map(t -> Numbers.integer("SubnetPrefixLength", t)))
                .orElseThrow(() -> ApiException.badRequest("The network \"" + name + "\" needs a netmask."));
        Subnet subnet = Subnet.of(gateway.get(), prefix);
        if (!subnet.isHost(gateway.get())) {
            throw ApiException.badRequest("The gateway " + gateway.get() + " of network \"" + name
                    + "\" is not an address that a machine can have.");
        }
        List<IpRange> ranges = e.first("IpRanges").stream()
                .flatMap(r -> r.all("IpRange").stream())
                .map(r -> IpRange.parse(r.filled("StartAddress").orElse("") + "-"
                        + r.filled("EndAddress").orElse("")))
                .toList();
        for (IpRange range : ranges) {
            if (!subnet.isHost(range.start()) || !subnet.isHost(range.end())) {
                throw ApiException.badRequest("The address range " + range.start() + "-" + range.end()
                        + " is outside of the subnet of network \"" + name + "\".");
            }
        }
        return new IpScope(
                inherited,
                gateway.get(),
                prefix,
                e.filled("Dns1").orElse(""),
                e.filled("Dns2").orElse(""),
                e.filled("DnsSuffix").orElse(""),
                ranges);
    }

    private static IpScope inherited(IpScope scope) {
        return new IpScope(
                true,
                scope.gateway(),
                scope.prefixLength(),
                scope.dns1(),
                scope.dns2(),
                scope.dnsSuffix(),
                scope.ranges());
    }

    private void requireValidServices(VAppNetwork network) {
        if (network.nat != null
                && network.nat.enabled()
                && !network.nat.rules().isEmpty()
                && !network.firewall.enabled()) {
            throw ApiException.badRequest("NAT of network \"" + network.name + "\" needs the firewall enabled.");
        }
        if (network.dhcp != null && network.dhcp.enabled() && network.dhcp.range() != null) {
            IpRange range = network.dhcp.range();
            boolean inside = network.scopes.stream()
                    .anyMatch(
                            s -> s.subnet().isHost(range.start()) && s.subnet().isHost(range.end()));
            if (!inside) {
                throw ApiException.badRequest(
                        "The DHCP range of network \"" + network.name + "\" is outside of its subnet.");
            }
        }
        if (network.nat != null && state.vapps.containsKey(network.ownerId)) {
            for (VAppNetwork.NatRule rule : network.nat.rules()) {
                boolean known = state.vmsOf(network.ownerId).stream().anyMatch(v -> v.localId.equals(rule.vmLocalId()));
                if (!known) {
                    throw ApiException.badRequest("A NAT rule of network \"" + network.name
                            + "\" names a VM that is not in the vApp: \"" + rule.vmLocalId() + "\".");
                }
            }
        }
    }

    /** The networks that a package describes: their subnets, without anything that needs a parent in this cloud. */
    static List<VAppNetwork> described(XmlElement section, String templateId) {
        List<VAppNetwork> all = new ArrayList<>();
        for (XmlElement config : section.all("NetworkConfig")) {
            Optional<XmlElement> configuration = config.first("Configuration");
            String name = config.attribute("networkName").orElse("");
            if (configuration.isEmpty() || name.isBlank() || name.equals("none")) {
                continue;
            }
            VAppNetwork network = new VAppNetwork();
            network.name = name;
            network.ownerId = templateId;
            network.description =
                    config.first("Description").map(XmlElement::text).orElse("");
            network.scopes = new ArrayList<>(scopes(name, configuration.get()).stream()
                    .filter(s -> !s.gateway().isEmpty())
                    .toList());
            network.retainNetInfo = flag(configuration.get(), "RetainNetInfoAcrossDeployments");
            all.add(network);
        }
        return all;
    }

    /** Takes a machine that leaves a vApp out of the vApp's rules. */
    public static void forget(CloudState s, String vappId, String localId) {
        for (VAppNetwork network : s.networksOf(vappId)) {
            if (network.nat != null) {
                network.nat = new VAppNetwork.NatService(
                        network.nat.enabled(),
                        network.nat.natType(),
                        network.nat.policy(),
                        network.nat.rules().stream()
                                .filter(r -> !r.vmLocalId().equals(localId))
                                .toList());
            }
            if (network.firewall != null) {
                network.firewall = new VAppNetwork.FirewallService(
                        network.firewall.enabled(),
                        network.firewall.defaultAction(),
                        network.firewall.logDefaultAction(),
                        network.firewall.rules().stream()
                                .filter(r -> !names(r.sourceVm(), localId) && !names(r.destinationVm(), localId))
                                .toList());
            }
        }
    }

    private static boolean names(VAppNetwork.VmEnd end, String localId) {
        return end != null && end.localId().equals(localId);
    }

    private static boolean flag(XmlElement e, String name) {
        return e.filled(name).map(Boolean::parseBoolean).orElse(false);
    }
}
