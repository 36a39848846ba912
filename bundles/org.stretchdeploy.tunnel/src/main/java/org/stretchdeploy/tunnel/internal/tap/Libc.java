package org.stretchdeploy.tunnel.internal.tap;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;

/** The few system calls that Java does not have. Used at set-up, never per frame. */
final class Libc {
    static final int O_RDWR = 2;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;

    static {
        Native.register(Libc.class, "c");
    }

    private Libc() {}

    static native int open(String path, int flags) throws LastErrorException;

    static native int close(int descriptor) throws LastErrorException;

    static native int ioctl(int descriptor, NativeLong request, Pointer argument) throws LastErrorException;

    static native int ioctl(int descriptor, NativeLong request, NativeLong argument) throws LastErrorException;
}
