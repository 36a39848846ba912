package org.stretchdeploy.stretch.internal.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.stretchdeploy.api.Plan.Action;
import org.stretchdeploy.api.Plan.DiffLine;
import org.stretchdeploy.api.Plan.ObjectChange;
import org.stretchdeploy.edge.EdgeRules;
import org.stretchdeploy.stretch.internal.model.Snapshot;
import org.stretchdeploy.stretch.internal.model.Stretch;

/**
 * What people changed in the source vApp, its networks and its edges since the deploy: the snapshot from before the
 * stretch against how it is now, without what the stretch itself has changed. Pure functions.
 *
 * <p>Not told: power states, because machines are switched on and off every day, and other vApps.
 */
final class HomeChanges {
    private static final String OUR_VM = "stretch-edge-";
    private static final String OUR_MARK = "stretch.placeholder-of";

    private final Stretch stretch;
    private final TreeMap<String, String> before;
    private final TreeMap<String, String> now;

    private HomeChanges(Stretch stretch, Snapshot now) {
        this.stretch = stretch;
        this.before = stretch.sourceBefore().values();
        this.now = now.values();
    }

    /** One entry an object, with a line for each setting or rule. */
    static List<ObjectChange> of(Stretch stretch, Snapshot now) {
        var changes = new HomeChanges(stretch, now);
        List<ObjectChange> all = new ArrayList<>();
        changes.vApp(all);
        changes.networks(all);
        changes.edge(
                "edge gateway", "EdgeGateway", stretch.deploy().sourceUplink().edgeGatewayName(), all);
        changes.machines(all);
        return all;
    }

    private String name(String path) {
        return stretch.deploy().vApp() + "/" + path;
    }

    private void add(List<ObjectChange> all, String kind, String name, Action action, List<DiffLine> lines) {
        if (action != Action.CHANGE || !lines.isEmpty()) {
            all.add(new ObjectChange(stretch.deploy().source(), kind, name, action, false, lines));
        }
    }

    private void vApp(List<ObjectChange> all) {
        Map<String, String> old = under(before, "vApp/");
        Map<String, String> is = under(now, "vApp/");
        is.keySet().removeIf(key -> key.startsWith("startup/" + OUR_VM));
        // a machine that came or went has its line at the machine
        Set<String> both = machines(before);
        both.retainAll(machines(now));
        for (Map<String, String> each : List.of(old, is)) {
            each.keySet().removeIf(key -> key.startsWith("startup/") && !both.contains(key.substring(8)));
        }
        add(all, "VApp", stretch.deploy().vApp(), Action.CHANGE, lines(old, is));
    }

    private void networks(List<ObjectChange> all) {
        Set<String> names = new TreeSet<>(networks(before));
        names.addAll(networks(now));
        var uplink = stretch.deploy().sourceUplink();
        for (String network : names) {
            String path = "network/" + network;
            if (!before.containsKey(path)) {
                if (!uplink.addNetwork() || !network.equals(uplink.vAppNetwork())) {
                    add(all, "VAppNetwork", name(network), Action.CREATE, List.of(plus(now.get(path))));
                }
            } else if (!now.containsKey(path)) {
                add(all, "VAppNetwork", name(network), Action.DELETE, List.of(minus(before.get(path))));
            } else {
                List<DiffLine> lines =
                        new ArrayList<>(lines(Map.of("settings", before.get(path)), Map.of("settings", now.get(path))));
                lines.addAll(rules(path));
                add(all, "VAppNetwork", name(network), Action.CHANGE, lines);
            }
        }
    }

    private static Set<String> networks(TreeMap<String, String> values) {
        return values.keySet().stream()
                .filter(path -> path.startsWith("network/") && !path.matches(".*/services/[0-9]+"))
                .map(path -> path.substring("network/".length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void edge(String path, String kind, String name, List<ObjectChange> all) {
        add(all, kind, name, Action.CHANGE, rules(path));
    }

    /** Rules of an edge; those that bear a tag of ours are not a person's. */
    private List<DiffLine> rules(String at) {
        List<String> old = services(before, at);
        List<String> is = services(now, at);
        List<DiffLine> lines = new ArrayList<>();
        List<String> added = new ArrayList<>(is);
        for (String line : old) {
            if (!added.remove(line)) {
                lines.add(minus(line));
            }
        }
        added.forEach(line -> lines.add(plus(line)));
        if (lines.isEmpty() && !old.equals(is)) {
            lines.add(new DiffLine('~', "the order of the rules"));
        }
        return lines;
    }

    private static List<String> services(TreeMap<String, String> values, String at) {
        return values.subMap(at + "/services/", at + "/services/~").values().stream()
                .filter(line -> !line.contains(EdgeRules.EVERY_TAG))
                .toList();
    }

    private void machines(List<ObjectChange> all) {
        Set<String> old = machines(before);
        Set<String> is = machines(now);
        Set<String> gone = new TreeSet<>(old);
        gone.removeAll(is);
        for (String vm : is) {
            Optional<String> was = old.contains(vm) ? Optional.of(vm) : renamed(gone, vm);
            was.ifPresent(gone::remove);
            if (was.isEmpty()) {
                add(all, "Vm", name(vm), Action.CREATE, lines(Map.of(), settings(now, vm)));
            } else {
                List<DiffLine> lines = new ArrayList<>();
                if (!was.get().equals(vm)) {
                    lines.add(new DiffLine('~', "name: " + was.get() + "  =>  " + vm));
                }
                lines.addAll(lines(settings(before, was.get()), settings(now, vm)));
                add(all, "Vm", name(vm), Action.CHANGE, lines);
            }
        }
        gone.forEach(vm -> add(all, "Vm", name(vm), Action.DELETE, lines(settings(before, vm), Map.of())));
    }

    /** The old name of a machine that has the same identity inside the vApp. */
    private Optional<String> renamed(Set<String> gone, String vm) {
        String localId = now.get("vm/" + vm + "/localId");
        return gone.stream()
                .filter(old -> localId.equals(before.get("vm/" + old + "/localId")))
                .findFirst();
    }

    private static Set<String> machines(TreeMap<String, String> values) {
        return values.keySet().stream()
                .filter(path -> path.startsWith("vm/") && path.endsWith("/localId"))
                .map(path -> path.substring("vm/".length(), path.length() - "/localId".length()))
                .filter(name -> !name.startsWith(OUR_VM))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, String> settings(TreeMap<String, String> values, String vm) {
        Map<String, String> settings = under(values, "vm/" + vm + "/");
        settings.keySet()
                .removeIf(key -> key.equals("power") || key.equals("localId") || key.equals("metadata/" + OUR_MARK));
        settings.replaceAll((key, value) -> key.startsWith("nic/") ? nic(value) : value);
        return settings;
    }

    /** A fenced machine is unplugged, and an address that the cloud lends comes and goes. */
    private static String nic(String value) {
        return value.replaceFirst(" (connected|disconnected) ", " ").replaceFirst(" \\S+ (DHCP|NONE) ", " $1 ");
    }

    private static Map<String, String> under(TreeMap<String, String> values, String prefix) {
        Map<String, String> found = new TreeMap<>();
        values.tailMap(prefix).entrySet().stream()
                .takeWhile(e -> e.getKey().startsWith(prefix))
                .forEach(e -> found.put(e.getKey().substring(prefix.length()), e.getValue()));
        return found;
    }

    private static List<DiffLine> lines(Map<String, String> old, Map<String, String> is) {
        List<DiffLine> lines = new ArrayList<>();
        Set<String> keys = new TreeSet<>(old.keySet());
        keys.addAll(is.keySet());
        for (String key : keys) {
            String was = old.get(key);
            String value = is.get(key);
            String word = key.replace('/', ' ');
            if (was == null) {
                lines.add(plus(word + ": " + value));
            } else if (value == null) {
                lines.add(minus(word + ": " + was));
            } else if (!was.equals(value)) {
                lines.add(new DiffLine('~', word + ": " + was + "  =>  " + value));
            }
        }
        return lines;
    }

    private static DiffLine plus(String text) {
        return new DiffLine('+', text);
    }

    private static DiffLine minus(String text) {
        return new DiffLine('-', text);
    }
}
