package org.stretchdeploy.director.linux.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.director.host.Host.FencedNic;
import org.stretchdeploy.director.host.HostException;

/**
 * The fence in the fabric's switches: a frame that bears a fenced machine's source address enters any bridge only at
 * the port of a machine that this host runs itself, which may be the edge appliance that brings the frames of the other copy.
 * Whatever somebody starts or plugs in past the host is not heard, and the bridge does not learn where it is: frames are
 * dropped before that (nftables, family bridge, hook prerouting). As long as nothing is fenced there is no table.
 *
 * <p>Threads: any.
 */
final class FabricFence {
    private static final Logger LOG = LoggerFactory.getLogger(FabricFence.class);
    private static final String TABLE = "fence";

    private final Names names;
    private final Namespaces namespaces;
    private final Commands commands;
    private Set<FencedNic> fenced = Set.of();
    private Set<String> allowed = Set.of();
    /** Frames that were dropped, by machine, since the rules were written. */
    private Map<String, Long> counted = Map.of();

    FabricFence(Names names, Namespaces namespaces, Commands commands) {
        this.names = names;
        this.namespaces = namespaces;
        this.commands = commands;
    }

    /**
     * Makes exactly these fenced; also takes away what an earlier host has left.
     *
     * @param runs the machines that were started and not stopped
     */
    synchronized void apply(Set<FencedNic> wanted, Collection<RunRecord> runs) {
        fenced = Set.copyOf(wanted);
        allowed = ports(runs);
        write();
    }

    private Set<String> ports(Collection<RunRecord> runs) {
        Set<String> ports = new TreeSet<>();
        runs.forEach(run -> run.nics().forEach(index -> ports.add(names.nicPort(run.id(), index))));
        return ports;
    }

    /** A machine was started or stopped. */
    synchronized void refresh(Collection<RunRecord> runs) {
        Set<String> now = ports(runs);
        if (!fenced.isEmpty() && !now.equals(allowed)) {
            allowed = now;
            try {
                write();
            } catch (HostException e) {
                LOG.warn("event=fence-rules-stale reason=\"{}\"", e.getMessage());
            }
        }
    }

    private void write() {
        commands.runWithInput(rules(fenced, allowed), namespaces.inside(names.fabric(), "nft", "-f", "-"));
        counted = Map.of();
    }

    static String rules(Set<FencedNic> fenced, Set<String> allowed) {
        String gone = "table bridge " + TABLE + " {}\ndelete table bridge " + TABLE + "\n";
        if (fenced.isEmpty()) {
            return gone;
        }
        String elements = allowed.isEmpty()
                ? ""
                : new TreeSet<>(allowed)
                        .stream().map(p -> '"' + p + '"').collect(Collectors.joining(", ", " elements = { ", " };"));
        String drops = fenced.stream()
                .map(nic -> "    ether saddr " + Names.mac(nic.macAddress())
                        + " iifname != @ours counter drop comment \"" + Names.id(nic.vmId()) + "\"\n")
                .sorted()
                .collect(Collectors.joining());
        return gone + "table bridge " + TABLE + " {\n  set ours { type ifname;" + elements + " }\n  chain enter {\n"
                + "    type filter hook prerouting priority -300; policy accept;\n" + drops + "  }\n}\n";
    }

    /** The fenced machines of which frames were dropped since the last call. */
    synchronized Set<String> heard() {
        if (fenced.isEmpty()) {
            return Set.of();
        }
        try {
            Map<String, Long> now = counters(namespaces.query(
                    namespaces.inside(names.fabric(), "nft", "-j", "list", "chain", "bridge", TABLE, "enter")));
            Set<String> heard = now.entrySet().stream()
                    .filter(e -> e.getValue() > counted.getOrDefault(e.getKey(), 0L))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toCollection(TreeSet::new));
            counted = now;
            return heard;
        } catch (HostException e) {
            LOG.warn("event=fence-rules-lost action=written-again reason=\"{}\"", e.getMessage());
            write();
            return Set.of();
        }
    }

    private static Map<String, Long> counters(JsonNode listed) {
        Map<String, Long> all = new TreeMap<>();
        for (JsonNode each : listed.path("nftables")) {
            JsonNode rule = each.path("rule");
            for (JsonNode part : rule.path("expr")) {
                if (part.has("counter")) {
                    all.merge(
                            rule.path("comment").asText(),
                            part.path("counter").path("packets").asLong(),
                            Long::sum);
                }
            }
        }
        return all;
    }
}
