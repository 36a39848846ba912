package org.stretchdeploy.tunnel.internal.agent;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;

/** The system calls that change what a process may do. Each throws with the error number when it fails. */
final class ProcessCalls {
    static {
        Native.register(ProcessCalls.class, "c");
    }

    private ProcessCalls() {}

    static native int prctl(int option, NativeLong two, NativeLong three, NativeLong four, NativeLong five)
            throws LastErrorException;

    static native int capset(Pointer header, Pointer sets) throws LastErrorException;

    static native int fcntl(int descriptor, int command, NativeLong argument) throws LastErrorException;

    static native int execve(String program, Pointer arguments, Pointer environment) throws LastErrorException;
}
