package org.stretchdeploy.tunnel.internal.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.stretchdeploy.tunnel.internal.frame.Arp;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;
import org.stretchdeploy.tunnel.internal.wire.Answer;

/**
 * ARP probes on one segment. Nobody learns anything from them: their sender address is 0.0.0.0. Of many addresses, as a
 * vApp of a hundred machines has them, some are asked at a time. Locks only the probe that an answer belongs to.
 */
final class SegmentProber {
    private static final int ATTEMPTS = 3;
    private static final int ATTEMPT_MILLIS = 120;
    private static final int WAIT_MILLIS = 500;
    private static final int AT_ONCE = 64;
    private static final int MOST_WAITING = 2048;

    private final List<Running> running = new CopyOnWriteArrayList<>();
    private final StretchedNetwork network;
    private final Turns turns;

    SegmentProber(StretchedNetwork network) {
        this.network = network;
        this.turns = new Turns(AT_ONCE, MOST_WAITING, task -> network.later(task, 0));
    }

    private static final class Running {
        final int address;
        final long startNanos = System.nanoTime();
        final Map<Long, Long> microsByMac = new LinkedHashMap<>();

        Running(int address) {
            this.address = address;
        }

        synchronized void answered(long mac) {
            if (microsByMac.size() < 16) {
                microsByMac.putIfAbsent(mac, (System.nanoTime() - startNanos) / 1000);
            }
        }

        synchronized List<Answer.Machine> answers() {
            List<Answer.Machine> machines = new ArrayList<>();
            microsByMac.forEach((mac, micros) -> machines.add(new Answer.Machine(MacAddress.format(mac), micros)));
            return machines;
        }
    }

    /**
     * Asks who has an address; completes with everybody who answered, half a second after its turn came. Fails when too
     * many wait: that nobody has the address must not be concluded then.
     */
    CompletableFuture<List<Answer.Machine>> probe(int address) {
        return turns.take(() -> begin(address));
    }

    private CompletableFuture<List<Answer.Machine>> begin(int address) {
        CompletableFuture<List<Answer.Machine>> result = new CompletableFuture<>();
        Running probe = new Running(address);
        running.add(probe);
        for (int i = 0; i < ATTEMPTS; i++) {
            network.later(
                    () -> network.toSegment(frame -> Arp.putProbe(frame, network.mac(), address)), i * ATTEMPT_MILLIS);
        }
        network.later(
                () -> {
                    running.remove(probe);
                    result.complete(probe.answers());
                },
                WAIT_MILLIS);
        return result;
    }

    /** An ARP packet came to the agent. */
    void arrived(ByteBuffer buffer, int arpAt) {
        if (Arp.operation(buffer, arpAt) != Arp.REPLY) {
            return;
        }
        int sender = Arp.senderAddress(buffer, arpAt);
        long mac = Arp.senderMac(buffer, arpAt);
        for (Running probe : running) {
            if (probe.address == sender) {
                probe.answered(mac);
            }
        }
    }
}
