package org.stretchdeploy.stretch.internal.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.DeployPlan.Side;
import org.stretchdeploy.stretch.internal.model.Stretch.ApplianceEnd;
import org.stretchdeploy.workflow.StepResult;
import org.stretchdeploy.workflow.StepScope;

/** Deploys an edge appliance into a vApp by the cloud's ordinary API, and takes it away again. */
final class ApplianceSteps {
    static final String TEMPLATE = "stretch-edge";

    private final Parts parts;

    ApplianceSteps(Parts parts) {
        this.parts = parts;
    }

    /** @param member 0 the first appliance of a side, 1 the one that takes over */
    static String vmName(String operation, int member) {
        return "stretch-edge-" + operation + suffix(member);
    }

    static String suffix(int member) {
        return member == 0 ? "" : "-standby";
    }

    static String agent(String operation, Side side, int member) {
        return operation + (side == Side.SOURCE ? "-source" : "-target") + suffix(member);
    }

    /** Every agent that a side may have. */
    static List<String> agents(String operation, Side side) {
        return List.of(agent(operation, side, 0), agent(operation, side, 1));
    }

    private static int members(DeployPlan plan, Side side) {
        return plan.tunnel().standby().at(side) ? 2 : 1;
    }

    static String catalogName(String operation) {
        return "stretch-" + operation;
    }

    /** Makes the operation's catalog and puts the appliance's package into it. */
    StepResult publish(StepScope<DeployPlan> scope, Side side) {
        Cloud cloud = cloud(scope.input(), side);
        Work work = new Work(scope, cloud);
        String operation = scope.operationId().value();
        ObjectId vdc = vdc(scope.input(), side);
        Optional<String> catalog = work.owner(
                "catalog", () -> cloud.catalogs().createCatalog(catalogName(operation), new Tag(operation, "catalog")));
        if (catalog.isEmpty()) {
            return work.pause();
        }
        ObjectId template = cloud.catalogs()
                .beginUpload(new ObjectId(catalog.get()), TEMPLATE, true, new Tag(operation, "edge-template"));
        scope.note("vdc", vdc.value());
        return new ApplianceUpload(cloud, template).advance(parts.tunnels().appliancePackage())
                ? StepResult.done("applianceCatalog", catalog.get()).with("applianceTemplate", template.value())
                : work.pause();
    }

    /** Puts the appliances into the vApp: one NIC on the uplink, one on each stretched network. */
    StepResult add(StepScope<DeployPlan> scope, Side side, ObjectId vApp) {
        DeployPlan plan = scope.input();
        Cloud cloud = cloud(plan, side);
        Work work = new Work(scope, cloud);
        DeployPlan.UplinkPlan uplink = uplink(plan, side);
        String operation = scope.operationId().value();
        if (side == Side.SOURCE
                && uplink.addNetwork()
                && !work.done("add-uplink", () -> cloud.vApps().addNetwork(vApp, bridged(uplink)))) {
            return work.pause();
        }
        ObjectId templateVm = templateVm(scope, cloud, side);
        for (int member = 0; member < members(plan, side); member++) {
            var wanted = new VApps.VmSpec(
                    templateVm,
                    vmName(operation, member),
                    VApps.Mode.COPY,
                    "Edge appliance of Stretch Deploy",
                    nics(plan, uplink, List.of()),
                    Optional.empty());
            Tag tag = new Tag(operation, "edge-vm" + suffix(member));
            if (!work.done("add" + suffix(member), () -> cloud.vApps().addVm(vApp, wanted, tag))) {
                return work.pause();
            }
        }
        Vm vm = Found.requireVm(cloud, vApp, vmName(operation, 0));
        return StepResult.done(
                side == Side.SOURCE ? "sourceAppliance" : "targetAppliance",
                vm.id().value());
    }

    static VApps.NetworkSpec bridged(DeployPlan.UplinkPlan uplink) {
        return new VApps.NetworkSpec(
                uplink.vAppNetwork(),
                "",
                VAppNetwork.FenceMode.BRIDGED,
                Optional.of(uplink.network()),
                Optional.empty(),
                false);
    }

    private ObjectId templateVm(StepScope<DeployPlan> scope, Cloud cloud, Side side) {
        String step = side == Side.SOURCE ? "1.4.1" : "1.2.1";
        String catalog = scope.output(step, "applianceCatalog", String.class).orElseThrow();
        return cloud.catalogs()
                .template(new ObjectId(catalog), TEMPLATE)
                .flatMap(t -> t.vms().stream().findFirst())
                .orElseThrow(() -> new CloudException(
                        "appliance-template-gone",
                        CloudException.Category.NOT_FOUND,
                        "The edge appliance's template is not in the catalog "
                                + catalogName(scope.operationId().value()) + " any more."))
                .id();
    }

    private static List<Vm.Nic> nics(DeployPlan plan, DeployPlan.UplinkPlan uplink, List<Vm.Nic> known) {
        List<Vm.Nic> nics = new ArrayList<>();
        nics.add(new Vm.Nic(
                0, uplink.vAppNetwork(), mac(known, 0), Optional.empty(), Vm.Allocation.POOL, true, true, "VMXNET3"));
        for (int i = 0; i < plan.networks().size(); i++) {
            nics.add(new Vm.Nic(
                    i + 1,
                    plan.networks().get(i).name(),
                    mac(known, i + 1),
                    Optional.empty(),
                    Vm.Allocation.DHCP,
                    true,
                    false,
                    "VMXNET3"));
        }
        return nics;
    }

    private static String mac(List<Vm.Nic> known, int index) {
        return known.stream()
                .filter(n -> n.index() == index)
                .map(Vm.Nic::mac)
                .findFirst()
                .orElse("");
    }

    /** Gives the appliances their one-time tokens and starts them. */
    StepResult start(StepScope<DeployPlan> scope, Side side, ObjectId vApp) {
        DeployPlan plan = scope.input();
        Cloud cloud = cloud(plan, side);
        Work work = new Work(scope, cloud);
        String operation = scope.operationId().value();
        List<ApplianceEnd> running = new ArrayList<>();
        for (int member = 0; member < members(plan, side); member++) {
            if (!started(work, plan, side, vApp, operation, member)) {
                return work.pause();
            }
            running.add(end(agent(operation, side, member), Found.requireVm(cloud, vApp, vmName(operation, member))));
        }
        Optional<ApplianceEnd> standby = running.stream().skip(1).findFirst();
        return StepResult.done(
                side == Side.SOURCE ? "sourceEnd" : "targetEnd", running.get(0).withStandby(standby));
    }

    private boolean started(Work work, DeployPlan plan, Side side, ObjectId vApp, String operation, int member) {
        Cloud cloud = cloud(plan, side);
        String name = vmName(operation, member);
        String agent = agent(operation, side, member);
        String suffix = suffix(member);
        Vm vm = Found.requireVm(cloud, vApp, name);
        if (vm.state() != PowerState.ON) {
            boolean ready = work.done("nics" + suffix, () -> cloud.vApps()
                            .setNics(vm.id(), nics(plan, uplink(plan, side), vm.nics())))
                    && work.done("token" + suffix, () -> cloud.vApps()
                            .setProperties(vm.id(), settings(cloud, vApp, uplink(plan, side), name, agent)))
                    && work.done("power-on" + suffix, () -> cloud.vApps().powerOn(vm.id()));
            if (!ready) {
                return false;
            }
        }
        return Found.requireVm(cloud, vApp, name).state() == PowerState.ON;
    }

    /**
     * What the appliance is told at its start: how it enrols and, as far as the cloud has given it an address already, that
     * of its uplink. Clouds tell a machine its own addresses only when they customize guests, and ours is not customized.
     */
    private Map<String, String> settings(
            Cloud cloud, ObjectId vApp, DeployPlan.UplinkPlan uplink, String name, String agent) {
        Map<String, String> settings = new TreeMap<>(parts.tunnels().enrol(agent));
        Optional<String> address = uplinkNic(Found.requireVm(cloud, vApp, name))
                .flatMap(Vm.Nic::address)
                .filter(text -> !text.isBlank());
        Optional<Subnet> subnet = cloud.inventory()
                .findVApp(vApp)
                .flatMap(v -> v.network(uplink.vAppNetwork()))
                .flatMap(VAppNetwork::subnet);
        if (address.isPresent() && subnet.isPresent()) {
            settings.put(
                    "stretch.uplink.address", address.get() + "/" + subnet.get().prefixLength());
            settings.put("stretch.uplink.gateway", subnet.get().gateway());
            settings.put("stretch.uplink.dns", String.join(",", subnet.get().dns()));
        }
        return settings;
    }

    private static Optional<Vm.Nic> uplinkNic(Vm vm) {
        return vm.nics().stream().filter(n -> n.index() == 0).findFirst();
    }

    private static ApplianceEnd end(String agent, Vm vm) {
        String address = uplinkNic(vm)
                .flatMap(Vm.Nic::address)
                .orElseThrow(() -> new CloudException(
                        "appliance-without-address",
                        CloudException.Category.TRANSIENT,
                        "The cloud has not given the edge appliance an address on its uplink network yet."));
        List<String> macs = vm.nics().stream()
                .filter(n -> n.index() > 0)
                .sorted(java.util.Comparator.comparingInt(Vm.Nic::index))
                .map(Vm.Nic::mac)
                .toList();
        return new ApplianceEnd(agent, vm.id().value(), address, macs, Optional.empty());
    }

    /** Takes the appliances, and the network that we added for them, out of the source vApp. */
    static boolean remove(Work work, Cloud cloud, ObjectId vApp, String operation, DeployPlan.UplinkPlan uplink) {
        for (int member = 0; member < 2; member++) {
            Optional<Vm> vm = Found.vm(cloud, vApp, vmName(operation, member));
            if (vm.isPresent()) {
                ObjectId id = vm.get().id();
                String suffix = suffix(member);
                if (!work.done("appliance-off" + suffix, () -> cloud.vApps().powerOff(id))
                        || !work.done(
                                "appliance-delete" + suffix, () -> cloud.vApps().deleteVm(id))) {
                    return false;
                }
            }
        }
        return !uplink.addNetwork()
                || work.done("remove-uplink", () -> cloud.vApps().removeNetwork(vApp, uplink.vAppNetwork()));
    }

    Cloud cloud(DeployPlan plan, Side side) {
        return parts.cloud(side == Side.SOURCE ? plan.source() : plan.target());
    }

    static ObjectId vdc(DeployPlan plan, Side side) {
        return new ObjectId(side == Side.SOURCE ? plan.sourceVdc() : plan.targetVdc());
    }

    static DeployPlan.UplinkPlan uplink(DeployPlan plan, Side side) {
        return side == Side.SOURCE ? plan.sourceUplink() : plan.targetUplink();
    }
}
