package org.stretchdeploy.tunnel.internal.core;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.stretchdeploy.tunnel.internal.frame.ProofFrames;
import org.stretchdeploy.tunnel.internal.link.MessageSender;

/** One tunnel as its networks see it. Any thread. */
final class TunnelUplink implements Uplink {
    private final Tunnel tunnel;
    private final PeerSlots slots;
    private final TunnelPair pair;

    TunnelUplink(Tunnel tunnel, PeerSlots slots, TunnelPair pair) {
        this.tunnel = tunnel;
        this.slots = slots;
        this.pair = pair;
    }

    @Override
    public MessageSender link(int queue) {
        PeerConnection preferred = slots.carrier(pair.activePeer(), queue);
        TunnelTransport present = tunnel.transport();
        if (preferred == null || present == null) {
            return preferred == null ? null : preferred.link();
        }
        return present.link(queue, preferred);
    }

    /** Whether the frames of the queue with the number of its slot go over this connection and no other. */
    boolean carries(PeerConnection connection) {
        TunnelTransport present = tunnel.transport();
        return slots.carrier(pair.activePeer(), connection.slot()) == connection
                && connection.slot() < slots.carriers()
                && (present == null || present.isOnTls(connection.slot()));
    }

    @Override
    public boolean isPeer(long nonce) {
        return slots.all().stream().anyMatch(connection -> connection.peerNonce() == nonce);
    }

    @Override
    public boolean isStranger(long nonce) {
        return pair.isStranger(nonce);
    }

    @Override
    public boolean isIntroduced() {
        return pair.isIntroduced();
    }

    @Override
    public boolean lacksStandby() {
        return pair.lacksStandby();
    }

    @Override
    public boolean mayForward() {
        return pair.mayForward();
    }

    @Override
    public int term() {
        return pair.term();
    }

    @Override
    public void announce(int network, List<Long> machines) {
        PeerConnection connection = tunnel.firstConnection();
        if (connection != null) {
            new MachineNews(connection, network, machines, this::mayForward).tell(tunnel);
        }
    }

    @Override
    public Optional<PeerNetwork> peerNetwork(String id) {
        return tunnel.peerNetwork(id);
    }

    @Override
    public void networksChanged() {
        tunnel.networksChanged();
    }

    @Override
    public void prove(int network, List<ProofFrames.Proof> frames, Consumer<String> proven) {
        List<PeerConnection> present = tunnel.connections();
        AtomicInteger missing = new AtomicInteger(present.size() * frames.size());
        for (PeerConnection connection : present) {
            for (ProofFrames.Proof frame : frames) {
                connection.proofs().show(network, frame, refused -> {
                    if (!refused.isEmpty()) {
                        proven.accept(refused);
                    } else if (missing.decrementAndGet() == 0) {
                        proven.accept("");
                    }
                });
            }
        }
    }

    @Override
    public void later(Runnable task, long delayMillis) {
        tunnel.later(task, delayMillis);
    }
}
