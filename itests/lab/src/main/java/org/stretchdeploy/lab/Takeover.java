package org.stretchdeploy.lab;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.stretchdeploy.api.Alarm;
import org.stretchdeploy.api.Tunnel;
import org.stretchdeploy.cli.StretchClient;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.Vm;

/**
 * The machine of the edge appliance that forwards is lost while a guest is talked to through the tunnel: its programs are
 * killed with signal 9, its namespace or emulator goes, and nothing starts it again. The other appliance of that end has
 * to go on.
 */
final class Takeover {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration OUTDATED = Duration.ofSeconds(21);

    private final Lab lab;
    private final PrintStream out;

    Takeover(Lab lab, PrintStream out) {
        this.lab = lab;
        this.out = out;
    }

    /**
     * What a connection noticed.
     *
     * @param agent     the agent whose machine was lost
     * @param gapMillis the longest pause of a TCP connection through the tunnel
     * @param usualMillis the same before, which says how busy this machine is
     */
    record Lost(CloudSite site, String agent, long gapMillis, long usualMillis) {}

    /** Takes the machine away and waits until the other agent forwards and the controller has said that nobody would be next. */
    Lost strike(CloudSite site, Shop.Guest guest) {
        Tunnel.End active = await(site, "two appliances at the " + side(site) + " end", true);
        try (Echo echo = new Echo(lab, guest);
                Cloud cloud = lab.open(site)) {
            long usual = echo.gapMillis(0);
            int before = echo.count();
            Vm machine = machine(cloud, active.agent());
            CloudWork.finish(cloud, site, () -> cloud.vApps().powerOff(machine.id()));
            echo.awaitFlow();
            Tunnel.End heir = await(site, "the other appliance to forward", false, active.agent());
            echo.awaitFlow();
            long gap = echo.gapMillis(before);
            out.printf(
                    "  %s end: %s is switched off, %s goes on. Longest pause of a TCP connection to %s: %d ms (before: %d ms)%n",
                    side(site), machine.name(), heir.agent(), guest.name(), gap, usual);
            Wait.until(SOON, "the alarm that nobody would take over", this::alarmed);
            return new Lost(site, active.agent(), gap, usual);
        }
    }

    /** Waits until the lost agent's last words are so old that the controller counts on them no more. */
    void outdated(Lost lost) {
        Wait.until(SOON, "the lost agent's last words to be old", () -> ends().stream()
                .filter(end -> end.agent().equals(lost.agent()))
                .anyMatch(end ->
                        end.age().filter(age -> age.compareTo(OUTDATED) > 0).isPresent()));
    }

    /** Switches the lost machine on again and waits until it would take over; how long a connection paused meanwhile. */
    long repair(Lost lost, Shop.Guest guest) {
        try (Echo echo = new Echo(lab, guest);
                Cloud cloud = lab.open(lost.site())) {
            int before = echo.count();
            Vm machine = machine(cloud, lost.agent());
            CloudWork.finish(cloud, lost.site(), () -> cloud.vApps().powerOn(machine.id()));
            Tunnel.End active = await(lost.site(), "the appliance that is back to be ready", true, lost.agent());
            Wait.until(SOON, "the alarm to go", () -> !alarmed());
            echo.awaitFlow();
            long gap = echo.gapMillis(before);
            out.printf(
                    "  %s end: %s is switched on again and would take over from %s. Longest pause: %d ms%n",
                    side(lost.site()), machine.name(), active.agent(), gap);
            return gap;
        }
    }

    private static String side(CloudSite site) {
        return site == CloudSite.PRIVATE ? "source" : "target";
    }

    /** The agent of a side that forwards, when it is none of these and, if that is asked for, its partner is ready. */
    private Tunnel.End await(CloudSite site, String what, boolean ready, String... but) {
        Tunnel.End[] found = new Tunnel.End[1];
        Wait.until(SOON, what, () -> {
            Optional<Tunnel.End> active = ends().stream()
                    .filter(end ->
                            end.side().equals(side(site)) && !List.of(but).contains(end.agent()))
                    .filter(end -> end.pair()
                            .filter(pair -> pair.role().equals(Tunnel.Pair.ACTIVE) && (pair.standbyReady() || !ready))
                            .isPresent())
                    .findFirst();
            active.ifPresent(end -> found[0] = end);
            return active.isPresent();
        });
        return found[0];
    }

    private List<Tunnel.End> ends() {
        StretchClient client = lab.client();
        return StreamSupport.stream(client.get("/tunnels").spliterator(), false)
                .map(tunnel -> client.read(tunnel, Tunnel.class))
                .flatMap(tunnel -> tunnel.ends().stream())
                .toList();
    }

    private boolean alarmed() {
        return StreamSupport.stream(lab.client().get("/stretched").spliterator(), false)
                .flatMap(stretched ->
                        StreamSupport.stream(stretched.path("alarms").spliterator(), false))
                .anyMatch(alarm -> alarm.path("code").asText().equals(Alarm.NO_STANDBY));
    }

    private static Vm machine(Cloud cloud, String agent) {
        String operation = agent.replaceAll("-(source|target)(-standby)?$", "");
        String name = "stretch-edge-" + operation + (agent.endsWith("-standby") ? "-standby" : "");
        return cloud.inventory().vApps().stream()
                .flatMap(entry -> cloud.inventory().vApp(entry.id()).vm(name).stream())
                .findFirst()
                .orElseThrow(() -> new LabException("there is no machine " + name));
    }
}
