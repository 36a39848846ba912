package org.stretchdeploy.spi.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.Inventory;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.spi.Tunnels;
import org.stretchdeploy.spi.VApps;

/**
 * A whole cloud in memory. Made by {@link #builder}; the same calls in the same order give the same ids, addresses and
 * answers.
 *
 * <p>Time is what the {@link Pace} says: work ends after so many polls, or at a time of a given clock. Effects happen
 * when a task ends; things that are being made are visible (with their tag, unfinished) from the start. While a task
 * holds an object, other writes to it are refused with TRANSIENT.
 *
 * <p>Thread-safe: one lock for all.
 */
public final class MemoryCloud implements Cloud {
    private final String name;
    private final Info info;
    private final Set<Capability> capabilities;
    private final Gate gate;
    private final TaskBoard tasks;
    private final Finder finder;
    private final State state;
    private final MemoryInventory inventory;
    private final MemoryVApps vApps;
    private final MemoryCatalogs catalogs;
    private final MemoryEdges edges;
    private final Optional<Tunnels> tunnels;
    private final PersonEdits person;
    private final List<Witness> witnesses = new ArrayList<>();
    private List<LiveNic> lastLive = List.of();
    private int closed;

    MemoryCloud(
            String name,
            State state,
            Set<Capability> capabilities,
            Pace pace,
            Identities identities,
            boolean adopting,
            Info info) {
        this.name = name;
        this.info = info;
        this.state = state;
        this.capabilities = Set.copyOf(capabilities);
        this.finder = new Finder(state);
        this.tasks = new TaskBoard(name + "/", pace);
        this.gate = new Gate(name, tasks, this::observe);
        var rules = new Rules(state, finder, tasks, identities, this.capabilities, adopting);
        this.inventory = new MemoryInventory(state, finder, gate, tasks);
        this.vApps = new MemoryVApps(
                gate,
                new VAppWork(state, finder, tasks, identities, rules),
                new VmWork(state, finder, tasks, identities, rules));
        this.catalogs = new MemoryCatalogs(state, finder, gate, tasks, identities, rules);
        this.edges = new MemoryEdges(state, finder, gate, tasks, this.capabilities);
        this.tunnels = capabilities.contains(Capability.L2_VPN)
                ? Optional.of(new MemoryTunnels(state, gate, tasks, identities))
                : Optional.empty();
        this.person = new PersonEdits(state, finder, gate, rules, edges, tasks);
    }

    /** @param name of the cloud; part of its ids, and where its MAC addresses come from */
    public static MemoryCloudBuilder builder(String name) {
        return new MemoryCloudBuilder(name);
    }

    public String name() {
        return name;
    }

    @Override
    public Info info() {
        return gate.read(() -> info);
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public Inventory inventory() {
        return inventory;
    }

    @Override
    public VApps vApps() {
        return vApps;
    }

    @Override
    public Catalogs catalogs() {
        return catalogs;
    }

    @Override
    public Edges edges() {
        return edges;
    }

    @Override
    public Optional<Tunnels> tunnels() {
        return tunnels;
    }

    @Override
    public TaskStatus status(CloudTask task) {
        return gate.read(() -> task.id().isEmpty()
                ? TaskStatus.succeeded(task.owner())
                : tasks.status(task.id().get()));
    }

    @Override
    public void cancel(CloudTask task) {
        task.id()
                .ifPresent(id -> gate.write("Cloud.cancel", id, Optional.empty(), () -> {
                    tasks.cancel(id);
                    return id;
                }));
    }

    @Override
    public void close() {
        gate.read(() -> ++closed);
    }

    // ---- what only a cloud in memory can do

    /** Edits as the cloud's own people make them: at once, not recorded, not spoiled. */
    public PersonEdits person() {
        return person;
    }

    /** Sets what goes wrong from now on. */
    public void faults(FaultPlan plan) {
        gate.faults(plan);
    }

    /** False: every call is refused with TRANSIENT, as when the network is cut; time goes on. */
    public void reachable(boolean now) {
        gate.reachable(now);
    }

    /** Writing calls that arrived, in order, those that were refused included. */
    public List<RecordedCall> calls() {
        return gate.calls();
    }

    /** Forgets the recorded calls and counts from 1 again. */
    public void clearCalls() {
        gate.clearCalls();
    }

    /** Adds a witness and tells it at once who is live now. */
    public void witness(Witness witness) {
        gate.inside(() -> {
            witness.changed(this, finder.live(name));
            return witnesses.add(witness);
        });
    }

    /** Who is live now. */
    public List<LiveNic> live() {
        return gate.inside(() -> finder.live(name));
    }

    /** Lets tasks end whose time has come by the clock. */
    public void settle() {
        gate.inside(() -> true);
    }

    /** Lets all tasks progress by one poll. */
    public void tick() {
        gate.inside(() -> {
            tasks.tick();
            return true;
        });
    }

    /** Tasks that have not ended. */
    public int runningTasks() {
        return gate.inside(tasks::runningCount);
    }

    /**
     * Everything that is configured, as sorted text without ids of objects: equal texts are equal clouds. Task history
     * is not part of it, nor are addresses that an edge got for the time of its deployment.
     */
    public String canonicalState() {
        return gate.inside(() -> new CanonicalState(state, true).text());
    }

    /** The same without power states and without what the disks hold. */
    public String canonicalConfiguration() {
        return gate.inside(() -> new CanonicalState(state, false).text());
    }

    private void observe() {
        List<LiveNic> live = finder.live(name);
        if (!live.equals(lastLive)) {
            lastLive = live;
            witnesses.forEach(witness -> witness.changed(this, live));
        }
    }
}
