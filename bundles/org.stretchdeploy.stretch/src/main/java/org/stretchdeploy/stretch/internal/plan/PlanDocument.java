package org.stretchdeploy.stretch.internal.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.api.Plan.Action;
import org.stretchdeploy.api.Plan.DiffLine;
import org.stretchdeploy.api.Plan.ObjectChange;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.edge.EdgeDiff;
import org.stretchdeploy.edge.EdgeRules;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.DeployPlan.VmPlan;
import org.stretchdeploy.stretch.internal.run.InfrastructureSteps;
import org.stretchdeploy.workflow.Row;

/** A plan as people read it: steps, and what every object of both clouds will look like afterwards. */
public final class PlanDocument {
    /** Copying takes about this long per byte in all: capture, fetch, upload, import. Measured in the lab. */
    private static final double BYTES_PER_SECOND = 25e6;

    private static final long FIXED_SECONDS = 45;

    private PlanDocument() {}

    /** A plan that cannot be carried out: findings only. */
    public static Plan blocked(Operation.Kind kind, String summary, List<Finding> findings) {
        return new Plan(
                kind,
                summary,
                findings,
                List.of(),
                List.of(),
                List.of(),
                new Plan.Estimate(0, Duration.ZERO, Duration.ZERO),
                "");
    }

    public static Plan deploy(Survey survey, DeployPlan plan, List<Row<DeployPlan>> rows, List<Finding> findings) {
        List<ObjectChange> changes = new ArrayList<>();
        if (!plan.joins()) {
            infrastructure(survey, plan, changes);
        }
        machines(plan, changes);
        temporary(plan.source(), plan.target(), changes);
        String names = String.join(", ", plan.vms().stream().map(VmPlan::name).toList());
        String summary = "Stretch deploy " + names + " of vApp " + plan.vApp() + " from " + plan.source() + " to "
                + plan.target() + ", same MAC and IP addresses, over a tunnel that the "
                + plan.tunnel().listener().name().toLowerCase(java.util.Locale.ROOT) + " side listens for at "
                + plan.tunnel().externalAddress() + ":" + plan.tunnel().externalPort() + "; its frames go over "
                + TunnelPlanner.carrier(plan.tunnel()) + ".";
        return finish(
                Operation.Kind.DEPLOY,
                summary,
                findings,
                steps(rows, plan.source(), plan.target(), false),
                changes,
                List.of(),
                plan.bytes());
    }

    static Plan finish(
            Operation.Kind kind,
            String summary,
            List<Finding> findings,
            List<Plan.PlannedStep> steps,
            List<ObjectChange> changes,
            List<ObjectChange> meanwhile,
            long bytes) {
        List<Plan.Loss> losses = findings.stream()
                .filter(f -> f.severity() == Finding.Severity.WARNING)
                .map(f -> new Plan.Loss(f.id(), f.subject(), f.message()))
                .toList();
        long seconds = FIXED_SECONDS + Math.round(bytes / BYTES_PER_SECOND);
        var estimate =
                new Plan.Estimate(bytes, Duration.ofSeconds(seconds), Duration.ofSeconds(Math.max(10, seconds - 20)));
        return new Plan(kind, summary, findings, steps, changes, losses, meanwhile, estimate, digest(steps, changes));
    }

    static <I> List<Plan.PlannedStep> steps(List<Row<I>> rows, String source, String target, boolean home) {
        return rows.stream()
                .map(row -> new Plan.PlannedStep(
                        row.id(),
                        row.name(),
                        row.title(),
                        StepPlaces.cloud(row.id(), row.name(), source, target, home)))
                .toList();
    }

    private static void infrastructure(Survey survey, DeployPlan plan, List<ObjectChange> changes) {
        String vApp = plan.targetVAppName();
        List<DiffLine> lines = new ArrayList<>();
        plan.networks().stream()
                .filter(DeployPlan.NetworkPlan::isolated)
                .forEach(n -> lines.add(plus("network " + n.name() + ": isolated")));
        plan.routed()
                .forEach(n -> lines.add(plus("network " + n.name() + ": routed, " + n.targetGateway() + "/"
                        + n.subnet().prefixLength() + " at the edge, behind "
                        + plan.targetUplink().network())));
        lines.add(plus("network " + plan.targetUplink().vAppNetwork() + ": bridged to "
                + plan.targetUplink().network()));
        appliances(plan, Side.TARGET, lines);
        changes.add(new ObjectChange(plan.target(), "VApp", vApp, Action.CREATE, false, lines));
        EdgeServices open = new EdgeServices(
                new EdgeServices.Firewall(true, EdgeServices.Policy.DROP, false, List.of()),
                new EdgeServices.Nat(true, "ipTranslation", false, List.of()),
                List.of(),
                List.of());
        plan.routed()
                .forEach(n -> changes.add(new ObjectChange(
                        plan.target(),
                        "VAppNetwork",
                        vApp + "/" + n.name(),
                        Action.CREATE,
                        false,
                        EdgeDiff.between(open, InfrastructureSteps.silent(open)))));
        gateway(survey, plan, Side.TARGET, changes);
        List<DiffLine> source = new ArrayList<>();
        if (plan.sourceUplink().addNetwork()) {
            source.add(plus("network " + plan.sourceUplink().vAppNetwork() + ": bridged to "
                    + plan.sourceUplink().network()));
        }
        appliances(plan, Side.SOURCE, source);
        changes.add(new ObjectChange(plan.source(), "VApp", plan.vApp(), Action.CHANGE, false, source));
        gateway(survey, plan, Side.SOURCE, changes);
    }

    private static void appliances(DeployPlan plan, Side side, List<DiffLine> lines) {
        lines.add(plus("VM stretch-edge-<operation>: edge appliance"));
        if (plan.tunnel().standby().at(side)) {
            lines.add(plus("VM stretch-edge-<operation>-standby: edge appliance that takes over"));
        }
    }

    private static void gateway(Survey survey, DeployPlan plan, Side side, List<ObjectChange> changes) {
        boolean source = side == Side.SOURCE;
        EdgeServices now = survey.services().get(source ? "source-gateway" : "target-gateway");
        List<String> appliances = plan.tunnel().standby().at(side)
                ? List.of("<edge-appliance>", "<second-edge-appliance>")
                : List.of("<edge-appliance>");
        List<NatRule> rules = InfrastructureSteps.gatewayRules(plan, side, appliances, "operation");
        if (now == null || rules.isEmpty()) {
            return;
        }
        List<NatRule> all = new ArrayList<>(now.nat().rules());
        all.addAll(rules);
        changes.add(new ObjectChange(
                source ? plan.source() : plan.target(),
                "EdgeGateway",
                source
                        ? plan.sourceUplink().edgeGatewayName()
                        : plan.targetUplink().edgeGatewayName(),
                Action.CHANGE,
                false,
                EdgeDiff.between(now, EdgeRules.withNatRules(now, all))));
    }

    private static void machines(DeployPlan plan, List<ObjectChange> changes) {
        for (VmPlan vm : plan.vms()) {
            List<DiffLine> arrival = new ArrayList<>();
            List<DiffLine> home = new ArrayList<>();
            if (vm.wasOn()) {
                arrival.add(plus("runs"));
                home.add(new DiffLine('-', "runs"));
                home.add(plus("off"));
            }
            for (Vm.Nic nic : vm.nics()) {
                String text = "NIC " + nic.index() + ": " + nic.network() + " " + nic.mac() + " "
                        + nic.address().orElse("by DHCP");
                arrival.add(plus(text + (nic.connected() ? " connected" : " disconnected")));
                if (nic.connected()) {
                    home.add(new DiffLine('-', text + " connected"));
                    home.add(plus(text + " disconnected"));
                }
            }
            home.add(plus("metadata stretch.placeholder-of"));
            vm.start().ifPresent(start -> arrival.add(plus(startOrder(start.entry(vm.name(), vm.order())))));
            changes.add(new ObjectChange(
                    plan.target(), "Vm", plan.targetVAppName() + "/" + vm.name(), Action.CREATE, false, arrival));
            changes.add(
                    new ObjectChange(plan.source(), "Vm", plan.vApp() + "/" + vm.name(), Action.CHANGE, false, home));
        }
    }

    private static String startOrder(VApp.Startup entry) {
        return "start order " + entry.order() + ": " + entry.startAction() + ", then " + entry.startDelaySeconds()
                + " s" + (entry.waitingForGuest() ? " or the guest's answer" : "") + "; stop: " + entry.stopAction()
                + ", " + entry.stopDelaySeconds() + " s";
    }

    static void temporary(String from, String to, List<ObjectChange> changes) {
        changes.add(new ObjectChange(from, "VApp", "stretch-copy-<operation>", Action.CREATE, true, List.of()));
        changes.add(new ObjectChange(from, "Catalog", "stretch-<operation>", Action.CREATE, true, List.of()));
        changes.add(new ObjectChange(to, "Catalog", "stretch-<operation>", Action.CREATE, true, List.of()));
        changes.add(new ObjectChange(to, "VApp", "stretch-arrival-<operation>", Action.CREATE, true, List.of()));
    }

    static DiffLine plus(String text) {
        return new DiffLine('+', text);
    }

    private static String digest(List<Plan.PlannedStep> steps, List<ObjectChange> changes) {
        var text = new StringBuilder();
        steps.forEach(s -> text.append(s).append('\n'));
        changes.forEach(c -> text.append(c).append('\n'));
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Losses that the user has not accepted. */
    public static Optional<Plan.Loss> unaccepted(Plan plan, List<String> accepted) {
        return accepted.contains("*")
                ? Optional.empty()
                : plan.losses().stream().filter(l -> !accepted.contains(l.id())).findFirst();
    }
}
