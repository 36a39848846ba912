package org.stretchdeploy.tunnel.internal.core;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.control.ForwardingState;
import org.stretchdeploy.tunnel.internal.frame.ProofFrames;
import org.stretchdeploy.tunnel.internal.wire.Answer;

/**
 * Decides whether frames of one network may cross; the states are drawn at {@link ForwardingState}, only {@link
 * #change} changes them. Before it opens for the first time it proves that marked frames do not come back (loop), that
 * a frame of every kind passes the peer's guards and comes back, and at the target that nobody there answers for the
 * stretched gateway. After a mere reconnection it opens at once; looking for loops never ends.
 *
 * <p>The monitor of this object guards the transitions; what others read is volatile, so that no gate waits for
 * another.
 */
final class NetworkGate {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkGate.class);
    private static final int TICK_MILLIS = 100;
    /**
     * Counted from the connection on, not from when the port was opened: a port that has just come up may lose what is sent to it, and
     * a loop would be missed.
     */
    private static final int PROVE_TICKS = 3;

    private static final int GIVE_UP_TICKS = 50;
    private static final int IDLE_PROBE_TICKS = 10;
    private static final int GATEWAY_CHECK_TICKS = 100;
    private static final long HOLD_NANOS = 5_000_000_000L;

    private final StretchedNetwork network;
    private final Uplink uplink;
    private volatile ForwardingState state = ForwardingState.WAITING;
    private volatile String reason = "waiting for the peer";
    private boolean everProven;
    private boolean everBlocked;
    private volatile boolean provenBothWays;
    private final HeardProbes heard = new HeardProbes();
    private int ticksInState;
    private int ticks;
    private volatile boolean open;
    private volatile boolean openBothWays;
    private volatile boolean crossing;
    private volatile String refused = "";
    private volatile int mtuProven;
    private volatile long loopNanos = System.nanoTime() - HOLD_NANOS;
    private volatile String loopReason = "";
    private volatile String duplicateGateway = "";
    private volatile boolean gatewayChecked;

    NetworkGate(StretchedNetwork network, Uplink uplink) {
        this.network = network;
        this.uplink = uplink;
    }

    /** Frames from the peer may reach the segment. */
    boolean isOpen() {
        return open;
    }

    /** The peer takes our frames too. */
    boolean isOpenBothWays() {
        return openBothWays;
    }

    boolean loop() {
        return System.nanoTime() - loopNanos < HOLD_NANOS;
    }

    int mtuProven() {
        return mtuProven;
    }

    ForwardingState state() {
        return state;
    }

    /** It was open at both ends and neither was blocked since. */
    boolean isProvenBothWays() {
        return provenBothWays;
    }

    String reason() {
        if (state == ForwardingState.OPEN && !openBothWays) {
            return uplink.peerNetwork(network.id())
                    .map(peer -> "the peer is not open: " + peer.reason())
                    .orElse("the peer is gone");
        }
        return state == ForwardingState.OPEN ? "" : reason;
    }

    /** Closes at once; called from the frame path. */
    void loopSeen(String why) {
        loopNanos = System.nanoTime();
        loopReason = why;
        openBothWays = false;
        open = false;
    }

    synchronized void tick() {
        ticks++;
        ticksInState++;
        boolean proving = state == ForwardingState.PROVING;
        if (proving || ticks % IDLE_PROBE_TICKS == 0 && uplink.isIntroduced()) {
            network.sendLoopProbe();
        }
        if (state == ForwardingState.OPEN && ticks % GATEWAY_CHECK_TICKS == 0) {
            checkGateway();
        }
        evaluate();
    }

    /** A marked frame of a process that is not known yet was read from the segment; called from the frame path. */
    void probeHeard(long process) {
        heard.heard(process, System.nanoTime());
    }

    /** Looks again at what decides; also called when the peer said something new. */
    synchronized void evaluate() {
        var peer = uplink.peerNetwork(network.id());
        if (heard.include(uplink::isPeer, System.nanoTime())) {
            network.connectedBeside();
        }
        if (loop()) {
            change(ForwardingState.BLOCKED, loopReason);
        } else if (!uplink.mayForward()) {
            change(ForwardingState.STANDBY, "the other agent of this end has the lease, or none has");
        } else if (peer.isEmpty()) {
            change(ForwardingState.WAITING, "the peer does not have this network or is not connected");
        } else {
            step();
        }
        open = state == ForwardingState.OPEN && !loop();
        openBothWays = open && peer.isPresent() && peer.get().open();
        if (openBothWays) {
            tellProven(true);
            network.forwarding();
        } else if (peer.isPresent() && peer.get().blocked()) {
            tellProven(false);
        }
    }

    private void tellProven(boolean proven) {
        if (provenBothWays != proven) {
            provenBothWays = proven;
            uplink.networksChanged();
        }
    }

    private void step() {
        switch (state) {
            case WAITING, STANDBY -> begin();
            case BLOCKED -> {
                if (ticksInState * TICK_MILLIS >= 1000) {
                    prove();
                }
            }
            case PROVING -> {
                if (!duplicateGateway.isEmpty()) {
                    change(ForwardingState.BLOCKED, duplicateGateway);
                } else if (crossing && gatewayChecked && ticksInState >= PROVE_TICKS) {
                    everProven = true;
                    change(ForwardingState.OPEN, "");
                } else if (ticksInState >= GIVE_UP_TICKS) {
                    change(
                            ForwardingState.BLOCKED,
                            refused.isEmpty() ? "test frames do not come back from the peer" : refused);
                }
            }
            case OPEN -> {}
        }
    }

    /** What this end has proven, or its other agent, is not proven again before frames cross. */
    private void begin() {
        boolean proven =
                uplink.peerNetwork(network.id()).map(Uplink.PeerNetwork::proven).orElse(false);
        if (everProven) {
            change(ForwardingState.OPEN, "");
        } else if (proven && !everBlocked && commonMtu() >= ProofFrames.SMALLEST_MTU) {
            everProven = true;
            change(ForwardingState.OPEN, "");
            showFrames(commonMtu());
        } else {
            prove();
        }
    }

    private int peerMtu() {
        return uplink.peerNetwork(network.id()).map(Uplink.PeerNetwork::mtu).orElse(0);
    }

    private int commonMtu() {
        return Math.min(network.mtu(), peerMtu());
    }

    private void prove() {
        int mtu = commonMtu();
        if (mtu < ProofFrames.SMALLEST_MTU) {
            change(
                    ForwardingState.BLOCKED,
                    "the MTU is " + network.mtu() + " here and " + peerMtu() + " at the peer, and IPv4 needs "
                            + ProofFrames.SMALLEST_MTU);
            return;
        }
        change(ForwardingState.PROVING, "looking for loops, proving that frames cross");
        showFrames(mtu);
        checkGateway();
    }

    private void showFrames(int mtu) {
        crossing = false;
        refused = "";
        uplink.prove(network.number(), ProofFrames.of(mtu, network.mac()), sentence -> {
            if (sentence.isEmpty()) {
                mtuProven = mtu;
                crossing = true;
            } else {
                refused = sentence;
            }
        });
    }

    private void checkGateway() {
        GuardPolicy policy = network.policy();
        if (!policy.target() || policy.gateway() == 0) {
            duplicateGateway = "";
            gatewayChecked = true;
            return;
        }
        if (state == ForwardingState.PROVING) {
            gatewayChecked = false;
        }
        network.prober().probe(policy.gateway()).thenAccept(this::gatewayAnswered);
    }

    private void gatewayAnswered(List<Answer.Machine> machines) {
        boolean found = !machines.isEmpty();
        duplicateGateway = found
                ? "duplicate gateway: " + machines.get(0).mac() + " answers for the stretched gateway at the target"
                : "";
        gatewayChecked = true;
        if (found) {
            network.alarm(
                    Finding.DUPLICATE_GATEWAY,
                    machines.get(0).mac() + " answers for the stretched gateway at the target");
        }
    }

    private void change(ForwardingState next, String why) {
        reason = why;
        if (state == next) {
            return;
        }
        LOG.info("event=gate network={} from={} to={} reason=\"{}\"", network.id(), state, next, why);
        state = next;
        ticksInState = 0;
        if (next == ForwardingState.BLOCKED) {
            everProven = false;
            everBlocked = true;
            provenBothWays = false;
        } else if (next == ForwardingState.OPEN) {
            everBlocked = false;
        }
        uplink.networksChanged();
    }
}
