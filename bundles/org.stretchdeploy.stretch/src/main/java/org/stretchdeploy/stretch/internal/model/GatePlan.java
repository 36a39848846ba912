package org.stretchdeploy.stretch.internal.model;

import org.stretchdeploy.api.Gate;

/**
 * What has to hold between two start orders, as it is journalled.
 *
 * @param kind    a name of {@link Gate.Kind}
 * @param seconds how long it may take, the start delay not counted
 */
public record GatePlan(String kind, long seconds) {
    public static GatePlan of(Gate gate) {
        return new GatePlan(gate.kind().name(), gate.timeout().toSeconds());
    }

    /** Whether addresses have to answer. */
    public boolean network() {
        return kind.equals(Gate.Kind.NETWORK.name());
    }

    /** Whether the machines have to run. */
    public boolean power() {
        return !kind.equals(Gate.Kind.NONE.name());
    }
}
