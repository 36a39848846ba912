package org.stretchdeploy.stretch.internal.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.stretchdeploy.api.Gate;

/**
 * What has to hold between two start orders, as it is journalled.
 *
 * @param kind     a name of {@link Gate.Kind}, for all machines but those in {@code machines}
 * @param seconds  how long it may take, the start delay not counted
 * @param machines the same names for single machines; absent in plans of old
 * @param services what machines are asked for; absent in plans of old
 */
public record GatePlan(String kind, long seconds, Map<String, String> machines, List<ServiceQuestion> services) {
    public GatePlan {
        machines = machines == null ? Map.of() : new TreeMap<>(machines);
        services = services == null ? List.of() : List.copyOf(services);
    }

    /** Nobody is asked for a service yet. */
    public static GatePlan of(Gate gate) {
        Map<String, String> machines = new TreeMap<>();
        gate.machines().forEach((name, check) -> machines.put(name, check.kind().name()));
        return new GatePlan(gate.check().kind().name(), gate.timeout().toSeconds(), machines, List.of());
    }

    public GatePlan asking(List<ServiceQuestion> questions) {
        return new GatePlan(kind, seconds, machines, questions);
    }

    /** Whether the addresses of a machine have to answer. */
    public boolean network(String machine) {
        return power(machine) && !kind(machine).equals(Gate.Kind.POWER.name());
    }

    /** Whether a machine has to run. */
    public boolean power(String machine) {
        return !kind(machine).equals(Gate.Kind.NONE.name());
    }

    private String kind(String machine) {
        return machines.getOrDefault(machine, kind);
    }
}
