package org.stretchdeploy.spi.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.Edges.EdgeReference;
import org.stretchdeploy.spi.Edges.OrgEdge;
import org.stretchdeploy.spi.Edges.VAppEdge;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.spi.memory.Finder.Placed;
import org.stretchdeploy.spi.memory.State.EdgeState;
import org.stretchdeploy.spi.memory.State.VAppState;

/**
 * What a person does in the cloud while we work: takes effect at once, is neither recorded nor spoiled, but keeps to
 * the cloud's rules (busy objects, duplicate addresses). Objects are named by id.
 */
public final class PersonEdits {
    private final State state;
    private final Finder finder;
    private final Gate gate;
    private final Rules rules;
    private final MemoryEdges edges;
    private final TaskBoard tasks;

    PersonEdits(State state, Finder finder, Gate gate, Rules rules, MemoryEdges edges, TaskBoard tasks) {
        this.state = state;
        this.finder = finder;
        this.gate = gate;
        this.rules = rules;
        this.edges = edges;
        this.tasks = tasks;
    }

    /** Puts a firewall rule at the end. */
    public void addFirewallRule(EdgeReference edge, FirewallRule rule) {
        changeFirewall(edge, old -> {
            var changed = new ArrayList<>(old);
            changed.add(rule);
            return changed;
        });
    }

    /** Changes an edge's firewall rules at will. */
    public void changeFirewall(EdgeReference edge, UnaryOperator<List<FirewallRule>> change) {
        change(
                edge,
                services -> new EdgeServices(
                        new EdgeServices.Firewall(
                                services.firewall().enabled(),
                                services.firewall().defaultPolicy(),
                                services.firewall().logDefault(),
                                change.apply(services.firewall().rules())),
                        services.nat(),
                        services.dhcp(),
                        services.routes()));
    }

    /** Puts a NAT rule at the end. */
    public void addNatRule(EdgeReference edge, NatRule rule) {
        changeNat(edge, old -> {
            var changed = new ArrayList<>(old);
            changed.add(rule);
            return changed;
        });
    }

    /** Changes an edge's NAT rules at will. */
    public void changeNat(EdgeReference edge, UnaryOperator<List<NatRule>> change) {
        change(
                edge,
                services -> new EdgeServices(
                        services.firewall(),
                        new EdgeServices.Nat(
                                services.nat().enabled(),
                                services.nat().type(),
                                services.nat().masquerade(),
                                change.apply(services.nat().rules())),
                        services.dhcp(),
                        services.routes()));
    }

    /** Changes an edge's services at will; the version changes. Refused while a task configures the edge. */
    public void change(EdgeReference edge, UnaryOperator<EdgeServices> change) {
        gate.inside(() -> {
            EdgeState found = edges.find(edge);
            ObjectId held = edge instanceof VAppEdge vApp ? vApp.vApp() : ((OrgEdge) edge).edgeGateway();
            rules.requireIdle(held, "The edge");
            found.set(edges.numbered(change.apply(found.services)));
            return found;
        });
    }

    public void renameVApp(ObjectId vApp, String name) {
        gate.inside(() -> {
            VAppState found = idle(vApp);
            found.name = name;
            return found;
        });
    }

    public void renameVm(ObjectId vm, String name) {
        gate.inside(() -> {
            Placed placed = idleVm(vm);
            VmWork.rename(placed.vApp(), placed.vm(), name, placed.vm().description);
            return placed;
        });
    }

    /** Starts a VM. Refused as anybody's would be when its vApp is busy. */
    public void powerOn(ObjectId vm) {
        gate.inside(() -> {
            Placed placed = idleVm(vm);
            rules.requireResolved(placed.vm());
            Rules.requireStartable(placed.vm());
            rules.deployEdges(placed.vApp());
            placed.vm().power = PowerState.ON;
            return placed;
        });
    }

    public void powerOff(ObjectId vm) {
        power(vm, PowerState.OFF);
    }

    public void suspend(ObjectId vm) {
        power(vm, PowerState.SUSPENDED);
    }

    private void power(ObjectId vm, PowerState power) {
        gate.inside(() -> {
            Placed placed = idleVm(vm);
            placed.vm().power = power;
            return placed;
        });
    }

    public void setNics(ObjectId vm, List<Vm.Nic> nics) {
        gate.inside(() -> {
            Placed placed = idleVm(vm);
            Rules.requirePluggable(placed.vm(), nics);
            placed.vm().nics = rules.settle(placed.vApp(), vm, nics);
            return placed;
        });
    }

    public void setMetadata(ObjectId vAppOrVm, String key, String value) {
        gate.inside(() -> {
            VAppState vApp = state.vApps.get(vAppOrVm);
            return (vApp != null ? vApp.metadata : finder.vm(vAppOrVm).vm().metadata).put(key, value);
        });
    }

    public void setSnapshot(ObjectId vm, boolean snapshot) {
        gate.inside(() -> {
            Placed placed = finder.vm(vm);
            placed.vm().snapshot = snapshot;
            return placed;
        });
    }

    public void insertMedia(ObjectId vm, List<String> media) {
        gate.inside(() -> {
            Placed placed = finder.vm(vm);
            placed.vm().media = List.copyOf(media);
            return placed;
        });
    }

    public void deleteVm(ObjectId vm) {
        gate.inside(() -> {
            Placed placed = idleVm(vm);
            placed.vApp().startup.removeIf(entry -> entry.vm().equals(placed.vm().name));
            return placed.vApp().vms.remove(placed.vm());
        });
    }

    public void deleteVApp(ObjectId vApp) {
        gate.inside(() -> state.vApps.remove(idle(vApp).id));
    }

    public void deleteTemplate(ObjectId template) {
        gate.inside(() -> {
            state.catalogs.values().forEach(catalog -> catalog.templates.remove(template));
            return template;
        });
    }

    /** Keeps an object busy for as long as a task takes, as a backup does. */
    public CloudTask hold(ObjectId object, String text) {
        return gate.inside(() -> tasks.start(text, object, () -> {}));
    }

    /** What a guest writes on its disk. */
    public void writeDisk(ObjectId vm, int disk, byte[] content) {
        gate.inside(() -> finder.vm(vm).vm().disks.get(disk).content = content.clone());
    }

    /** What a disk of a VM holds. */
    public byte[] readDisk(ObjectId vm, int disk) {
        return gate.inside(() -> finder.vm(vm).vm().disks.get(disk).content.clone());
    }

    private VAppState idle(ObjectId id) {
        VAppState vApp = finder.vApp(id);
        rules.requireIdle(id, vApp.name);
        return vApp;
    }

    private Placed idleVm(ObjectId id) {
        Placed placed = finder.vm(id);
        rules.requireIdle(placed.vApp().id, placed.vApp().name);
        rules.requireIdle(id, placed.vm().name);
        return placed;
    }
}
