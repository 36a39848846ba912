package org.stretchdeploy.tunnel.internal.os;

import com.sun.jna.Memory;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Java does not let one do with a TCP socket. Needs {@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED}. */
public final class TcpSocket {
    /** Instead of a descriptor: there is none that could be used. */
    public static final int NONE = -1;

    private static final Logger LOG = LoggerFactory.getLogger(TcpSocket.class);
    /** It is the same for every socket of this process. */
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private static final int NAME_BYTES = 16;
    private static final int TOTAL_RETRANSMITTED = 100;
    private static final int LEAST_RTT = 148;
    private static final int DATA_SEGMENTS_OUT = 156;
    private static final int INFO_BYTES = 160;

    private TcpSocket() {}

    /**
     * Makes a channel one that never waits.
     *
     * @return its descriptor, for {@link PollSet}; {@link #NONE} when that cannot be had: then the channel waits as before
     */
    public static int unwaiting(SocketChannel channel) throws IOException {
        int descriptor = descriptor(channel);
        if (descriptor >= 0) {
            channel.configureBlocking(false);
        }
        return descriptor;
    }

    /** The descriptor of a channel, or {@link #NONE}. */
    public static int descriptor(SelectableChannel channel) {
        try {
            Method method = Class.forName("sun.nio.ch.SelChImpl").getMethod("getFDVal");
            method.setAccessible(true);
            return (int) method.invoke(channel);
        } catch (ReflectiveOperationException | RuntimeException e) {
            if (!TOLD.getAndSet(true)) {
                LOG.warn("event=no-descriptor cause=\"{}\"", e.toString());
            }
            return NONE;
        }
    }

    /** What copes with the losses of a socket: the kernel's name for it, or the empty text. */
    public static String congestionControl(int descriptor) {
        try (Memory name = new Memory(NAME_BYTES);
                Memory length = new Memory(Integer.BYTES)) {
            name.clear();
            length.setInt(0, NAME_BYTES);
            int result =
                    SocketCalls.getsockopt(descriptor, SocketCalls.SOL_TCP, SocketCalls.TCP_CONGESTION, name, length);
            return result < 0 ? "" : name.getString(0, "US-ASCII");
        }
    }

    /** False when the kernel does not have it or does not let us. Before a connection, or while it is in use. */
    public static boolean useCongestionControl(int descriptor, String wanted) {
        try (Memory name = new Memory(NAME_BYTES)) {
            name.clear();
            name.setString(0, wanted, "US-ASCII");
            return SocketCalls.setsockopt(
                            descriptor, SocketCalls.SOL_TCP, SocketCalls.TCP_CONGESTION, name, wanted.length())
                    == 0;
        }
    }

    /**
     * What a connection has sent since it began.
     *
     * @param segments with data, those sent again included
     * @param again how many were sent again
     * @param leastRttMicros shortest round trip that was measured
     */
    public record Sent(long segments, long again, long leastRttMicros) {}

    /** Of a connected socket; nothing when the kernel does not say (struct tcp_info of linux/tcp.h, Linux 4.6). */
    public static Optional<Sent> sent(int descriptor) {
        try (Memory info = new Memory(INFO_BYTES);
                Memory length = new Memory(Integer.BYTES)) {
            length.setInt(0, INFO_BYTES);
            int result = SocketCalls.getsockopt(descriptor, SocketCalls.SOL_TCP, SocketCalls.TCP_INFO, info, length);
            if (result < 0 || length.getInt(0) < INFO_BYTES) {
                return Optional.empty();
            }
            return Optional.of(new Sent(
                    Integer.toUnsignedLong(info.getInt(DATA_SEGMENTS_OUT)),
                    Integer.toUnsignedLong(info.getInt(TOTAL_RETRANSMITTED)),
                    Integer.toUnsignedLong(info.getInt(LEAST_RTT))));
        }
    }

    /** Closes it, and wakes whoever polls its descriptor. */
    public static void close(SocketChannel channel) {
        try {
            if (channel.isConnected()) {
                channel.shutdownInput();
                channel.shutdownOutput();
            }
        } catch (IOException ignored) {
            // It is closed or broken already.
        }
        try {
            channel.close();
        } catch (IOException ignored) {
            // Nothing can be done about a socket that does not close.
        }
    }
}
