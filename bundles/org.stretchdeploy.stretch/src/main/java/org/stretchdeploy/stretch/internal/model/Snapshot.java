package org.stretchdeploy.stretch.internal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The canonical configuration of one side: path to value, without the identities that a cloud gives anew to an equal
 * object. Equal configurations give equal snapshots.
 */
public record Snapshot(TreeMap<String, String> values) {
    public Snapshot {
        values = new TreeMap<>(values);
    }

    /** What differs, as sentences, this one being the wanted state. */
    public List<String> differences(Snapshot now) {
        var paths = new TreeSet<>(values.keySet());
        paths.addAll(now.values().keySet());
        List<String> found = new ArrayList<>();
        for (String path : paths) {
            String before = values.get(path);
            String after = now.values().get(path);
            if (before == null) {
                found.add("added: " + path + " = " + after);
            } else if (after == null) {
                found.add("missing: " + path + " = " + before);
            } else if (!before.equals(after)) {
                found.add("changed: " + path + " was " + before + ", is " + after);
            }
        }
        return found;
    }

    public static Snapshot of(Map<String, String> values) {
        return new Snapshot(new TreeMap<>(values));
    }
}
