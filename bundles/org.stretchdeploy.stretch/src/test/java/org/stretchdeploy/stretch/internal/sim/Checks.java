package org.stretchdeploy.stretch.internal.sim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.spi.memory.LiveNic;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.stretch.internal.StretchWorld;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationId;

/** What must hold when an operation has ended; each check gives the sentences about what does not. */
final class Checks {
    private static final List<String> TEMPORARY =
            List.of("vapp | stretch-copy-", "vapp | stretch-arrival-", "vapp | stretch-parking-", "catalog | stretch-");

    private Checks() {}

    /** Both clouds are as they were, but for what people did. */
    static List<String> equal(Map<String, String> before, Map<String, String> now) {
        List<String> found = new ArrayList<>();
        before.forEach((cloud, old) -> {
            String wanted = People.without(old);
            String is = People.without(now.get(cloud));
            if (!wanted.equals(is)) {
                found.add(cloud + " is not as it was: " + difference(wanted, is));
            }
        });
        return found;
    }

    private static String difference(String wanted, String is) {
        List<String> missing = new ArrayList<>(wanted.lines().toList());
        List<String> extra = new ArrayList<>(is.lines().toList());
        is.lines().forEach(missing::remove);
        wanted.lines().forEach(extra::remove);
        String text = "missing " + missing + ", extra " + extra;
        return missing.isEmpty() && extra.isEmpty() ? "order of lines differs" : text;
    }

    /** Nothing temporary is left, whatever the end. */
    static List<String> noRuins(StretchWorld world) {
        List<String> found = new ArrayList<>();
        for (MemoryCloud cloud : List.of(world.source, world.target)) {
            cloud.canonicalState()
                    .lines()
                    .filter(l -> TEMPORARY.stream().anyMatch(l.strip()::startsWith))
                    .forEach(l -> found.add("left at " + cloud.name() + ": " + l.strip()));
        }
        if (!world.packages.isEmpty()) {
            found.add("the staging area is not empty");
        }
        return found;
    }

    /** Nothing of these operations is left anywhere. */
    static List<String> noOrphans(StretchWorld world, List<String> operations) {
        List<String> found = new ArrayList<>();
        for (MemoryCloud cloud : List.of(world.source, world.target)) {
            operations.forEach(operation -> cloud.inventory()
                    .tagged(operation)
                    .forEach(t -> found.add("orphan at " + cloud.name() + ": " + t)));
        }
        if (!world.tunnels.isEmpty()) {
            found.add("the tunnel is not closed");
        }
        if (!world.stretches.all().isEmpty()) {
            found.add("a stretch is still recorded");
        }
        return found;
    }

    /** The machines that ran are live at the target and nowhere else. */
    static List<String> liveAtTarget(StretchWorld world, List<String> vms) {
        List<String> found = new ArrayList<>();
        List<LiveNic> there = world.target.live();
        Set<String> macs = new HashSet<>();
        for (String vm : vms) {
            List<LiveNic> nics = there.stream().filter(n -> n.vm().equals(vm)).toList();
            nics.forEach(n -> macs.add(n.mac()));
            if (nics.isEmpty()) {
                found.add(vm + " does not run at the target");
            }
        }
        world.source.live().stream()
                .filter(n -> macs.contains(n.mac()))
                .forEach(n -> found.add("still live at home: " + n));
        return found;
    }

    /** Who stops at a failure has undone nothing, has begun nothing more, and says all that remains. */
    static List<String> stopped(StretchWorld world, Operation end) {
        List<String> found = new ArrayList<>();
        boolean failed = false;
        Set<String> done = new HashSet<>();
        for (JournalEntry entry : world.store.read(new OperationId(end.id().value()), 0)) {
            JournalEvent event = entry.event();
            failed |= event instanceof JournalEvent.StepFailed f && f.retryAt().isEmpty();
            failed &= !(event instanceof JournalEvent.RetryRequested);
            if (event instanceof JournalEvent.UndoIntended u) {
                found.add("step " + u.stepId() + " was undone although the operation was to stop");
            } else if (event instanceof JournalEvent.StepIntended s && failed) {
                found.add("step " + s.stepId() + " was begun after the failure");
            } else if (event instanceof JournalEvent.StepDone d) {
                done.add(d.stepId());
            }
        }
        List<String> missing = end.steps().stream()
                .map(Operation.Step::number)
                .filter(number -> !done.contains(number))
                .toList();
        List<String> remaining = end.remaining().stream()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
        if (!failed || !remaining.equals(missing)) {
            found.add("stopped with " + remaining + " to do, but not done are " + missing);
        }
        return found;
    }

    /** A step that was acknowledged is never begun again, whatever crashed in between. */
    static List<String> acknowledged(StretchWorld world, String operation) {
        List<String> found = new ArrayList<>();
        Set<String> done = new HashSet<>();
        for (JournalEntry entry : world.store.read(new OperationId(operation), 0)) {
            if (entry.event() instanceof JournalEvent.StepDone e) {
                done.add(e.stepId());
            } else if (entry.event() instanceof JournalEvent.StepIntended e && done.contains(e.stepId())) {
                found.add("step " + e.stepId() + " was done, and begun again");
            }
        }
        return found;
    }
}
