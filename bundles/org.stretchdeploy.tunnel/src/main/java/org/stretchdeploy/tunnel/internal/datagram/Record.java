package org.stretchdeploy.tunnel.internal.datagram;

/** The kinds of what is sealed in a record, and their layout; described in docs/wire-protocol.md. */
final class Record {
    /** {@code kind, network}, then virtio-net header and frame. */
    static final int FRAME = 1;

    static final int FRAME_BYTES = 2;
    /**
     * {@code kind, network, id 2, offset 4, header bytes 2}, then virtio-net header, the frame's headers and a part of its
     * payload: stands for itself, and is put together with its neighbours when they come.
     */
    static final int PART = 2;
    /** The same, and no further part of this super-frame comes. */
    static final int LAST_PART = 3;

    static final int PART_BYTES = 10;
    /** {@code kind, network, id 2, number 1, count 1, offset 2, total 2}, then a piece of virtio-net header and frame. */
    static final int FRAGMENT = 4;

    static final int FRAGMENT_BYTES = 10;
    /** {@code kind, 0}, then 8 bytes of number and 8 of the sender's clock. */
    static final int PROBE = 5;
    /** The bytes of the probe, then 8: how many probes its sender has received. */
    static final int PROBE_REPLY = 6;
    /** {@code kind, 0, 2 bytes of its datagram's size}, then padding. */
    static final int SIZE_PROBE = 7;
    /** {@code kind, 0, 2 bytes of the size that arrived}. */
    static final int SIZE_REPLY = 8;

    private Record() {}
}
