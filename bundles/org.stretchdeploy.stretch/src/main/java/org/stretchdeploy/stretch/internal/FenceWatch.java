package org.stretchdeploy.stretch.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.api.Alarm;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.stretch.internal.cloud.OpenClouds;
import org.stretchdeploy.stretch.internal.register.FenceBreaches;
import org.stretchdeploy.stretch.internal.register.FenceBreaches.Breach;
import org.stretchdeploy.stretch.internal.register.FenceBreaches.Claim;
import org.stretchdeploy.stretch.internal.run.Fence;
import org.stretchdeploy.stretch.internal.run.Fenced;

/**
 * Looks at the fenced machines of all stretches and switches off what somebody has started (ADR 0028). One query per
 * cloud and look. It touches a machine only while it holds the claim on it and the journal, read after the claim was
 * taken, still has it fenced; an operation that opens a fence writes that into the journal first and then waits for the
 * claim. Any number of nodes may look. Thread-safe.
 */
final class FenceWatch {
    private static final Logger LOG = LoggerFactory.getLogger(FenceWatch.class);

    /** Longer than a request to a cloud may take, so that none lands after the claim has run out. */
    private static final Duration CLAIM = Duration.ofMinutes(2);
    /** How long people can still see the alarm of what is mended. */
    private static final Duration SHOWN = Duration.ofMinutes(1);

    private final OpenClouds clouds;
    private final FenceBreaches breaches;
    private final Supplier<List<Fenced>> fenced;
    private final Clock clock;
    private final Runnable counter;
    private final String name = UUID.randomUUID().toString();

    /** @param fenced what is fenced as the journal has it at the moment of the call; @param counter of new breaches */
    FenceWatch(
            OpenClouds clouds, FenceBreaches breaches, Supplier<List<Fenced>> fenced, Clock clock, Runnable counter) {
        this.clouds = clouds;
        this.breaches = breaches;
        this.fenced = fenced;
        this.clock = clock;
        this.counter = counter;
    }

    /** One look. A cloud that cannot be asked is left for the next one. */
    void look() {
        Map<String, List<Fenced>> byCloud = fenced.get().stream().collect(Collectors.groupingBy(Fenced::cloud));
        List<Breach> known = breaches.all();
        byCloud.forEach((cloud, machines) -> {
            try {
                look(clouds.open(cloud), machines, known);
            } catch (CloudException | StretchException e) {
                LOG.debug("event=fence-not-seen cloud={} reason=\"{}\"", cloud, e.getMessage());
            }
        });
        known.forEach(breach -> forget(breach, byCloud.getOrDefault(breach.cloud(), List.of())));
    }

    private void look(Cloud cloud, List<Fenced> machines, List<Breach> known) {
        Set<ObjectId> running =
                cloud.inventory().running(machines.stream().map(Fenced::vm).collect(Collectors.toSet()));
        for (Fenced machine : machines) {
            boolean open = known.stream()
                    .anyMatch(b -> about(b, machine) && b.mendedAt().isEmpty());
            if (running.contains(machine.vm()) || open) {
                mend(cloud, machine, running.contains(machine.vm()));
            }
        }
    }

    private static boolean about(Breach breach, Fenced machine) {
        return breach.cloud().equals(machine.cloud()) && breach.vm().equals(machine.vm());
    }

    private void mend(Cloud cloud, Fenced machine, boolean runs) {
        Optional<Breach> claimed = claim(machine);
        if (claimed.isEmpty()) {
            return;
        }
        Optional<Breach> after = claimed;
        try {
            if (!fenced.get().contains(machine)) {
                after = Optional.empty();
                return;
            }
            after = Optional.of(told(claimed.get()));
            if (closed(cloud, machine, runs)) {
                after = after.map(b -> b.mended(clock.instant()));
                LOG.info(
                        "event=fence-mended cloud={} vm={} stretch={}",
                        machine.cloud(),
                        machine.name(),
                        machine.stretch());
            }
        } finally {
            Optional<Breach> result = after.map(b -> b.claimedBy(Optional.empty()));
            breaches.update(
                    machine.cloud(), machine.vm(), b -> b.filter(this::ours).isPresent() ? result : b);
        }
    }

    private Breach told(Breach breach) {
        if (!breach.announced()) {
            counter.run();
            LOG.warn(
                    "event=alarm code={} cloud={} vm={} stretch={} message=\"{}\"",
                    Alarm.FENCE_BROKEN,
                    breach.cloud(),
                    breach.name(),
                    breach.stretch(),
                    sentence(breach));
        }
        return breach.told();
    }

    /** Whether it is off and unplugged; begins what is missing, and does not wait for it. */
    private static boolean closed(Cloud cloud, Fenced machine, boolean runs) {
        boolean marking = marking(cloud, machine);
        if (runs) {
            cloud.vApps().powerOff(machine.vm());
        }
        if (marking) {
            return false;
        }
        try {
            boolean unplugged = cloud.vApps()
                    .setNics(machine.vm(), machine.unplugged())
                    .id()
                    .isEmpty();
            return unplugged && !runs;
        } catch (CloudException e) {
            // switching it off holds it; or it is where there is no network to be plugged into
            if (e.retryable() || runs) {
                return false;
            }
            LOG.debug("event=fence-not-unplugged vm={} reason=\"{}\"", machine.vm(), e.getMessage());
            return true;
        }
    }

    /**
     * True while the mark is being put back: who started the machine may have taken it away. Before it is switched off,
     * since something that starts it again and again would always be quicker than we are.
     */
    private static boolean marking(Cloud cloud, Fenced machine) {
        try {
            return Fence.marked(cloud, machine.vm(), Fence.why(machine.stretch()))
                    .id()
                    .isPresent();
        } catch (CloudException e) {
            // it has to be off in any case
            LOG.debug("event=fence-not-marked vm={} reason=\"{}\"", machine.vm(), e.getMessage());
            return e.retryable();
        }
    }

    /** The record of the breach with our name in it, unless another node acts on it just now. */
    private Optional<Breach> claim(Fenced machine) {
        Instant now = clock.instant();
        var claim = new Claim(name, now.plus(CLAIM));
        return breaches.update(machine.cloud(), machine.vm(), before -> {
                    if (before.filter(b -> b.claimed(now) && !ours(b)).isPresent()) {
                        return before;
                    }
                    return Optional.of(before.filter(b -> b.mendedAt().isEmpty())
                            .orElseGet(() ->
                                    Breach.of(machine.cloud(), machine.vm(), machine.name(), machine.stretch(), now))
                            .claimedBy(Optional.of(claim)));
                })
                .filter(this::ours);
    }

    private boolean ours(Breach breach) {
        return breach.claim().filter(c -> c.watch().equals(name)).isPresent();
    }

    /** When it is mended and was seen long enough, or the machine is not fenced any more. */
    private void forget(Breach breach, List<Fenced> now) {
        boolean over = now.stream().noneMatch(f -> about(breach, f));
        boolean seen = breach.mendedAt()
                .filter(at -> !clock.instant().isBefore(at.plus(SHOWN)))
                .isPresent();
        if ((over || seen) && !breach.claimed(clock.instant())) {
            breaches.update(breach.cloud(), breach.vm(), b -> b.equals(Optional.of(breach)) ? Optional.empty() : b);
        }
    }

    /** The alarms of a stretch, also of one that is not recorded yet. */
    List<Alarm> alarms(String stretch) {
        return breaches.all().stream()
                .filter(b -> b.stretch().equals(stretch) && b.announced())
                .map(b -> new Alarm(Alarm.FENCE_BROKEN, b.since(), sentence(b)))
                .toList();
    }

    private static String sentence(Breach breach) {
        return "Somebody started " + breach.name() + " in " + breach.cloud()
                + ", where it is fenced because its other copy lives, or may live, in the other cloud: "
                + (breach.mendedAt().isPresent()
                        ? "it was switched off again."
                        : "it is being switched off. Find out who starts it.");
    }
}
