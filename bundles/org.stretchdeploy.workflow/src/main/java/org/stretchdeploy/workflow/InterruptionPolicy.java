package org.stretchdeploy.workflow;

/** What becomes of an operation whose node went away before the pivot. After the pivot it always goes forward. */
public enum InterruptionPolicy {
    /** Go back: undo everything that was begun; the end is COMPENSATED. */
    COMPENSATE,
    /** Go on: begin the interrupted step again, which adopts what it finds under its tag. */
    RESUME
}
