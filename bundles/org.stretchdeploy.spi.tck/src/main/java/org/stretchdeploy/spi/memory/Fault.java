package org.stretchdeploy.spi.memory;

/** What may go wrong with one writing call. */
public enum Fault {
    /** All goes well. */
    NONE,
    /** Refused before anything happened: TRANSIENT. */
    FAIL_BEFORE,
    /** The call does its whole work, but reports EXTERNAL: at once, or as the end of its task. */
    FAIL_AFTER,
    /** The call does its work, or starts its task, and the reply never comes: EXTERNAL at once. */
    LOSE_REPLY,
    /**
     * The task ends FAILED (EXTERNAL) without its effect; a thing that was being made stays as a ruin. Calls without a
     * task: FAIL_BEFORE.
     */
    TASK_FAILS,
    /** The task takes twenty times as long. */
    SLOW,
    /** The call arrives twice, as after a retry in the network; the second reply is thrown away. */
    DUPLICATE
}
