package org.stretchdeploy.stretch.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.store.DatabaseSettings;
import org.stretchdeploy.store.Store;
import org.stretchdeploy.stretch.internal.register.StoredFenceBreaches;
import org.stretchdeploy.stretch.internal.register.StoredStretches;
import org.stretchdeploy.stretch.internal.run.Parts;
import org.stretchdeploy.workflow.WorkflowEngine;
import org.stretchdeploy.workflow.testkit.SimulatedCrash;

/** A node of the controller: an engine and a service of its own on a database and two clouds that it shares. */
final class StretchNode implements AutoCloseable {
    /**
     * Sees every changing call of every node at the clouds. An operation may pass from one node to another, never back
     * to one that it was taken from.
     */
    static final class Witness {
        private final Set<String> past = new HashSet<>();
        private String last = "";
        final List<String> violations = new CopyOnWriteArrayList<>();

        private synchronized void enter(String node, String call) {
            if (!last.equals(node)) {
                past.add(last);
                last = node;
            }
            if (past.contains(node)) {
                violations.add(node + " calls " + call + " although another node has taken over");
            }
        }
    }

    private static final Set<String> READS =
            Set.of("vApp", "vApps", "read", "readGuest", "upload", "template", "export");

    private final String name;
    private final Witness witness;
    private final StretchWorld world;
    private final MemoryPackages packages = new MemoryPackages();
    private final Store store;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile int dieAt = Integer.MAX_VALUE;
    private volatile boolean dead;
    final WorkflowEngine engine;
    final StretchService service;

    /** @param tunnels shared by all nodes, as the agents are; they live by the real clock */
    StretchNode(String name, DatabaseSettings database, StretchWorld world, FakeTunnels tunnels, Witness witness) {
        this.name = name;
        this.world = world;
        this.witness = witness;
        this.store = Store.open(database, new byte[32]);
        this.engine = WorkflowEngine.on(store.database()).node(name).threads(2).start();
        this.service = new StretchService(
                new Parts(
                        this::open,
                        tunnels,
                        packages,
                        new StoredStretches(store.documents(), Json.mapper()),
                        new StoredFenceBreaches(store.documents(), Json.mapper())),
                engine,
                Json.mapper(),
                java.time.Clock.systemUTC());
    }

    /** Dies like a killed process in its n-th changing call at a cloud from now on: after the cloud has done it. */
    void dieInCall(int number) {
        dieAt = calls.get() + number;
    }

    boolean isDead() {
        return dead;
    }

    int calls() {
        return calls.get();
    }

    private Cloud open(String cloud) {
        MemoryCloud real = cloud.equals("private") ? world.source : world.target;
        return (Cloud) Proxy.newProxyInstance(
                Cloud.class.getClassLoader(), new Class<?>[] {Cloud.class}, (proxy, method, arguments) -> {
                    Object answer = invoke(method, real, arguments);
                    return switch (method.getName()) {
                        case "vApps" -> watched(VApps.class, answer);
                        case "catalogs" -> watched(Catalogs.class, answer);
                        case "edges" -> watched(Edges.class, answer);
                        default -> answer;
                    };
                });
    }

    private <T> T watched(Class<T> role, Object real) {
        return role.cast(
                Proxy.newProxyInstance(role.getClassLoader(), new Class<?>[] {role}, (proxy, method, arguments) -> {
                    if (READS.contains(method.getName())) {
                        return invoke(method, real, arguments);
                    }
                    witness.enter(name, method.getName());
                    Object answer = invoke(method, real, arguments);
                    if (calls.incrementAndGet() == dieAt) {
                        die();
                    }
                    return answer;
                }));
    }

    private Object invoke(java.lang.reflect.Method method, Object real, Object[] arguments) throws Throwable {
        if (dead) {
            throw new SimulatedCrash("the node is dead");
        }
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** From here on nothing of this node reaches the database or a cloud; no lease is given back. */
    private void die() {
        dead = true;
        store.close();
        throw new SimulatedCrash("killed");
    }

    /** In good order. */
    @Override
    public void close() {
        service.close();
        engine.close();
        store.close();
    }
}
