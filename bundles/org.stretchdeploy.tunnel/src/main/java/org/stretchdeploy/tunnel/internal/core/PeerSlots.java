package org.stretchdeploy.tunnel.internal.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.stretchdeploy.tunnel.control.TunnelConfig;

/**
 * The connections of one tunnel: for every agent of the other end a row of numbered slots. The first of a row carry frames;
 * where an end has two agents the last one does not: what they say about their lease must not queue behind frames. Takes no lock.
 */
final class PeerSlots {
    private final AtomicReferenceArray<PeerConnection> slots;
    private final int peers;
    private final int perPeer;
    private final int carriers;

    PeerSlots(TunnelConfig config) {
        this.peers = config.peers().size();
        this.perPeer = config.connectionsPerPeer();
        this.carriers = config.connections();
        this.slots = new AtomicReferenceArray<>(peers * perPeer);
    }

    int perPeer() {
        return perPeer;
    }

    /** How many slots of a row carry frames. */
    int carriers() {
        return carriers;
    }

    int size() {
        return slots.length();
    }

    private int index(PeerConnection connection) {
        return connection.peer() * perPeer + connection.slot();
    }

    boolean hasRoomFor(PeerConnection connection) {
        return connection.peer() >= 0 && connection.peer() < peers && connection.slot() < perPeer;
    }

    /** Puts a connection into its slot; the one that was there, or null. */
    PeerConnection put(PeerConnection connection) {
        return slots.getAndSet(index(connection), connection);
    }

    /** Empties its slot, if it is still in there. */
    boolean remove(PeerConnection connection) {
        return hasRoomFor(connection) && slots.compareAndSet(index(connection), connection, null);
    }

    List<PeerConnection> all() {
        return between(0, slots.length());
    }

    /** Those that carry frames to one agent of the other end; none for a negative number. */
    List<PeerConnection> carriers(int peer) {
        return peer < 0 ? List.of() : between(peer * perPeer, peer * perPeer + carriers);
    }

    private List<PeerConnection> between(int from, int to) {
        List<PeerConnection> present = new ArrayList<>();
        for (int index = from; index < to; index++) {
            PeerConnection connection = slots.get(index);
            if (connection != null) {
                present.add(connection);
            }
        }
        return present;
    }

    /** The connection that takes frames of this queue for one agent of the other end, or null. */
    PeerConnection carrier(int peer, int queue) {
        if (peer < 0) {
            return null;
        }
        int row = peer * perPeer;
        PeerConnection preferred = slots.get(row + queue % carriers);
        for (int i = 1; preferred == null && i < carriers; i++) {
            preferred = slots.get(row + (queue + i) % carriers);
        }
        return preferred;
    }

    /** Every connection to one agent of the other end. */
    List<PeerConnection> all(int peer) {
        return between(peer * perPeer, (peer + 1) * perPeer);
    }
}
