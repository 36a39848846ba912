package org.stretchdeploy.tunnel.internal.datagram;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * System calls on UDP sockets that Java does not have. Addresses of memory that lives as long as its socket are passed
 * as numbers, so that a call allocates nothing. A negative result is a failure that {@link Native#getLastError} names.
 */
final class SocketCalls {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_SNDBUFFORCE = 32;
    static final int SO_RCVBUFFORCE = 33;
    static final int SOL_IP = 0;
    static final int IP_MTU_DISCOVER = 10;
    static final int SOL_IPV6 = 41;
    static final int IPV6_V6ONLY = 26;
    static final int IPV6_MTU_DISCOVER = 23;
    /** Sets DF and leaves finding out what passes to us. */
    static final int PMTUDISC_PROBE = 3;

    static final int SOL_UDP = 17;
    static final int UDP_SEGMENT = 103;
    static final int UDP_GRO = 104;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_TRUNC = 0x20;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int EINVAL = 22;
    static final int EMSGSIZE = 90;

    static {
        Native.register(SocketCalls.class, "c");
    }

    private SocketCalls() {}

    static native int socket(int family, int type, int protocol);

    static native int bind(int socket, Pointer address, int bytes);

    static native int getsockname(int socket, Pointer address, Pointer bytes);

    static native int setsockopt(int socket, int level, int option, Pointer value, int bytes);

    static native int close(int socket);

    static native long sendmsg(int socket, long message, int flags);

    static native long recvmsg(int socket, long message, int flags);

    static native int poll(long descriptors, long count, int timeoutMillis);

    static boolean set(int socket, int level, int option, int value) {
        try (Memory memory = new Memory(4)) {
            memory.setInt(0, value);
            return setsockopt(socket, level, option, memory, 4) == 0;
        }
    }
}
