package org.stretchdeploy.stretch.internal.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
import org.stretchdeploy.stretch.internal.model.DeployPlan.TrialPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.UplinkPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.VmPlan;
import org.stretchdeploy.stretch.internal.model.GatePlan;
import org.stretchdeploy.stretch.internal.model.ServiceQuestion;
import org.stretchdeploy.stretch.internal.model.StartPlan;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.stretch.internal.model.Tier;

/** Decides everything that a deploy needs to know. Pure functions of a survey without blocking findings. */
public final class Planner {
    private static final int MOST_NAME = 128;

    private Planner() {}

    public static DeployPlan plan(Survey s, String stretchId) {
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
                    TunnelPlanner.tunnel(s).orElseThrow(),
                    vms(s),
                    s.request().copyMode().name(),
                    s.diskMb() * 1_048_576,
                    trial(s),
                    stops(s),
                    gate(s));
        }
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
                TunnelPlanner.tunnel(s).orElseThrow(),
                vms(s),
                s.request().copyMode().name(),
                s.diskMb() * 1_048_576,
                trial(s),
                stops(s),
                gate(s));
    }

    /** The machines that ran, by start order, with the gates between them. */
    static List<Tier<VmPlan>> tiers(Survey s) {
        return DeployPlan.tiers(vms(s), Optional.of(GatePlan.of(s.request().gate())));
    }

    /** What the gates will ask machines for. */
    static List<ServiceQuestion> questions(Survey s) {
        List<NetworkPlan> opened =
                s.stretch().map(stretch -> stretch.deploy().networks()).orElse(List.of());
        Map<String, List<String>> reserved = new TreeMap<>();
        for (VAppNetwork network : s.vApp().networks()) {
            List<String> taken = new ArrayList<>();
            targetGateway(s, network).ifPresent(taken::add);
            opened.stream().filter(n -> n.name().equals(network.name())).forEach(n -> taken.add(n.targetGateway()));
            Optional.ofNullable(s.services().get("source/" + network.name()))
                    .ifPresent(edge -> edge.dhcp().forEach(d -> taken.add(d.firstAddress() + "-" + d.lastAddress())));
            network.subnet().ifPresent(subnet -> taken.addAll(subnet.dns()));
            reserved.put(network.name(), taken);
        }
        Map<String, List<String>> free = GateQuestions.free(s.vApp(), reserved);
        free.keySet()
                .retainAll(
                        opened.isEmpty()
                                ? s.networkNames()
                                : opened.stream().map(NetworkPlan::name).toList());
        return GateQuestions.of(s.request().gate(), tiers(s), free);
    }

    private static boolean stops(Survey s) {
        return s.request().onFailure() == OnFailure.STOP;
    }

    private static Optional<GatePlan> gate(Survey s) {
        return Optional.of(GatePlan.of(s.request().gate()).asking(questions(s)));
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
