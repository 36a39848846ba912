package org.stretchdeploy.tunnel.internal.datagram;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.stretchdeploy.tunnel.internal.os.SocketCalls;

/**
 * A UDP socket for both address families whose datagrams are never fragmented by IP, and which the kernel lets send and
 * receive many datagrams of one size with one call (UDP_SEGMENT, Linux 4.18; UDP_GRO, Linux 5.0) where it can.
 *
 * <p>Any thread sends through its own {@link UdpOutbox}, one thread receives through {@link UdpInbox}. The descriptor is
 * not closed under a call: every call holds the read lock for its batch, {@link #close} takes the write lock.
 */
final class UdpSocket implements Closeable {
    /** More would only be a longer queue, which the guests' TCP fills. */
    private static final int BUFFER_BYTES = 2 << 20;

    private static final int LARGEST_DATAGRAM = 65_507;

    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    private final int descriptor;
    private final boolean bothFamilies;
    private final int port;
    private volatile boolean segments;
    private volatile boolean closed;

    private UdpSocket(int descriptor, boolean bothFamilies, int port, boolean segments) {
        this.descriptor = descriptor;
        this.bothFamilies = bothFamilies;
        this.port = port;
        this.segments = segments;
    }

    /** Opens one on a port, 0 for any. */
    static UdpSocket open(int port) throws IOException {
        int type = SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC;
        int descriptor = SocketCalls.socket(SocketCalls.AF_INET6, type, 0);
        boolean bothFamilies = descriptor >= 0;
        if (!bothFamilies) {
            descriptor = SocketCalls.socket(SocketCalls.AF_INET, type, 0);
        }
        if (descriptor < 0) {
            throw new IOException("cannot open a UDP socket: error " + Native.getLastError());
        }
        try {
            return prepare(descriptor, bothFamilies, port);
        } catch (IOException e) {
            SocketCalls.close(descriptor);
            throw e;
        }
    }

    private static UdpSocket prepare(int descriptor, boolean bothFamilies, int port) throws IOException {
        if (bothFamilies) {
            SocketCalls.set(descriptor, SocketCalls.SOL_IPV6, SocketCalls.IPV6_V6ONLY, 0);
            SocketCalls.set(
                    descriptor, SocketCalls.SOL_IPV6, SocketCalls.IPV6_MTU_DISCOVER, SocketCalls.PMTUDISC_PROBE);
        }
        if (!SocketCalls.set(descriptor, SocketCalls.SOL_IP, SocketCalls.IP_MTU_DISCOVER, SocketCalls.PMTUDISC_PROBE)) {
            throw new IOException("cannot forbid IP fragments: error " + Native.getLastError());
        }
        // Beyond the system's limit only with CAP_NET_ADMIN, which an agent has; a test may not.
        if (!SocketCalls.set(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_RCVBUFFORCE, BUFFER_BYTES)) {
            SocketCalls.set(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_RCVBUF, BUFFER_BYTES);
        }
        if (!SocketCalls.set(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_SNDBUFFORCE, BUFFER_BYTES / 4)) {
            SocketCalls.set(descriptor, SocketCalls.SOL_SOCKET, SocketCalls.SO_SNDBUF, BUFFER_BYTES / 4);
        }
        SocketCalls.set(descriptor, SocketCalls.SOL_UDP, SocketCalls.UDP_GRO, 1);
        // Asks whether there is segmentation; every batch then says its own size.
        boolean segments = SocketCalls.set(descriptor, SocketCalls.SOL_UDP, SocketCalls.UDP_SEGMENT, 0);
        return new UdpSocket(descriptor, bothFamilies, bind(descriptor, bothFamilies, port), segments);
    }

    private static int bind(int descriptor, boolean bothFamilies, int port) throws IOException {
        int bytes = bothFamilies ? UdpAddress.MAX_BYTES : 16;
        try (Memory address = new Memory(bytes);
                Memory length = new Memory(4)) {
            address.clear();
            address.setShort(0, (short) (bothFamilies ? SocketCalls.AF_INET6 : SocketCalls.AF_INET));
            address.setByte(2, (byte) (port >>> 8));
            address.setByte(3, (byte) port);
            if (SocketCalls.bind(descriptor, address, bytes) < 0) {
                throw new IOException("cannot open UDP port " + port + ": error " + Native.getLastError());
            }
            length.setInt(0, bytes);
            SocketCalls.getsockname(descriptor, address, length);
            return (address.getByte(2) & 0xff) << 8 | address.getByte(3) & 0xff;
        }
    }

    int port() {
        return port;
    }

    boolean isBothFamilies() {
        return bothFamilies;
    }

    /** True while several datagrams of one size may be given to {@link #send} at once. */
    boolean segments() {
        return segments;
    }

    boolean isClosed() {
        return closed;
    }

    /** Most bytes of one call. */
    static int largestBatch() {
        return LARGEST_DATAGRAM - UdpAddress.MAX_BYTES;
    }

    /** {@code sendmsg}; 0 or the error number. */
    int send(long message, boolean wait) {
        life.readLock().lock();
        try {
            while (!closed) {
                if (SocketCalls.sendmsg(descriptor, message, wait ? 0 : SocketCalls.MSG_DONTWAIT) >= 0) {
                    return 0;
                }
                int error = Native.getLastError();
                if (error != SocketCalls.EINTR) {
                    return error;
                }
            }
            return SocketCalls.EIO;
        } finally {
            life.readLock().unlock();
        }
    }

    /** The device below cannot compute the checksums of a batch: from now on one datagram per call. */
    void giveUpSegments() {
        segments = false;
    }

    /** {@code recvmsg} without waiting; bytes or -1 when there is nothing. */
    int receive(long message) {
        life.readLock().lock();
        try {
            return closed ? -1 : (int) SocketCalls.recvmsg(descriptor, message, SocketCalls.MSG_DONTWAIT);
        } finally {
            life.readLock().unlock();
        }
    }

    /** Waits until there is something to receive; {@code poll} is memory for a {@code struct pollfd}. */
    void await(Memory poll, long pollAddress, int timeoutMillis) {
        life.readLock().lock();
        try {
            if (!closed) {
                poll.setInt(0, descriptor);
                poll.setShort(4, (short) 1);
                SocketCalls.poll(pollAddress, 1, timeoutMillis);
            }
        } finally {
            life.readLock().unlock();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        life.writeLock().lock();
        try {
            SocketCalls.close(descriptor);
        } finally {
            life.writeLock().unlock();
        }
    }
}
