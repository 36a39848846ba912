package org.stretchdeploy.tunnel.internal.core;

import java.util.List;
import java.util.Optional;
import org.stretchdeploy.tunnel.internal.frame.ProofFrames;
import org.stretchdeploy.tunnel.internal.link.MessageSender;
import org.stretchdeploy.tunnel.internal.wire.Networks;

/** What a stretched network sees of its tunnel. */
interface Uplink {
    /** What takes frames of this queue now, or null when nothing does. Called per batch. */
    MessageSender link(int queue);

    /** True for the random number of a process at the other end. */
    boolean isPeer(long nonce);

    /** Asked for the number in a probe on our segment: false for, or for what may yet prove to be, the other agent of this end. */
    boolean isStranger(long nonce);

    /** False for as long as two agents at this end would take each other's probes for a stranger's. */
    boolean isIntroduced();

    /** True when one of the ends is to have two agents and has had only one for some seconds. */
    boolean lacksStandby();

    /** True when the other end has this end's agent forward now: always, unless this end has two. Called per frame. */
    boolean mayForward();

    /** Another number for every time that {@link #mayForward} became true. */
    int term();

    /** What the peer says about its side of a network. */
    Optional<PeerNetwork> peerNetwork(String id);

    /** Tells the peer about changed networks, soon. */
    void networksChanged();

    /**
     * Shows frames to the peer's guards of a network over every connection.
     *
     * @param network our number of it
     * @param proven gets the empty text when all passed and came back as they were, a sentence for each that did not
     */
    void prove(int network, List<ProofFrames.Proof> frames, java.util.function.Consumer<String> proven);

    /** Tells the other end's switches, soon and more than once, that machines are behind the tunnel. */
    void announce(int network, List<Long> machines);

    /** Runs something that may wait for a link. */
    void later(Runnable task, long delayMillis);

    /**
     * The peer's side of a network.
     *
     * @param open it takes frames
     * @param mtu its segment's
     * @param reason why not open
     * @param udpSuperFrames its kernel takes super-frames of UDP datagrams
     * @param blocked a guard or a proof keeps it closed
     * @param proven it was open at both ends already and nothing spoke against it since
     */
    record PeerNetwork(boolean open, int mtu, String reason, boolean udpSuperFrames, boolean blocked, boolean proven) {
        static PeerNetwork of(Networks.Entry entry) {
            return new PeerNetwork(
                    entry.open(), entry.mtu(), entry.reason(), entry.udpSuperFrames(), entry.blocked(), entry.proven());
        }
    }
}
