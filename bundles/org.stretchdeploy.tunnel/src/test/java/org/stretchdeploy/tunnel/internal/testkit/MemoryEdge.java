package org.stretchdeploy.tunnel.internal.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.internal.core.PortFactory;
import org.stretchdeploy.tunnel.internal.core.TunnelEngine;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;
import org.stretchdeploy.tunnel.internal.tap.TapPort;

/** One edge: a real engine over real TLS, with a segment in memory for each of its networks. */
public final class MemoryEdge implements AutoCloseable {
    private final Map<String, MemorySegment> segments = new HashMap<>();
    private final Map<String, Collection<byte[]>> heard = new HashMap<>();
    private final TunnelEngine engine;

    /** @param keep whether segments remember what was heard */
    public MemoryEdge(TlsIdentity identity, boolean keep) {
        this.engine = new TunnelEngine(
                new PortFactory() {
                    @Override
                    public TapPort open(org.stretchdeploy.tunnel.control.NetworkConfig network, int queues) {
                        return segment(network.id(), keep).port(queues, 1500);
                    }

                    @Override
                    public void keepOnly(Set<String> networks) {}
                },
                identity);
    }

    private synchronized MemorySegment segment(String network, boolean keep) {
        return segments.computeIfAbsent(network, id -> {
            MemorySegment segment = new MemorySegment();
            heard.put(id, new ConcurrentLinkedQueue<>());
            if (keep) {
                segment.listen(heard.get(id)::add);
            }
            return segment;
        });
    }

    public MemorySegment segment(String network) {
        return segment(network, true);
    }

    public synchronized boolean heard(String network, byte[] frame) {
        return heard.get(network).stream().anyMatch(one -> Arrays.equals(one, frame));
    }

    public TunnelEngine engine() {
        return engine;
    }

    public void apply(TunnelConfig... tunnels) {
        engine.apply(new DesiredState(1, List.of(tunnels), null, null));
    }

    public NetworkStatus network(String id) {
        List<NetworkStatus> all = new ArrayList<>();
        engine.status().forEach(tunnel -> all.addAll(tunnel.networks()));
        return all.stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
    }

    @Override
    public void close() {
        engine.close();
    }
}
