package org.stretchdeploy.tunnel.internal.tap;

import java.io.Closeable;

/** A layer-2 port towards one stretched segment: one or more queues, created together. */
public interface TapPort extends Closeable {
    /** How many queues. */
    int queues();

    /** The queue with this number. */
    Tap queue(int number);

    /** Largest layer-3 size of the segment. */
    int mtu();

    /** True when the kernel takes super-frames of UDP datagrams from us (Linux 6.2). */
    boolean takesUdpSuperFrames();

    /** Whether the kernel may hand us such super-frames; it may not at first. Cheap when nothing changes. */
    void useUdpSuperFrames(boolean wanted);

    /** True when the segment is connected as far as the NIC can tell. Not for every frame. */
    default boolean isLinked() {
        return true;
    }

    /** Takes the port out of its segment; what was created for it is removed. */
    @Override
    void close();
}
