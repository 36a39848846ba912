package org.stretchdeploy.stretch.internal.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.Inventory;
import org.stretchdeploy.spi.OrgVdc;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.stretch.internal.StretchWorld;

/** People who work at both clouds meanwhile. Everything that they add bears a mark of its own. */
final class People {
    static final String MARK = "sim-edit-";

    private final StretchWorld world;
    private final Random random;
    private final StringBuilder story;
    /** Mark to the name of the cloud that has it. */
    private final Map<String, String> made = new LinkedHashMap<>();

    People(StretchWorld world, Random random, StringBuilder story) {
        this.world = world;
        this.random = random;
        this.story = story;
    }

    /** Adds something somewhere; refused quietly when the cloud is busy with it. */
    void edit() {
        String mark = MARK + (made.size() + 1) + "-";
        boolean atSource = random.nextInt(3) > 0;
        MemoryCloud cloud = atSource ? world.source : world.target;
        try {
            String what = atSource ? atSource(mark) : onGateway(cloud, mark);
            made.put(mark, cloud.name());
            story.append("  person adds ").append(what).append(' ').append(mark).append('\n');
        } catch (CloudException e) {
            story.append("  person is refused: ").append(e.getMessage()).append('\n');
        }
    }

    private String atSource(String mark) {
        VApp shop = shop();
        switch (random.nextInt(3)) {
            case 0 -> {
                return onGateway(world.source, mark);
            }
            case 1 -> {
                return onEdge(world.source, new Edges.VAppEdge(shop.id(), "internal"), "10.1.0.77", mark);
            }
            default -> {
                world.source.person().setMetadata(shop.id(), mark + "key", "value");
                return "metadata";
            }
        }
    }

    private String onGateway(MemoryCloud cloud, String mark) {
        OrgVdc vdc = cloud.inventory().vdcs().get(0);
        var gateway = cloud.inventory().edgeGateways(vdc.id()).get(0);
        return onEdge(
                cloud,
                new Edges.OrgEdge(gateway.id()),
                gateway.externalAddresses().get(0),
                mark);
    }

    private String onEdge(MemoryCloud cloud, Edges.EdgeReference edge, String address, String mark) {
        if (random.nextBoolean()) {
            cloud.person()
                    .addFirewallRule(
                            edge,
                            new FirewallRule(
                                    "",
                                    mark + "rule",
                                    true,
                                    EdgeServices.Policy.ALLOW,
                                    List.of("TCP"),
                                    "Any",
                                    "Any",
                                    address,
                                    "22",
                                    false));
            return "firewall rule";
        }
        cloud.person()
                .addNatRule(
                        edge,
                        new NatRule(
                                "",
                                mark + "nat",
                                true,
                                NatRule.Type.DNAT,
                                "TCP",
                                address,
                                String.valueOf(2000 + made.size()),
                                "192.168.1.99",
                                "22",
                                Optional.empty(),
                                NatRule.FirewallMatch.BYPASS));
        return "NAT rule";
    }

    private VApp shop() {
        return vApp(world.source, "shop").orElseThrow();
    }

    static Optional<VApp> vApp(MemoryCloud cloud, String name) {
        return cloud.inventory().vApps().stream()
                .filter(v -> v.name().equals(name))
                .findFirst()
                .map(Inventory.VAppEntry::id)
                .map(cloud.inventory()::vApp);
    }

    /** Somebody starts a machine at home, wherever the operation is just now. */
    void startAtHome(String vm) {
        power(vm, true);
    }

    /** Somebody who means it: plugs a machine in at home, and starts it. */
    void plugInAtHome(String name) {
        plugIn(world.source, name);
    }

    /** The same with its copy in the target, if there is one on a network. */
    void plugInAtTarget(String name) {
        plugIn(world.target, name);
    }

    private void plugIn(MemoryCloud cloud, String name) {
        try {
            Optional<Vm> found = cloud.inventory().vApps().stream()
                    .map(v -> cloud.inventory().vApp(v.id()))
                    .flatMap(v -> v.vm(name).stream())
                    .filter(vm -> vm.nics().stream().anyMatch(n -> !n.network().isEmpty()))
                    .findFirst();
            if (found.isEmpty()) {
                return;
            }
            cloud.person().setNics(found.get().id(), plugged(found.get().nics()));
            cloud.person().powerOn(found.get().id());
            story.append("  person plugs in and starts ")
                    .append(name)
                    .append(" at ")
                    .append(cloud.name())
                    .append('\n');
        } catch (CloudException e) {
            story.append("  person is refused: ").append(e.getMessage()).append('\n');
        }
    }

    private static List<Vm.Nic> plugged(List<Vm.Nic> nics) {
        return nics.stream().map(n -> n.connected(!n.network().isEmpty())).toList();
    }

    void stopAtHome(String vm) {
        power(vm, false);
    }

    private void power(String name, boolean on) {
        try {
            Optional<Vm> vm = shop().vm(name);
            if (vm.isPresent() && on) {
                world.source.person().powerOn(vm.get().id());
            } else if (vm.isPresent()) {
                world.source.person().powerOff(vm.get().id());
            }
            story.append("  person ")
                    .append(on ? "starts " : "stops ")
                    .append(name)
                    .append(" at home\n");
        } catch (CloudException e) {
            story.append("  person is refused: ").append(e.getMessage()).append('\n');
        }
    }

    /** Marks that are missing or there twice. */
    List<String> lost(Map<String, String> states) {
        List<String> found = new ArrayList<>();
        made.forEach((mark, cloud) -> {
            long times = states.get(cloud).lines().filter(l -> l.contains(mark)).count();
            if (times != 1) {
                found.add("what a person made is there " + times + " times: " + mark + " at " + cloud);
            }
        });
        return found;
    }

    /** A state without what people added. */
    static String without(String state) {
        var kept = new StringBuilder();
        state.lines().filter(l -> !l.contains(MARK)).forEach(l -> kept.append(l).append('\n'));
        return kept.toString();
    }
}
