package org.stretchdeploy.lab;

import java.util.concurrent.locks.LockSupport;

/**
 * Whether the lab is being taken down because this process was told to end. From then on only the thread that takes it
 * down may start anything; the others stop where they are, so that nothing is made behind its back.
 */
final class Ending {
    private static volatile Thread cleaner;

    private Ending() {}

    /** The calling thread takes the lab down from now on. */
    static void begin() {
        cleaner = Thread.currentThread();
    }

    /** Returns at once, or never when another thread takes the lab down. */
    static void pass() {
        while (cleaner != null && cleaner != Thread.currentThread()) {
            LockSupport.park();
        }
    }
}
