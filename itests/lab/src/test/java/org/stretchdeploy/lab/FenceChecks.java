package org.stretchdeploy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.stretchdeploy.api.Alarm;
import org.stretchdeploy.api.ContinuityReport;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Vm;

/** A stretched machine whose other copy somebody tries to start, by the director and past it. */
final class FenceChecks {
    private static final Shop.Guest WEB = Shop.GUESTS.get(0);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration BOOT = Duration.ofMinutes(3);
    private static final String FENCED = "192.168.77.250";
    private static final String STRANGER = "192.168.77.251";

    private final Lab lab;
    private final Demo demo;
    private final Intruder home;

    FenceChecks(Lab lab, Demo demo) {
        this.lab = lab;
        this.demo = demo;
        this.home = new Intruder(lab, CloudSite.PRIVATE, WEB);
    }

    /** The deploy, while somebody tries all the time to start the copy that waits in the target. */
    ContinuityReport deploys() throws IOException {
        home.remember();
        Intruder there = new Intruder(lab, CloudSite.PUBLIC, WEB);
        Set<String> answers = new ConcurrentSkipListSet<>();
        AtomicBoolean over = new AtomicBoolean();
        Thread impatient = new Thread(() -> {
            try (Cloud cloud = lab.open(CloudSite.PUBLIC)) {
                while (!over.get()) {
                    there.asksToStart(cloud).ifPresent(answers::add);
                    // a deploy on a busy machine has other things to do than to answer us
                    Wait.pause();
                    Wait.pause();
                    Wait.pause();
                }
            }
        });
        impatient.start();
        try (Witness witness = new Witness(lab)) {
            ContinuityReport report = demo.deploy();
            assertThat(witness.violations()).isEmpty();
            assertThat(answers).anyMatch(a -> a.contains("\"power on\"") && a.contains("it is fenced"));
            return report;
        } finally {
            over.set(true);
            await(impatient);
        }
    }

    private static void await(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    void holdsWhileItIsStretched() throws IOException {
        assertThat(asksAtHome().orElse("it obeyed"))
                .contains("\"power on\"", "\"web\"", "it is fenced", "runs in another cloud");
        whoTakesTheMarkAwayIsUndone();
        try (home;
                Intruder.Listener segments = new Intruder.Listener(lab)) {
            aWholeMachinePastTheDirector();
            singleFrames(segments);
        }
        Wait.until(
                SOON, "the alarm to go", () -> alarms().stream().noneMatch(a -> a.contains("is being switched off")));
        demo.awaitFlows();
    }

    /** An admin of the cloud takes the mark away and starts the machine: it is switched off and marked again. */
    private void whoTakesTheMarkAwayIsUndone() {
        try (Cloud cloud = lab.open(CloudSite.PRIVATE)) {
            Vm web = home.machine(cloud).orElseThrow();
            cloud.vApps().unfence(web.id());
            Wait.until(SOON, "the machine without a mark to start", () -> asksAtHome()
                    .isEmpty());
            Wait.until(SOON, "the alarm", () -> !alarms().isEmpty());
            assertThat(alarms()).singleElement().asString().contains("web", "private", "fenced");
            Wait.until(
                    SOON,
                    "it to be off and marked",
                    () -> home.machine(cloud).map(Vm::state).equals(Optional.of(PowerState.OFF))
                            && asksAtHome().orElse("").contains("it is fenced"));
        }
    }

    /** Its guest boots and asks for its neighbours, and not one frame of it gets past the port. */
    private void aWholeMachinePastTheDirector() throws IOException {
        home.startsPastTheDirector();
        // a guest boots, under emulation, on a machine that may be busy
        Wait.until(BOOT, "the second copy to send", () -> home.keptOut() > 0);
        Wait.until(SOON, "the alarm about what is heard", () -> alarms().stream()
                .anyMatch(a -> a.contains("is being switched off")));
        long sent = home.sent();
        assertThat(sent).isPositive();
        assertThat(home.keptOut()).isGreaterThanOrEqualTo(sent);
        home.stops();
    }

    /** With a witness that is seen to work: a stranger's frames are delivered on both sides of the tunnel. */
    private void singleFrames(Intruder.Listener segments) {
        home.plugsIn();
        Wait.until(SOON, "a stranger's question to be heard in both clouds", () -> {
            ask(WEB.mac(), FENCED);
            ask("52:54:00:77:00:fb", STRANGER);
            return CloudSite.ALL.stream().allMatch(site -> segments.delivered(site, STRANGER) > 2);
        });
        assertThat(segments.delivered(CloudSite.PRIVATE, FENCED)).isZero();
        assertThat(segments.delivered(CloudSite.PUBLIC, FENCED)).isZero();
    }

    private Optional<String> asksAtHome() {
        try (Cloud cloud = lab.open(CloudSite.PRIVATE)) {
            return home.asksToStart(cloud);
        }
    }

    private void ask(String mac, String teller) {
        try {
            home.asksTheSegment(mac, teller);
        } catch (IOException e) {
            throw new LabException("a frame cannot be sent", e);
        }
    }

    private List<String> alarms() {
        var client = lab.client();
        var stretched = client.get("/stretched");
        return java.util.stream.StreamSupport.stream(
                        stretched.path(0).path("alarms").spliterator(), false)
                .filter(a -> a.path("code").asText().equals(Alarm.FENCE_BROKEN))
                .map(a -> a.path("message").asText())
                .toList();
    }
}
