package org.stretchdeploy.tunnel.internal.os;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * System calls on UDP sockets that Java does not have. Addresses of memory that lives as long as its socket are passed
 * as numbers, so that a call allocates nothing. A negative result is a failure that {@link Native#getLastError} names.
 */
public final class SocketCalls {
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_CLOEXEC = 0x80000;
    public static final int SOL_SOCKET = 1;
    public static final int SO_SNDBUF = 7;
    public static final int SO_RCVBUF = 8;
    public static final int SO_SNDBUFFORCE = 32;
    public static final int SO_RCVBUFFORCE = 33;
    public static final int SOL_IP = 0;
    public static final int IP_MTU_DISCOVER = 10;
    public static final int SOL_IPV6 = 41;
    public static final int IPV6_V6ONLY = 26;
    public static final int IPV6_MTU_DISCOVER = 23;
    /** Sets DF and leaves finding out what passes to us. */
    public static final int PMTUDISC_PROBE = 3;

    public static final int SOL_TCP = 6;
    public static final int TCP_INFO = 11;
    public static final int TCP_CONGESTION = 13;
    public static final int SOL_UDP = 17;
    public static final int UDP_SEGMENT = 103;
    public static final int UDP_GRO = 104;
    public static final int MSG_DONTWAIT = 0x40;
    public static final int MSG_TRUNC = 0x20;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int EAGAIN = 11;
    public static final int EINVAL = 22;
    public static final int EMSGSIZE = 90;

    static {
        Native.register(SocketCalls.class, "c");
    }

    private SocketCalls() {}

    public static native int socket(int family, int type, int protocol);

    public static native int bind(int socket, Pointer address, int bytes);

    public static native int getsockname(int socket, Pointer address, Pointer bytes);

    public static native int setsockopt(int socket, int level, int option, Pointer value, int bytes);

    static native int getsockopt(int socket, int level, int option, Pointer value, Pointer bytes);

    public static native int close(int socket);

    public static native long sendmsg(int socket, long message, int flags);

    public static native long recvmsg(int socket, long message, int flags);

    public static native int poll(long descriptors, long count, int timeoutMillis);

    public static boolean set(int socket, int level, int option, int value) {
        try (Memory memory = new Memory(4)) {
            memory.setInt(0, value);
            return setsockopt(socket, level, option, memory, 4) == 0;
        }
    }
}
