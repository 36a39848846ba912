package org.stretchdeploy.stretch.internal.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.edge.EdgeRules;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.Stretch.ApplianceEnd;
import org.stretchdeploy.tunnel.control.Transport;
import org.stretchdeploy.workflow.StepResult;
import org.stretchdeploy.workflow.StepScope;

/** Phase 1: the routed vApp in the target, the edges of both sides, the tunnel between them. */
public final class InfrastructureSteps {
    private final Parts parts;
    private final ApplianceSteps appliances;

    public InfrastructureSteps(Parts parts) {
        this.parts = parts;
        this.appliances = new ApplianceSteps(parts);
    }

    /** 0.1 Reads what both sides look like before anything is changed. */
    public StepResult recordSnapshots(StepScope<DeployPlan> scope) {
        DeployPlan plan = scope.input();
        return StepResult.done(
                        "sourceBefore",
                        Snapshots.of(
                                parts.cloud(plan.source()),
                                Optional.of(new ObjectId(plan.sourceVApp())),
                                plan.sourceUplink().edgeGateway().map(ObjectId::new)))
                .with(
                        "targetBefore",
                        Snapshots.of(
                                parts.cloud(plan.target()),
                                Optional.empty(),
                                plan.targetUplink().edgeGateway().map(ObjectId::new)));
    }

    /** 1.1 */
    public StepResult createRoutedVApp(StepScope<DeployPlan> scope) {
        DeployPlan plan = scope.input();
        Cloud target = parts.cloud(plan.target());
        List<VApps.NetworkSpec> networks = new ArrayList<>();
        plan.networks()
                .forEach(n -> networks.add(stretched(n, plan.targetUplink().network())));
        networks.add(ApplianceSteps.bridged(plan.targetUplink()));
        var spec = new VApps.VAppSpec(
                plan.targetVAppName(), "Stretched from " + plan.source() + "/" + plan.vApp(), networks);
        Work work = new Work(scope, target);
        return work.owner("create", () -> target.vApps()
                        .create(new ObjectId(plan.targetVdc()), spec, routedVAppTag(scope)))
                .<StepResult>map(id -> StepResult.done("targetVApp", id))
                .orElseGet(work::pause);
    }

    private static VApps.NetworkSpec stretched(DeployPlan.NetworkPlan network, String parent) {
        Subnet at = network.subnet();
        if (network.isolated()) {
            return new VApps.NetworkSpec(
                    network.name(),
                    network.description(),
                    VAppNetwork.FenceMode.ISOLATED,
                    Optional.empty(),
                    Optional.of(new Subnet(at.gateway(), at.prefixLength(), at.dns(), at.dnsSuffix(), List.of())),
                    false);
        }
        var subnet = new Subnet(network.targetGateway(), at.prefixLength(), at.dns(), at.dnsSuffix(), List.of());
        return new VApps.NetworkSpec(
                network.name(),
                network.description(),
                VAppNetwork.FenceMode.NAT_ROUTED,
                Optional.of(parent),
                Optional.of(subnet),
                true);
    }

    private static Tag routedVAppTag(StepScope<?> scope) {
        return new Tag(scope.operationId().value(), "routed-vapp");
    }

    public StepResult deleteRoutedVApp(StepScope<DeployPlan> scope) {
        Cloud target = parts.cloud(scope.input().target());
        Work work = new Work(scope, target);
        Optional<ObjectId> vApp = scope.output("targetVApp", String.class)
                .map(ObjectId::new)
                .or(() -> Found.byTag(target, routedVAppTag(scope)));
        if (!work.settled() || vApp.isPresent() && !work.idle(vApp.get())) {
            return work.pause();
        }
        boolean gone = vApp.flatMap(target.inventory()::findVApp).isEmpty()
                || work.done("undeploy", () -> target.vApps().undeployVApp(vApp.get()))
                        && work.done("delete", () -> target.vApps().delete(vApp.get()));
        return gone ? StepResult.done() : work.pause();
    }

    /** 1.2 */
    public StepResult startRoutedVApp(StepScope<DeployPlan> scope) {
        Cloud target = parts.cloud(scope.input().target());
        Work work = new Work(scope, target);
        return work.done("start", () -> target.vApps().powerOnVApp(Stretched.targetVApp(parts, scope)))
                ? StepResult.done()
                : work.pause();
    }

    public StepResult publishAppliance(StepScope<DeployPlan> scope, Side side) {
        return appliances.publish(scope, side);
    }

    public StepResult deleteCatalog(StepScope<DeployPlan> scope, Side side) {
        Cloud cloud = appliances.cloud(scope.input(), side);
        return CopySteps.deleteCatalog(scope, cloud);
    }

    public StepResult addAppliance(StepScope<DeployPlan> scope, Side side) {
        return appliances.add(scope, side, vApp(scope, side));
    }

    public StepResult startAppliance(StepScope<DeployPlan> scope, Side side) {
        return appliances.start(scope, side, vApp(scope, side));
    }

    /** Its one-time token and its certificate are worth nothing any more. */
    public StepResult forgetAppliance(StepScope<DeployPlan> scope, Side side) {
        Work work = new Work(scope, appliances.cloud(scope.input(), side));
        if (!work.settled()) {
            return work.pause();
        }
        ApplianceSteps.agents(scope.operationId().value(), side).forEach(parts.tunnels()::forget);
        return StepResult.done();
    }

    public StepResult removeAppliance(StepScope<DeployPlan> scope, Side side) {
        DeployPlan plan = scope.input();
        Cloud cloud = appliances.cloud(plan, side);
        Work work = new Work(scope, cloud);
        String operation = scope.operationId().value();
        if (!work.stopped() || !work.idle(vApp(scope, side))) {
            return work.pause();
        }
        if (side == Side.TARGET) {
            // it goes with the vApp that is ours
            return StepResult.done();
        }
        return ApplianceSteps.remove(work, cloud, vApp(scope, side), operation, plan.sourceUplink())
                ? StepResult.done()
                : work.pause();
    }

    private ObjectId vApp(StepScope<DeployPlan> scope, Side side) {
        return side == Side.SOURCE ? new ObjectId(scope.input().sourceVApp()) : Stretched.targetVApp(parts, scope);
    }

    /** 1.3 The target's vApp edges route nothing, translate nothing and serve no DHCP. */
    public StepResult silenceTargetEdge(StepScope<DeployPlan> scope) {
        DeployPlan plan = scope.input();
        Cloud target = parts.cloud(plan.target());
        Work work = new Work(scope, target);
        ObjectId vApp = Stretched.targetVApp(parts, scope);
        for (DeployPlan.NetworkPlan network : plan.routed()) {
            var edge = new Edges.VAppEdge(vApp, network.name());
            if (!EdgeWork.done(work, "silence-" + network.name(), target, edge, InfrastructureSteps::silent)) {
                return work.pause();
            }
        }
        return StepResult.done();
    }

    /** Services of an edge that stays out of the way. */
    public static EdgeServices silent(EdgeServices now) {
        return new EdgeServices(
                new EdgeServices.Firewall(true, EdgeServices.Policy.DROP, false, List.of()),
                new EdgeServices.Nat(false, now.nat().type(), false, List.of()),
                List.of(),
                List.of());
    }

    /** 1.3, 1.4 The rules at the organization's edge gateway that let the two appliances and the controller meet. */
    public StepResult openEdgeGateway(StepScope<DeployPlan> scope, Side side) {
        DeployPlan plan = scope.input();
        DeployPlan.UplinkPlan uplink = ApplianceSteps.uplink(plan, side);
        if (uplink.edgeGateway().isEmpty()) {
            return StepResult.done();
        }
        Cloud cloud = appliances.cloud(plan, side);
        ApplianceEnd end = Stretched.end(parts, scope, side);
        List<NatRule> rules = gatewayRules(
                plan,
                side,
                end.members().stream().map(ApplianceEnd::uplinkAddress).toList(),
                scope.operationId().value());
        Work work = new Work(scope, cloud);
        var edge = new Edges.OrgEdge(new ObjectId(uplink.edgeGateway().get()));
        return EdgeWork.done(
                        work,
                        "rules",
                        cloud,
                        edge,
                        now -> withRules(now, rules, scope.operationId().value()))
                ? StepResult.done()
                : work.pause();
    }

    private static EdgeServices withRules(EdgeServices now, List<NatRule> rules, String operation) {
        EdgeServices others = EdgeRules.without(now, EdgeRules.prefix(operation));
        List<NatRule> all = new ArrayList<>(others.nat().rules());
        all.addAll(rules);
        return EdgeRules.withNatRules(others, all);
    }

    /** The NAT rules that one side needs for the addresses of its appliances; also what the plan shows. */
    public static List<NatRule> gatewayRules(DeployPlan plan, Side side, List<String> appliances, String operation) {
        List<NatRule> rules = new ArrayList<>();
        for (int member = 0; member < appliances.size(); member++) {
            rules.addAll(gatewayRules(plan, side, member, appliances.get(member), operation));
        }
        return rules;
    }

    private static List<NatRule> gatewayRules(
            DeployPlan plan, Side side, int member, String appliance, String operation) {
        List<NatRule> rules = new ArrayList<>();
        DeployPlan.TunnelPlan tunnel = plan.tunnel();
        String suffix = ApplianceSteps.suffix(member);
        int port = member == 0 ? tunnel.externalPort() : tunnel.standbyPort();
        if (tunnel.listener() == side) {
            rules.add(toAppliance(plan, "TCP", new Tag(operation, "tunnel-dnat" + suffix), port, appliance));
            if (tunnel.transport() != Transport.TLS && !tunnel.hasPair()) {
                rules.add(toAppliance(plan, "UDP", new Tag(operation, "tunnel-udp-dnat"), port, appliance));
            }
        }
        ApplianceSteps.uplink(plan, side)
                .snatAddress()
                .ifPresent(address -> rules.add(rule(
                        "Edge appliance of " + plan.vApp() + " " + new Tag(operation, "edge-snat" + suffix).text(),
                        NatRule.Type.SNAT,
                        "ANY",
                        address,
                        "Any",
                        appliance,
                        "Any")));
        return rules;
    }

    private static NatRule toAppliance(DeployPlan plan, String protocol, Tag tag, int port, String appliance) {
        DeployPlan.TunnelPlan tunnel = plan.tunnel();
        return rule(
                "Tunnel of " + plan.vApp() + " " + tag.text(),
                NatRule.Type.DNAT,
                protocol,
                tunnel.externalAddress(),
                String.valueOf(port),
                appliance,
                String.valueOf(tunnel.listenPort()));
    }

    private static NatRule rule(
            String name,
            NatRule.Type type,
            String protocol,
            String external,
            String externalPort,
            String internal,
            String internalPort) {
        return new NatRule(
                "",
                name,
                true,
                type,
                protocol,
                external,
                externalPort,
                internal,
                internalPort,
                Optional.empty(),
                NatRule.FirewallMatch.BYPASS);
    }

    public StepResult closeEdgeGateway(StepScope<DeployPlan> scope, Side side) {
        DeployPlan plan = scope.input();
        DeployPlan.UplinkPlan uplink = ApplianceSteps.uplink(plan, side);
        Cloud cloud = appliances.cloud(plan, side);
        Work work = new Work(scope, cloud);
        return closed(work, cloud, uplink, scope.operationId().value()) ? StepResult.done() : work.pause();
    }

    /** Takes the rules of an operation off an edge gateway and leaves everything else. */
    static boolean closed(Work work, Cloud cloud, DeployPlan.UplinkPlan uplink, String operation) {
        if (uplink.edgeGateway().isEmpty()) {
            return true;
        }
        var edge = new Edges.OrgEdge(new ObjectId(uplink.edgeGateway().get()));
        return EdgeWork.done(
                work, "close-gateway", cloud, edge, now -> EdgeRules.without(now, EdgeRules.prefix(operation)));
    }
}
