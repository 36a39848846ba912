package org.stretchdeploy.workflow.testkit;

/** The process dies here. An error that the engine does not catch, as it would not catch a kill. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    public SimulatedCrash(String where) {
        super(where, null, false, false);
    }
}
