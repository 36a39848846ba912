package org.stretchdeploy.stretch.internal.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.stretchdeploy.api.OnFailure;
import org.stretchdeploy.api.TargetWrites;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.spi.EdgeGateway;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.NetworkPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Standby;
import org.stretchdeploy.stretch.internal.model.DeployPlan.TrialPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.TunnelPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.UplinkPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.VmPlan;
import org.stretchdeploy.stretch.internal.model.GatePlan;
import org.stretchdeploy.stretch.internal.model.StartPlan;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.stretch.internal.model.Tier;
import org.stretchdeploy.tunnel.control.Transport;

/** Decides everything that a deploy needs to know. Pure functions of a survey without blocking findings. */
public final class Planner {
    /** HTTPS: the system's own application profile exists at every Cloud Director, and firewalls let it out. */
    private static final int LISTEN_PORT = 443;

    private static final List<Integer> EXTERNAL_PORTS = List.of(443, 4443, 8443, 9443, 10443, 11443, 12443, 13443);
    private static final int MOST_NAME = 128;

    private Planner() {}

    /**
     * {@code transport} is what carries the frames of a tunnel that this deploy opens, {@code standby} which of its ends get a
     * second appliance; the end that is dialled only if a second port is free there.
     */
    public static DeployPlan plan(Survey s, String stretchId, Transport transport, Standby standby) {
        Optional<Stretch> stretch = s.stretch();
        if (stretch.isPresent()) {
            DeployPlan opened = stretch.get().deploy();
            return new DeployPlan(
                    opened.source(),
                    opened.target(),
                    opened.sourceVdc(),
                    opened.targetVdc(),
                    opened.sourceVApp(),
                    opened.vApp(),
                    opened.targetVAppName(),
                    stretch.get().id(),
                    true,
                    opened.networks(),
                    opened.sourceUplink(),
                    opened.targetUplink(),
                    opened.tunnel(),
                    vms(s),
                    s.request().copyMode().name(),
                    s.diskMb() * 1_048_576,
                    trial(s),
                    stops(s),
                    gate(s));
        }
        TunnelPlan tunnel = withStandby(s, listener(s).orElseThrow().withTransport(transport), standby);
        return new DeployPlan(
                s.source().cloud(),
                s.target().cloud(),
                s.vApp().vdc().value(),
                s.target().vdc().orElseThrow().id().value(),
                s.vApp().id().value(),
                s.vApp().name(),
                freeName(s.vApp().name(), s.target().vAppNames()),
                stretchId,
                false,
                s.networkNames().stream().map(n -> network(s, n)).toList(),
                uplink(
                        s.source(),
                        s.services().get("source-gateway"),
                        s.vApp().network(uplinkName(s.source())).isEmpty()),
                uplink(s.target(), s.services().get("target-gateway"), true),
                tunnel,
                vms(s),
                s.request().copyMode().name(),
                s.diskMb() * 1_048_576,
                trial(s),
                stops(s),
                gate(s));
    }

    /** The machines that ran, by start order, with the gates between them. */
    static List<Tier<VmPlan>> tiers(Survey s) {
        return DeployPlan.tiers(vms(s), gate(s));
    }

    private static boolean stops(Survey s) {
        return s.request().onFailure() == OnFailure.STOP;
    }

    private static Optional<GatePlan> gate(Survey s) {
        return Optional.of(GatePlan.of(s.request().gate()));
    }

    private static Optional<TrialPlan> trial(Survey s) {
        return s.request().trial().map(t -> new TrialPlan(t.length().toSeconds(), t.writes() == TargetWrites.DISCARD));
    }

    private static String uplinkName(Survey.Site site) {
        return site.uplink().orElseThrow().name();
    }

    private static NetworkPlan network(Survey s, String name) {
        VAppNetwork network = s.vApp().network(name).orElseThrow();
        boolean isolated = network.fenceMode() == VAppNetwork.FenceMode.ISOLATED;
        return new NetworkPlan(
                name,
                network.description(),
                network.subnet().orElseThrow(),
                isolated ? "" : targetGateway(s, network).orElseThrow(),
                "",
                isolated);
    }

    /** A free address of the subnet for the target's edge: outside the static pool, DHCP ranges and what VMs have. */
    static Optional<String> targetGateway(Survey s, VAppNetwork network) {
        return network.subnet().flatMap(subnet -> {
            Set<String> used = new TreeSet<>(subnet.dns());
            s.vApp().vms().forEach(vm -> vm.nics().forEach(nic -> nic.address().ifPresent(used::add)));
            List<String> ranges = new ArrayList<>(subnet.ranges());
            EdgeServices services = s.services().get("source/" + network.name());
            if (services != null) {
                services.dhcp().forEach(d -> ranges.add(d.firstAddress() + "-" + d.lastAddress()));
                services.nat().rules().forEach(rule -> used.add(rule.internalAddress()));
            }
            return Ipv4.highestFree(subnet.gateway(), subnet.prefixLength(), used, ranges);
        });
    }

    private static UplinkPlan uplink(Survey.Site site, EdgeServices gatewayServices, boolean addNetwork) {
        OrgVdcNetwork network = site.uplink().orElseThrow();
        Optional<EdgeGateway> gateway = site.gateway();
        Optional<String> snat = gateway.flatMap(
                        g -> g.externalAddresses().stream().findFirst())
                .filter(a -> !letOut(gatewayServices, network.subnet()));
        return new UplinkPlan(
                network.name(),
                network.name(),
                addNetwork,
                gateway.map(g -> g.id().value()),
                gateway.map(EdgeGateway::name).orElse(""),
                snat);
    }

    /** Whether the edge gateway translates and lets pass what a machine of the network sends out. */
    static boolean letOut(EdgeServices services, Optional<Subnet> subnet) {
        if (services == null || subnet.isEmpty()) {
            return false;
        }
        String sample = subnet.get().gateway();
        Optional<NatRule> snat = services.nat().rules().stream()
                .filter(r -> r.enabled() && r.type() == NatRule.Type.SNAT && Ipv4.covers(r.internalAddress(), sample))
                .findFirst();
        if (snat.isEmpty()) {
            return false;
        }
        return snat.get().firewallMatch() == NatRule.FirewallMatch.BYPASS
                || firewallLetsOut(services.firewall(), sample);
    }

    private static boolean firewallLetsOut(EdgeServices.Firewall firewall, String sample) {
        if (!firewall.enabled()) {
            return true;
        }
        for (FirewallRule rule : firewall.rules()) {
            boolean source = rule.source().equalsIgnoreCase("internal") || Ipv4.covers(rule.source(), sample);
            boolean anywhere = rule.destination().equalsIgnoreCase("any")
                    || rule.destination().equalsIgnoreCase("external");
            boolean everything =
                    rule.protocols().contains("ANY") && rule.destinationPort().equalsIgnoreCase("any");
            if (rule.enabled() && source && anywhere && everything) {
                return rule.policy() == EdgeServices.Policy.ALLOW;
            }
        }
        return firewall.defaultPolicy() == EdgeServices.Policy.ALLOW;
    }

    /** The side that can be dialled, the target first: it is usually the one with public addresses. */
    static Optional<TunnelPlan> listener(Survey s) {
        return listener(Side.TARGET, s.target(), s.services().get("target-gateway"), s.takenTunnels())
                .or(() -> listener(Side.SOURCE, s.source(), s.services().get("source-gateway"), s.takenTunnels()));
    }

    private static TunnelPlan withStandby(Survey s, TunnelPlan tunnel, Standby standby) {
        Side side = tunnel.listener();
        if (!standby.at(side)) {
            return tunnel.withStandby(standby, 0);
        }
        Survey.Site site = side == Side.TARGET ? s.target() : s.source();
        EdgeServices services = s.services().get(side == Side.TARGET ? "target-gateway" : "source-gateway");
        String gateway = site.gateway().orElseThrow().id().value();
        return EXTERNAL_PORTS.stream()
                .filter(port -> port != tunnel.externalPort()
                        && isFree(gateway, services, s.takenTunnels(), tunnel.externalAddress(), port))
                .findFirst()
                .map(port -> tunnel.withStandby(standby, port))
                .orElse(tunnel.withStandby(standby.without(side), 0));
    }

    private static boolean isFree(String gateway, EdgeServices services, Set<String> taken, String address, int port) {
        return !taken.contains(tunnelLock(gateway, address, port))
                && services.nat().rules().stream().noneMatch(rule -> takes(rule, address, port));
    }

    private static Optional<TunnelPlan> listener(
            Side side, Survey.Site site, EdgeServices services, Set<String> taken) {
        if (site.gateway().isEmpty() || services == null) {
            return Optional.empty();
        }
        for (String address : site.gateway().get().externalAddresses()) {
            for (int port : EXTERNAL_PORTS) {
                if (isFree(site.gateway().get().id().value(), services, taken, address, port)) {
                    return Optional.of(
                            new TunnelPlan(side, address, port, LISTEN_PORT, Transport.TLS, Standby.NONE, 0));
                }
            }
        }
        return Optional.empty();
    }

    /** Prefix of the locks that keep two operations off one end of a tunnel. */
    public static final String TUNNEL_LOCK = "tunnel:";

    /** The locks of the end that a deploy's tunnel listens at, from its plan to its end; a deploy that joins needs none. */
    public static List<String> tunnelLocks(DeployPlan plan) {
        TunnelPlan tunnel = plan.tunnel();
        UplinkPlan uplink = tunnel.listener() == Side.SOURCE ? plan.sourceUplink() : plan.targetUplink();
        if (plan.joins() || uplink.edgeGateway().isEmpty()) {
            return List.of();
        }
        return IntStream.of(tunnel.externalPort(), tunnel.standbyPort())
                .filter(port -> port != 0)
                .mapToObj(port -> tunnelLock(uplink.edgeGateway().get(), tunnel.externalAddress(), port))
                .toList();
    }

    private static String tunnelLock(String gateway, String address, int port) {
        return TUNNEL_LOCK + gateway + ":" + address + ":" + port;
    }

    private static boolean takes(NatRule rule, String address, int port) {
        if (rule.type() == NatRule.Type.SNAT || !Ipv4.covers(rule.externalAddress(), address)) {
            return false;
        }
        String ports = rule.externalPort();
        if (rule.type() == NatRule.Type.ONE_TO_ONE
                || ports.isEmpty()
                || ports.toLowerCase(Locale.ROOT).equals("any")) {
            return true;
        }
        String[] range = ports.split("-", 2);
        try {
            int first = Integer.parseInt(range[0].strip());
            int last = range.length == 2 ? Integer.parseInt(range[1].strip()) : first;
            return first <= port && port <= last;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private static String freeName(String name, Set<String> taken) {
        String base = name.length() > MOST_NAME - 20 ? name.substring(0, MOST_NAME - 20) : name;
        String candidate = base;
        for (int i = 2; taken.contains(candidate); i++) {
            candidate = base + "-" + i;
        }
        return candidate;
    }

    private static List<VmPlan> vms(Survey s) {
        List<VmPlan> plans = new ArrayList<>();
        for (Vm vm : s.vms()) {
            Optional<VApp.Startup> startup = s.vApp().startup().stream()
                    .filter(u -> u.vm().equals(vm.name()))
                    .findFirst();
            plans.add(new VmPlan(
                    plans.size() + 1,
                    vm.id().value(),
                    vm.name(),
                    vm.description(),
                    vm.localId(),
                    vm.state() == PowerState.ON,
                    startup.map(VApp.Startup::order).orElse(0),
                    vm.nics(),
                    vm.disks().stream().mapToLong(Vm.Disk::capacityMb).sum(),
                    vm.metadata(),
                    startup.map(StartPlan::of)));
        }
        return plans;
    }
}
