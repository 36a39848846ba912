package org.stretchdeploy.director.internal.cloud;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.store.Store;

/**
 * Keeps the host's switches in line with the marks of {@link Fences}, and the state with what the switches keep out: a
 * fenced machine of which frames came counts as powered on in queries, because somebody runs it past the director, until
 * it was silent for a while. One thread.
 */
public final class FencedSegments {
    private static final Logger LOG = LoggerFactory.getLogger(FencedSegments.class);
    private static final Duration SILENCE = Duration.ofSeconds(10);
    /** To ask the switches what they kept out costs a process. */
    private static final Duration EAR = Duration.ofSeconds(2);

    private final Store store;
    private final Host host;
    private final InstantSource clock;
    private final Map<String, Instant> lastHeard = new HashMap<>();
    private Set<Host.FencedNic> told;
    private Instant nextEar = Instant.EPOCH;
    private String trouble = "";

    public FencedSegments(Store store, Host host, InstantSource clock) {
        this.store = store;
        this.host = host;
        this.clock = clock;
    }

    /** To be called several times a second; never throws. */
    public void look() {
        try {
            Set<Host.FencedNic> now = store.read(FencedSegments::fenced);
            if (!now.equals(told)) {
                host.fence(now);
                told = now;
                LOG.info("event=segments-fenced nics={}", now.size());
            }
            Instant time = clock.instant();
            if (!time.isBefore(nextEar)) {
                nextEar = time.plus(EAR);
                heard(host.heard(), time);
            }
            trouble = "";
        } catch (HostException e) {
            if (!trouble.equals(e.getMessage())) {
                trouble = e.getMessage();
                LOG.warn("event=segments-not-fenced reason=\"{}\"", trouble);
            }
        } catch (RuntimeException e) {
            LOG.error("event=look-failed what=segments", e);
        }
    }

    private static Set<Host.FencedNic> fenced(CloudState s) {
        Set<Host.FencedNic> all = new HashSet<>();
        s.vms.values().stream()
                .filter(vm -> !vm.inTemplate && Fences.fenced(vm))
                .forEach(vm -> vm.nics.forEach(nic -> all.add(new Host.FencedNic(vm.id, nic.mac()))));
        return all;
    }

    private void heard(Set<String> vms, Instant now) {
        vms.forEach(vm -> lastHeard.put(vm, now));
        lastHeard.values().removeIf(at -> now.isAfter(at.plus(SILENCE)));
        boolean changed =
                store.read(s -> s.vms.values().stream().anyMatch(vm -> vm.heard != lastHeard.containsKey(vm.id)));
        if (changed) {
            store.change(s -> s.vms.values().forEach(this::mark));
        }
    }

    private void mark(Vm vm) {
        boolean heard = lastHeard.containsKey(vm.id);
        if (heard && !vm.heard) {
            LOG.warn(
                    "event=fenced-machine-heard vm={} name={} action=frames-dropped message=\"somebody runs it past the"
                            + " director\"",
                    vm.id,
                    vm.name);
        }
        vm.heard = heard;
    }
}
