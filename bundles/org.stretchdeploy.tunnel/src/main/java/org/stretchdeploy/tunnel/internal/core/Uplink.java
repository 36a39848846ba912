package org.stretchdeploy.tunnel.internal.core;

import java.util.Optional;
import org.stretchdeploy.tunnel.internal.link.Link;

/** What a stretched network sees of its tunnel. */
interface Uplink {
    /** The link for frames of this queue, or null when there is none. Called per batch. */
    Link link(int queue);

    /** Random number of the peer's process, 0 when unknown. */
    long peerNonce();

    /** What the peer says about its side of a network. */
    Optional<PeerNetwork> peerNetwork(String id);

    /** Tells the peer about changed networks, soon. */
    void networksChanged();

    /** Sends test frames of these sizes over every connection; calls back with true when all came back. */
    void prove(int[] sizes, java.util.function.Consumer<Boolean> proven);

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
