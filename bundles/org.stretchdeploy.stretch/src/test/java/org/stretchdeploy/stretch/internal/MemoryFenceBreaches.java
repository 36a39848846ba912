package org.stretchdeploy.stretch.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.stretch.internal.register.FenceBreaches;

/** The records in memory; they survive a simulated crash because they stand for a table. */
public final class MemoryFenceBreaches implements FenceBreaches {
    private final Map<String, Breach> all = new TreeMap<>();
    private Runnable before = () -> {};
    private Runnable after = () -> {};

    @Override
    public synchronized List<Breach> all() {
        return List.copyOf(all.values());
    }

    @Override
    public synchronized Optional<Breach> find(String cloud, ObjectId vm) {
        return Optional.ofNullable(all.get(cloud + ":" + vm.value()));
    }

    /** Something that happens just before somebody's next change, without a lock held. */
    void beforeNextUpdate(Runnable work) {
        before = work;
    }

    /** The same, just after it. */
    void afterNextUpdate(Runnable work) {
        after = work;
    }

    @Override
    public Optional<Breach> update(String cloud, ObjectId vm, UnaryOperator<Optional<Breach>> change) {
        Runnable first = before;
        before = () -> {};
        first.run();
        Optional<Breach> result = changed(cloud, vm, change);
        Runnable last = after;
        after = () -> {};
        last.run();
        return result;
    }

    private synchronized Optional<Breach> changed(String cloud, ObjectId vm, UnaryOperator<Optional<Breach>> change) {
        Optional<Breach> changed = change.apply(find(cloud, vm));
        changed.ifPresentOrElse(
                breach -> all.put(cloud + ":" + vm.value(), breach), () -> all.remove(cloud + ":" + vm.value()));
        return changed;
    }
}
