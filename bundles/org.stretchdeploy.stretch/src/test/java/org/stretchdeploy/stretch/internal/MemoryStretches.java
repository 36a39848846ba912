package org.stretchdeploy.stretch.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.stretchdeploy.stretch.internal.model.Stretch;
import org.stretchdeploy.stretch.internal.register.Stretches;

/** The register in memory; survives a simulated crash because it stands for a file. */
public final class MemoryStretches implements Stretches {
    private final Map<String, Stretch> all = new TreeMap<>();

    @Override
    public synchronized Optional<Stretch> find(String id) {
        return Optional.ofNullable(all.get(id));
    }

    @Override
    public synchronized List<Stretch> all() {
        return List.copyOf(all.values());
    }

    @Override
    public synchronized void put(Stretch stretch) {
        all.put(stretch.id(), stretch);
    }

    @Override
    public synchronized void remove(String id) {
        all.remove(id);
    }
}
