package org.stretchdeploy.spi.memory;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.Tunnels;
import org.stretchdeploy.spi.memory.State.GatewayState;

/** Native tunnels of the cloud in memory: objects that are up when they are enabled; they carry no frames. */
final class MemoryTunnels implements Tunnels {
    private final State state;
    private final Gate gate;
    private final TaskBoard tasks;
    private final Identities identities;

    MemoryTunnels(State state, Gate gate, TaskBoard tasks, Identities identities) {
        this.state = state;
        this.gate = gate;
        this.tasks = tasks;
        this.identities = identities;
    }

    @Override
    public List<L2VpnTunnel> list(ObjectId edgeGateway) {
        return gate.read(() -> List.copyOf(gateway(edgeGateway).tunnels.values()));
    }

    @Override
    public CloudTask create(ObjectId edgeGateway, L2VpnTunnel tunnel, Tag tag) {
        return gate.write("Tunnels.create", tunnel.name(), Optional.of(tag), () -> {
            GatewayState gateway = gateway(edgeGateway);
            Optional<L2VpnTunnel> made = gateway.tunnels.values().stream()
                    .filter(other -> Tag.in(other.name()).equals(Optional.of(tag)))
                    .findFirst();
            if (made.isPresent()) {
                ObjectId id = made.get().id().orElseThrow();
                return tasks.runningOn(id).orElse(CloudTask.done(id));
            }
            if (tasks.busy(edgeGateway)) {
                throw Refusal.busy("The edge gateway");
            }
            ObjectId id = identities.next("tunnel");
            gateway.tunnels.put(
                    id,
                    new L2VpnTunnel(
                            Optional.of(id),
                            tunnel.name() + " " + tag.text(),
                            tunnel.mode(),
                            tunnel.enabled(),
                            tunnel.localEndpoint(),
                            tunnel.remoteEndpoint(),
                            tunnel.mode() == SessionMode.SERVER ? Optional.of("peer-code-of-" + id) : tunnel.peerCode(),
                            Optional.empty(),
                            tunnel.networks()));
            return tasks.start(
                    "create tunnel", Optional.of(id), Set.of(edgeGateway), () -> {}, () -> gateway.tunnels.remove(id));
        });
    }

    @Override
    public Optional<L2VpnTunnel> find(ObjectId edgeGateway, ObjectId tunnel) {
        return gate.read(() -> Optional.ofNullable(gateway(edgeGateway).tunnels.get(tunnel)));
    }

    @Override
    public String runtimeStatus(ObjectId edgeGateway, ObjectId tunnel) {
        return gate.read(() -> {
            L2VpnTunnel found = gateway(edgeGateway).tunnels.get(tunnel);
            if (found == null) {
                throw Refusal.notFound("tunnel", tunnel);
            }
            return found.enabled() ? "UP" : "DOWN";
        });
    }

    @Override
    public CloudTask delete(ObjectId edgeGateway, ObjectId tunnel) {
        return gate.write("Tunnels.delete", tunnel.value(), Optional.empty(), () -> {
            GatewayState gateway = gateway(edgeGateway);
            if (!gateway.tunnels.containsKey(tunnel)) {
                return CloudTask.done();
            }
            if (tasks.busy(edgeGateway)) {
                throw Refusal.busy("The edge gateway");
            }
            return tasks.start("delete tunnel", edgeGateway, () -> gateway.tunnels.remove(tunnel));
        });
    }

    private GatewayState gateway(ObjectId id) {
        GatewayState gateway = state.gateways.get(id);
        if (gateway == null) {
            throw Refusal.notFound("edge gateway", id);
        }
        return gateway;
    }
}
