package org.stretchdeploy.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Looks ten times a second whether two running machines have the same MAC address: the one thing that must never be,
 * whatever is killed or cut. Sees the emulators themselves, not what a director says about them, and the frames that they
 * send.
 */
final class Witness implements AutoCloseable {
    private static final long EVERY_MILLIS = 100;

    private final SegmentWitness segment;
    private final Thread thread;
    private final AtomicLong looks = new AtomicLong();
    private final List<String> violations = new ArrayList<>();
    private volatile boolean ended;

    Witness(Lab lab) {
        segment = new SegmentWitness(lab);
        thread = new Thread(this::watch, "witness");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        while (!ended) {
            look();
            try {
                Thread.sleep(EVERY_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void look() {
        List<String> machines = ProcessHandle.allProcesses()
                .flatMap(p -> p.info().commandLine().stream())
                .filter(line -> line.contains("qemu-system"))
                .toList();
        segment.guests(machines);
        for (Shop.Guest guest : Shop.GUESTS) {
            long copies = machines.stream()
                    .filter(m -> m.contains("mac=" + guest.mac()))
                    .count();
            if (copies > 1) {
                synchronized (violations) {
                    violations.add(copies + " running copies of " + guest.name() + " (" + guest.mac() + ")");
                }
            }
        }
        looks.incrementAndGet();
    }

    /** How often it has looked; a witness that never looked proves nothing. */
    long looks() {
        return looks.get();
    }

    /** Of both kinds; to be asked once, at the end. */
    List<String> violations() {
        List<String> all = new ArrayList<>(segment.violations());
        synchronized (violations) {
            all.addAll(violations);
        }
        return all;
    }

    /** What the machines sent, in a few words. */
    String counted() {
        return segment.counted();
    }

    @Override
    public void close() {
        ended = true;
        segment.close();
    }
}
