package org.stretchdeploy.director.internal.cloud;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.director.embed.DirectorConfig;
import org.stretchdeploy.director.internal.model.Catalog;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.EdgeGateway;
import org.stretchdeploy.director.internal.model.Entity;
import org.stretchdeploy.director.internal.model.ExternalNetwork;
import org.stretchdeploy.director.internal.model.IpRange;
import org.stretchdeploy.director.internal.model.IpScope;
import org.stretchdeploy.director.internal.model.OrgNetwork;
import org.stretchdeploy.director.internal.model.Organization;
import org.stretchdeploy.director.internal.model.Role;
import org.stretchdeploy.director.internal.model.Subnet;
import org.stretchdeploy.director.internal.model.User;
import org.stretchdeploy.director.internal.model.Vdc;

/** Adds to the state what the configuration has and the state lacks. Nothing is ever removed here. */
public final class Bootstrap {
    private final CloudState state;
    private final DirectorConfig config;
    private final Map<String, String> generated = new LinkedHashMap<>();

    private Bootstrap(CloudState state, DirectorConfig config) {
        this.state = state;
        this.config = config;
    }

    /** @return passwords that were generated now, by {@code user@organization} */
    public static Map<String, String> run(CloudState state, DirectorConfig config) {
        Bootstrap bootstrap = new Bootstrap(state, config);
        bootstrap.organizations();
        bootstrap.externalNetworks();
        bootstrap.edges();
        bootstrap.orgNetworks();
        return bootstrap.generated;
    }

    private static <T extends Entity> Optional<T> named(Map<String, T> all, String name) {
        return all.values().stream().filter(e -> e.name.equals(name)).findFirst();
    }

    private void organizations() {
        List<DirectorConfig.OrganizationConfig> all = new ArrayList<>(config.organizations());
        if (all.stream().noneMatch(o -> o.name().equals(Organization.SYSTEM))) {
            all.add(0, new DirectorConfig.OrganizationConfig(Organization.SYSTEM, List.of(), List.of(), List.of()));
        }
        for (DirectorConfig.OrganizationConfig wanted : all) {
            Organization org = named(state.orgs, wanted.name()).orElseGet(() -> {
                Organization fresh = new Organization();
                fresh.name = wanted.name();
                state.orgs.put(fresh.id, fresh);
                return fresh;
            });
            wanted.vdcs().forEach(v -> vdc(org, v));
            wanted.users().forEach(u -> user(org, u));
            wanted.catalogs().forEach(c -> catalog(org, c));
        }
    }

    private void vdc(Organization org, DirectorConfig.VdcConfig wanted) {
        Vdc vdc = state.vdcs.values().stream()
                .filter(v -> v.orgId.equals(org.id) && v.name.equals(wanted.name()))
                .findFirst()
                .orElseGet(Vdc::new);
        vdc.name = wanted.name();
        vdc.orgId = org.id;
        vdc.storageLimitMb = wanted.storageLimitMb();
        vdc.memoryLimitMb = wanted.memoryLimitMb();
        vdc.cpuLimitMhz = wanted.cpuLimitMhz();
        vdc.vmQuota = wanted.vmQuota();
        vdc.networkQuota = wanted.networkQuota();
        vdc.vappNatNetworks = wanted.vappNatNetworks();
        state.vdcs.put(vdc.id, vdc);
    }

    private void user(Organization org, DirectorConfig.UserConfig wanted) {
        Optional<User> known = state.users.values().stream()
                .filter(u -> u.orgId.equals(org.id) && u.name.equals(wanted.name()))
                .findFirst();
        User user = known.orElseGet(User::new);
        user.name = wanted.name();
        user.orgId = org.id;
        user.role = Role.parse(wanted.role());
        if (user.role == Role.SYSTEM_ADMIN && !org.isSystem()) {
            throw new IllegalArgumentException(
                    "user '" + wanted.name() + "': only the organization System has system administrators");
        }
        if (wanted.password().isPresent()) {
            if (!Accounts.matches(user, wanted.password().get())) {
                Accounts.setPassword(user, wanted.password().get());
            }
        } else if (user.hash.isEmpty()) {
            String password = Accounts.generate();
            Accounts.setPassword(user, password);
            generated.put(user.name + "@" + org.name, password);
        }
        state.users.put(user.id, user);
    }

    private void catalog(Organization org, String name) {
        boolean known = state.catalogs.values().stream().anyMatch(c -> c.orgId.equals(org.id) && c.name.equals(name));
        if (!known) {
            Catalog catalog = new Catalog();
            catalog.name = name;
            catalog.orgId = org.id;
            state.catalogs.put(catalog.id, catalog);
        }
    }

    private static IpScope scope(
            String what, String gatewayCidr, List<String> ranges, List<String> dns, String dnsSuffix) {
        Subnet subnet = Subnet.parse(gatewayCidr);
        List<IpRange> parsed = ranges.stream().map(IpRange::parse).toList();
        for (IpRange range : parsed) {
            if (!subnet.isHost(range.start()) || !subnet.isHost(range.end())) {
                throw new IllegalArgumentException("the pool " + range.start() + "-" + range.end() + " of " + what
                        + " is outside of " + gatewayCidr);
            }
        }
        return new IpScope(
                false,
                gatewayCidr.substring(0, gatewayCidr.indexOf('/')),
                subnet.prefixLength(),
                dns.isEmpty() ? "" : dns.get(0),
                dns.size() < 2 ? "" : dns.get(1),
                dnsSuffix,
                parsed);
    }

    private void externalNetworks() {
        for (DirectorConfig.ExternalNetworkConfig wanted : config.externalNetworks()) {
            ExternalNetwork network =
                    named(state.externalNetworks, wanted.name()).orElseGet(ExternalNetwork::new);
            network.name = wanted.name();
            network.scope = scope(wanted.name(), wanted.gatewayCidr(), wanted.ranges(), List.of(), "");
            network.attachTo = wanted.attachTo();
            state.externalNetworks.put(network.id, network);
        }
    }

    private Vdc vdcNamed(String what, String name) {
        if (name.isEmpty() && state.vdcs.size() == 1) {
            return state.vdcs.values().iterator().next();
        }
        return named(state.vdcs, name)
                .orElseThrow(() -> new IllegalArgumentException(what + " names the unknown VDC '" + name + "'"));
    }

    private void edges() {
        for (DirectorConfig.EdgeGatewayConfig wanted : config.edgeGateways()) {
            EdgeGateway edge = named(state.edges, wanted.name()).orElseGet(EdgeGateway::new);
            ExternalNetwork external = named(state.externalNetworks, wanted.externalNetwork())
                    .orElseThrow(() -> new IllegalArgumentException("edge gateway '" + wanted.name()
                            + "' names the unknown external network '" + wanted.externalNetwork() + "'"));
            edge.name = wanted.name();
            edge.vdcId = vdcNamed("edge gateway '" + wanted.name() + "'", wanted.vdc()).id;
            edge.externalNetworkId = external.id;
            edge.primaryIp = wanted.primaryIp();
            edge.extraIps = new ArrayList<>(wanted.extraIps());
            for (String ip : edge.uplinkIps()) {
                if (!external.scope.subnet().isHost(ip)) {
                    throw new IllegalArgumentException("the address " + ip + " of edge gateway '" + wanted.name()
                            + "' is not in its external network");
                }
            }
            state.edges.put(edge.id, edge);
        }
    }

    private void orgNetworks() {
        for (DirectorConfig.OrgVdcNetworkConfig wanted : config.orgVdcNetworks()) {
            if (named(state.orgNetworks, wanted.name()).isPresent()) {
                continue;
            }
            OrgNetwork network = new OrgNetwork();
            network.name = wanted.name();
            network.description = wanted.description();
            Optional<EdgeGateway> edge = wanted.edgeGateway().map(name -> named(state.edges, name)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "network '" + wanted.name() + "' names the unknown edge gateway '" + name + "'")));
            edge.ifPresent(e -> network.edgeId = e.id);
            network.vdcId = edge.map(e -> e.vdcId)
                    .filter(id -> wanted.vdc().isEmpty())
                    .orElseGet(() -> vdcNamed("network '" + wanted.name() + "'", wanted.vdc()).id);
            network.scopes.add(
                    scope(wanted.name(), wanted.gatewayCidr(), wanted.ranges(), wanted.dns(), wanted.dnsSuffix()));
            state.orgNetworks.put(network.id, network);
        }
    }
}
