package org.stretchdeploy.tunnel.internal.datagram;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import org.stretchdeploy.tunnel.internal.os.SocketCalls;

/**
 * Memory for what one thread at a time sends: a {@code struct msghdr} with one address, one vector and one control
 * message that says the size of the datagrams.
 */
final class UdpOutbox {
    private static final int DATA = 256;
    private static final int VECTOR = 64;
    private static final int CONTROL = 96;
    private static final int ADDRESS = 128;
    private static final int CONTROL_BYTES = 24;

    private final Memory memory = new Memory(DATA + 65_536);
    private final long message = Pointer.nativeValue(memory);
    private final ByteBuffer data = memory.getByteBuffer(DATA, 65_536);
    private final UdpSocket socket;
    private UdpAddress target;

    UdpOutbox(UdpSocket socket) {
        this.socket = socket;
        memory.clear(DATA);
        memory.setLong(0, message + ADDRESS);
        memory.setLong(16, message + VECTOR);
        memory.setLong(24, 1);
        memory.setLong(VECTOR, message + DATA);
        memory.setLong(CONTROL, CONTROL_BYTES - 6);
        memory.setInt(CONTROL + 8, SocketCalls.SOL_UDP);
        memory.setInt(CONTROL + 12, SocketCalls.UDP_SEGMENT);
    }

    /** Where to; cheap when it is where it was. */
    void to(UdpAddress next) {
        if (target != next) {
            memory.write(ADDRESS, next.bytes(), 0, next.bytes().length);
            memory.setInt(8, next.bytes().length);
            target = next;
        }
    }

    /**
     * Sends datagrams of {@code each} bytes, the last of which may be shorter.
     *
     * @return 0 or the number of the error
     */
    int send(byte[] datagrams, int bytes, int each, boolean wait) {
        if (bytes > each && !socket.segments()) {
            return sendSingly(datagrams, bytes, each, wait);
        }
        int error = sendAt(datagrams, 0, bytes, each, wait);
        if (bytes > each && error == SocketCalls.EIO && !socket.isClosed()) {
            socket.giveUpSegments();
            return sendSingly(datagrams, bytes, each, wait);
        }
        return error;
    }

    private int sendSingly(byte[] datagrams, int bytes, int each, boolean wait) {
        int error = 0;
        for (int at = 0; at < bytes && error == 0; at += each) {
            error = sendAt(datagrams, at, Math.min(each, bytes - at), each, wait);
        }
        return error;
    }

    private int sendAt(byte[] datagrams, int at, int bytes, int each, boolean wait) {
        data.put(0, datagrams, at, bytes);
        memory.setLong(VECTOR + 8, bytes);
        if (bytes > each) {
            memory.setLong(32, message + CONTROL);
            memory.setLong(40, CONTROL_BYTES);
            memory.setShort(CONTROL + 16, (short) each);
        } else {
            memory.setLong(32, 0);
            memory.setLong(40, 0);
        }
        return socket.send(message, wait);
    }
}
