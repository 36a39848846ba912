package org.stretchdeploy.tunnel.internal.datagram;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import org.stretchdeploy.tunnel.internal.os.SocketCalls;

/** Memory for what the receiving thread gets: up to 64 KB of datagrams of one size from one sender with one call. */
final class UdpInbox {
    private static final int DATA = 512;
    private static final int VECTOR = 64;
    private static final int ADDRESS = 128;
    private static final int CONTROL = 192;
    private static final int CONTROL_BYTES = 256;
    private static final int POLL = 480;
    /** More than a UDP payload can have. */
    static final int DATA_BYTES = 65_536;

    private final Memory memory = new Memory(DATA + DATA_BYTES);
    private final long message = Pointer.nativeValue(memory);
    private final Memory poll = (Memory) memory.share(POLL, 8);
    private final ByteBuffer data = memory.getByteBuffer(DATA, DATA_BYTES);
    private final ByteBuffer name = memory.getByteBuffer(ADDRESS, UdpAddress.MAX_BYTES);
    private final UdpSocket socket;
    private int each;

    UdpInbox(UdpSocket socket) {
        this.socket = socket;
        memory.clear(DATA);
        memory.setLong(0, message + ADDRESS);
        memory.setLong(16, message + VECTOR);
        memory.setLong(24, 1);
        memory.setLong(32, message + CONTROL);
        memory.setLong(VECTOR, message + DATA);
        memory.setLong(VECTOR + 8, DATA_BYTES);
    }

    /** Receives into an array of {@link #DATA_BYTES}; bytes, or -1 when there is nothing. */
    int receive(byte[] into) {
        memory.setInt(8, UdpAddress.MAX_BYTES);
        memory.setLong(40, CONTROL_BYTES);
        memory.setInt(48, 0);
        int bytes = socket.receive(message);
        if (bytes <= 0) {
            return bytes;
        }
        if ((memory.getInt(48) & SocketCalls.MSG_TRUNC) != 0) {
            return 0;
        }
        each = bytes;
        findSize();
        data.get(0, into, 0, bytes);
        return bytes;
    }

    private void findSize() {
        long filled = memory.getLong(40);
        long at = 0;
        while (at + 20 <= filled) {
            long length = memory.getLong(CONTROL + at);
            if (memory.getInt(CONTROL + at + 8) == SocketCalls.SOL_UDP
                    && memory.getInt(CONTROL + at + 12) == SocketCalls.UDP_GRO) {
                int size = memory.getInt(CONTROL + at + 16);
                each = size > 0 ? size : each;
            }
            if (length < 16) {
                return;
            }
            at += length + 7 & ~7L;
        }
    }

    /** Bytes of each datagram of the last call but its last, which may be shorter. */
    int each() {
        return each;
    }

    /** True when the last call's sender is this one; {@code of} may be null. */
    boolean isFrom(UdpAddress of) {
        if (of == null || memory.getInt(8) != of.bytes().length) {
            return false;
        }
        for (int i = 0; i < of.bytes().length; i++) {
            if (name.get(i) != of.bytes()[i]) {
                return false;
            }
        }
        return true;
    }

    /** The last call's sender. */
    UdpAddress sender() {
        return new UdpAddress(memory.getByteArray(ADDRESS, Math.min(memory.getInt(8), UdpAddress.MAX_BYTES)));
    }

    void await(int timeoutMillis) {
        socket.await(poll, message + POLL, timeoutMillis);
    }
}
