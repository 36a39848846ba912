package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.stretchdeploy.tunnel.internal.frame.Arp;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;
import org.stretchdeploy.tunnel.internal.link.TlsLink;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * Tells the switches at the other end that machines of this side are now behind another agent: RARP (RFC 903) in each
 * machine's name, through the tunnel. Said twice, for frames may be lost.
 */
final class MachineNews implements Runnable {
    private static final int[] AFTER_MILLIS = {0, 250};
    private static final int FRAME_ROOM = 128;

    private final PeerConnection connection;
    private final int network;
    private final List<Long> machines;
    private final BooleanSupplier mayForward;

    MachineNews(PeerConnection connection, int network, List<Long> machines, BooleanSupplier mayForward) {
        this.connection = connection;
        this.network = network;
        this.machines = machines;
        this.mayForward = mayForward;
    }

    void tell(Tunnel tunnel) {
        for (int millis : AFTER_MILLIS) {
            tunnel.later(() -> connection.later(this), millis);
        }
    }

    @Override
    public void run() {
        ByteBuffer batch = ByteBuffer.allocate(Math.min(TlsLink.BATCH_BYTES, machines.size() * FRAME_ROOM));
        for (long mac : machines) {
            if (batch.remaining() < FRAME_ROOM) {
                send(batch);
            }
            int at = batch.position();
            batch.position(at + Wire.HEADER_BYTES);
            VirtioNetHeader.putPlain(batch);
            Arp.putReverse(batch, mac);
            Wire.putHeader(batch, at, Wire.FRAME, network, batch.position() - at - Wire.HEADER_BYTES);
        }
        send(batch);
    }

    private void send(ByteBuffer batch) {
        batch.flip();
        try {
            if (mayForward.getAsBoolean()) {
                connection.link().send(batch);
            }
        } catch (IOException broken) {
            connection.link().close();
        }
        batch.clear();
    }
}
