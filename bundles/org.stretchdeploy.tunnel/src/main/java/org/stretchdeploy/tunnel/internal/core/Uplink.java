package org.stretchdeploy.tunnel.internal.core;

import java.util.List;
import java.util.Optional;
import org.stretchdeploy.tunnel.internal.frame.ProofFrames;
import org.stretchdeploy.tunnel.internal.link.MessageSender;

/** What a stretched network sees of its tunnel. */
interface Uplink {
    /** What takes frames of this queue now, or null when nothing does. Called per batch. */
    MessageSender link(int queue);

    /** Random number of the peer's process, 0 when unknown. */
    long peerNonce();

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

    /** Runs something that may wait for a link. */
    void later(Runnable task, long delayMillis);

    /**
     * The peer's side of a network.
     *
     * @param open it takes frames
     * @param mtu its segment's
     * @param reason why not open
     * @param udpSuperFrames its kernel takes super-frames of UDP datagrams
     */
    record PeerNetwork(boolean open, int mtu, String reason, boolean udpSuperFrames) {}
}
