package org.stretchdeploy.director.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.stretchdeploy.director.linux.internal.Routed.NO_NAT;
import static org.stretchdeploy.director.linux.internal.Routed.OPEN;
import static org.stretchdeploy.director.linux.internal.Routed.dnat;
import static org.stretchdeploy.director.linux.internal.Routed.firewall;
import static org.stretchdeploy.director.linux.internal.Routed.nat;
import static org.stretchdeploy.director.linux.internal.Routed.oneToOne;
import static org.stretchdeploy.director.linux.internal.Routed.router;
import static org.stretchdeploy.director.linux.internal.Routed.rule;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.director.host.Host.StopMode;
import org.stretchdeploy.director.host.Host.VmState;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.host.RouterSpec.FirewallEntry;

/** Routers, DHCP and appliances with real packets: outside 203.0.113.0/24, edge, inside 10.9.0.0/24. */
class RouterLabIT {
    @TempDir
    Path folder;

    private Lab lab;

    @BeforeEach
    void open() {
        lab = new Lab(folder);
        lab.host().applyNetwork(Routed.outside(lab.outside));
        lab.host().applyNetwork(Routed.inside());
    }

    @AfterEach
    void close() {
        lab.close();
        assertThat(lab.namespaces.list()).noneMatch(name -> name.startsWith(lab.names.prefix()));
    }

    @Test
    void oneToOneNatTranslatesBothWays() {
        lab.host().applyRouter(router(nat(true, oneToOne("203.0.113.10", "10.9.0.10")), OPEN));
        String web = lab.serve("web", "10.9.0.10/24", "02:00:00:00:00:10");
        String app = lab.serve("app", "10.9.0.11/24", "02:00:00:00:00:11");
        outsideServer();

        awaitAnswer(lab.outside, "203.0.113.10", "web 203.0.113.1");
        awaitAnswer(web, "203.0.113.1", "outside 203.0.113.10");
        awaitAnswer(app, "203.0.113.1", "outside 203.0.113.2");
        awaitAnswer(app, "203.0.113.10", "web 10.9.0.1");
    }

    @Test
    void destinationNatMapsPorts() {
        lab.host()
                .applyRouter(router(
                        nat(
                                true,
                                dnat("TCP", "203.0.113.7", "8080", "10.9.0.10", "80"),
                                dnat("TCP", "203.0.113.2", "90-91", "10.9.0.10", "79-80")),
                        OPEN));
        lab.serve("web", "10.9.0.10/24", "02:00:00:00:00:10");
        await().atMost(Duration.ofSeconds(5))
                .until(() -> lab.ask(lab.outside, "203.0.113.7", 8080).equals("web 203.0.113.1"));
        assertThat(lab.ask(lab.outside, "203.0.113.2", 91)).isEqualTo("web 203.0.113.1");
        assertThat(lab.ask(lab.outside, "203.0.113.2", 90)).isEmpty();
        assertThat(lab.ask(lab.outside, "203.0.113.7", 80)).isEmpty();
    }

    @Test
    void aRuleDropsAndAChangeSparesOpenConnections() throws IOException {
        RouterSpec.Nat nat = nat(true, oneToOne("203.0.113.10", "10.9.0.10"));
        RouterSpec open = router(nat, firewall(false, rule(true, "TCP", "external", "10.9.0.10", "80")));
        RouterSpec shut = router(nat, firewall(false, rule(false, "TCP", "external", "10.9.0.10", "80")));
        lab.host().applyRouter(open);
        String web = lab.serve("web", "10.9.0.10/24", "02:00:00:00:00:10");
        awaitAnswer(lab.outside, "203.0.113.10", "web 203.0.113.1");
        // Default is drop: nothing else gets in, not even to a port that is open on the machine, and nothing out.
        assertThat(lab.in(lab.outside, "ping", "-c1", "-W1", "203.0.113.10").ok())
                .isFalse();
        assertThat(lab.in(web, "ping", "-c1", "-W1", "203.0.113.1").ok()).isFalse();

        Process talk =
                new ProcessBuilder(lab.namespaces.inside(lab.outside, "socat", "-", "TCP:203.0.113.10:80")).start();
        try (BufferedReader answers = talk.inputReader()) {
            assertThat(answers.readLine()).isEqualTo("web 203.0.113.1");
            for (RouterSpec change : List.of(open, shut, shut, open, shut)) {
                lab.host().applyRouter(change);
                talk.outputWriter().write("still there\n");
                talk.outputWriter().flush();
                assertThat(answers.readLine()).isEqualTo("still there");
            }
            assertThat(lab.ask(lab.outside, "203.0.113.10", 80)).isEmpty();
        } finally {
            talk.destroyForcibly();
        }
    }

    @Test
    void aRuleCanNameTheAddressBeforeTranslation() {
        FirewallEntry before =
                new FirewallEntry("f1", true, Set.of("TCP"), "Any", "Any", "203.0.113.10", "8080", false, false);
        lab.host()
                .applyRouter(router(
                        nat(
                                true,
                                dnat("TCP", "203.0.113.10", "8080", "10.9.0.10", "80"),
                                dnat("TCP", "203.0.113.10", "8081", "10.9.0.10", "80")),
                        firewall(false, before)));
        lab.serve("web", "10.9.0.10/24", "02:00:00:00:00:10");
        await().atMost(Duration.ofSeconds(5))
                .until(() -> lab.ask(lab.outside, "203.0.113.10", 8080).equals("web 203.0.113.1"));
        assertThat(lab.ask(lab.outside, "203.0.113.10", 8081)).isEmpty();
    }

    @Test
    void applyingTheSameRouterAgainChangesNothing() {
        RouterSpec router = router(nat(true, oneToOne("203.0.113.10", "10.9.0.10")), firewall(true), Routed.dhcp());
        String namespace = lab.names.router(router.id());
        lab.host().applyRouter(router);
        // Counters of rules and the ids of links and processes would tell of a replacement.
        String before = picture(namespace);
        lab.host().applyRouter(router);
        assertThat(picture(namespace)).isEqualTo(before);
        lab.reopen().applyRouter(router);
        assertThat(picture(namespace)).isEqualTo(before);
    }

    private String picture(String namespace) {
        return lab.in(namespace, "nft", "-a", "list", "ruleset").output()
                + lab.in(namespace, "ip", "-4", "addr").output()
                + lab.in(namespace, "ip", "route").output()
                + lab.namespaces.processes(namespace)
                + lab.in(lab.names.fabric(), "ip", "link").output().replaceAll(" state [A-Z]+ ", " ");
    }

    @Test
    void everythingOfARouterCanChange() {
        lab.host().applyRouter(router(nat(true, oneToOne("203.0.113.10", "10.9.0.10")), OPEN, Routed.dhcp()));
        RouterSpec other = new RouterSpec(
                "urn:vcloud:gateway:1",
                "edge",
                List.of(
                        new RouterSpec.Interface(
                                "ext",
                                Routed.OUTSIDE,
                                "02:00:00:00:01:09",
                                List.of("203.0.113.9/24", "203.0.113.8/24"),
                                RouterSpec.Side.EXTERNAL),
                        new RouterSpec.Interface(
                                "lan",
                                Routed.INSIDE,
                                "02:00:00:00:01:02",
                                List.of("10.9.0.254/24"),
                                RouterSpec.Side.INTERNAL)),
                Optional.empty(),
                List.of(new RouterSpec.StaticRoute("192.0.2.0/24", "10.9.0.5")),
                NO_NAT,
                OPEN,
                List.of());
        lab.host().applyRouter(other);
        String namespace = lab.names.router(other.id());
        assertThat(lab.namespaces.addresses(namespace, "ext")).containsExactly("203.0.113.9/24", "203.0.113.8/24");
        assertThat(lab.namespaces.link(namespace, "ext").orElseThrow().mac()).isEqualTo("02:00:00:00:01:09");
        assertThat(lab.namespaces.link(namespace, "int")).isEmpty();
        assertThat(lab.in(namespace, "ip", "route").output())
                .contains("192.0.2.0/24 via 10.9.0.5")
                .doesNotContain("default");
        assertThat(lab.namespaces.processes(namespace)).isEmpty();
        assertThat(lab.host().inventory().routers()).containsExactly(other.id());
        lab.host().deleteRouter(other.id());
        lab.host().deleteRouter(other.id());
        assertThat(lab.host().inventory().routers()).isEmpty();
        assertThat(lab.namespaces.exists(namespace)).isFalse();
    }

    @Test
    void aRouterOnAMissingNetworkIsRefusedBeforeAnythingChanges() {
        lab.host().deleteNetwork(Routed.INSIDE);
        RouterSpec router = router(NO_NAT, OPEN);
        assertThatThrownBy(() -> lab.host().applyRouter(router))
                .isInstanceOf(HostException.class)
                .hasMessageContaining(Routed.INSIDE);
        assertThat(lab.namespaces.exists(lab.names.router(router.id()))).isFalse();
        assertThat(lab.host().inventory().networks()).containsExactly(Routed.OUTSIDE);
    }

    @Test
    void dhcpGivesABoundAddressAndOneFromTheRange() throws IOException {
        lab.host().applyRouter(router(NO_NAT, OPEN, Routed.dhcp()));
        lab.host()
                .startVm(
                        lab.appliance("idle", "a", Lab.nic("02:00:00:00:00:33", Optional.of(Routed.INSIDE), true, "")));
        lab.host()
                .startVm(
                        lab.appliance("idle", "b", Lab.nic("02:00:00:00:00:34", Optional.of(Routed.INSIDE), true, "")));
        Path script = folder.resolve("lease");
        Files.writeString(script, "#!/bin/sh\n[ \"$1\" = bound ] && echo $ip $mask $router $dns $domain >&2\ntrue\n");
        script.toFile().setExecutable(true);
        assertThat(lease("a", script)).contains("10.9.0.33 24 10.9.0.1 192.0.2.53 example.org");
        assertThat(lease("b", script)).containsPattern("10\\.9\\.0\\.1[0-4]\\d 24 10.9.0.1");
    }

    private String lease(String vm, Path script) {
        Commands.Result result = lab.in(
                lab.names.appliance(vm),
                "busybox",
                "udhcpc",
                "-f",
                "-n",
                "-q",
                "-t",
                "8",
                "-T",
                "1",
                "-i",
                "eth0",
                "-s",
                script.toString());
        return result.output() + result.errors();
    }

    @Test
    void anApplianceIsStartedAgainAdoptedAndStopped() {
        lab.host().applyRouter(router(NO_NAT, OPEN));
        String web = lab.serve("web", "10.9.0.10/24", "02:00:00:00:00:10");
        awaitAnswer(lab.names.router("urn:vcloud:gateway:1"), "10.9.0.10", "web 10.9.0.1");
        long first = lab.namespaces.processes(web).get(0);
        ProcessMark.of(first).orElseThrow().kill();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> !lab.namespaces.processes(web).isEmpty()
                        && !lab.namespaces.processes(web).contains(first));
        List<Long> second = lab.namespaces.processes(web);

        lab.reopen();
        assertThat(lab.host().vmState("web")).isEqualTo(VmState.RUNNING);
        assertThat(lab.namespaces.processes(web)).isEqualTo(second);
        assertThat(lab.host().inventory().vms()).containsExactly("web");
        lab.host().stopVm("web", StopMode.SHUTDOWN);
        assertThat(lab.host().vmState("web")).isEqualTo(VmState.ABSENT);
        assertThat(lab.namespaces.exists(web)).isFalse();
        assertThat(lab.namespaces.links(lab.names.fabric()))
                .noneMatch(link -> link.name().startsWith("t"));
    }

    @Test
    void anApplianceKeepsItsFolderAsLongAsItsDisk() throws IOException {
        lab.set("appliance.note.command", "touch {state}/noted {ovfEnv}.seen");
        lab.reopen().createDisk("d1", 1 << 20);
        var disk = new org.stretchdeploy.director.host.VmSpec.Disk("d1", "PVSCSI", 0);
        lab.host()
                .startVm(new org.stretchdeploy.director.host.VmSpec(
                        "n",
                        "n",
                        1,
                        64,
                        "",
                        List.of(disk),
                        List.of(),
                        Optional.of("note"),
                        java.util.Map.of(),
                        "<E/>"));
        Path noted = folder.resolve("state/disks/d1.state/noted");
        await().atMost(Duration.ofSeconds(5)).until(() -> Files.exists(noted));
        Path environment = folder.resolve("state/vms/n/ovf-env.xml");
        assertThat(Files.getPosixFilePermissions(environment)).hasSize(2);
        lab.host().stopVm("n", StopMode.POWER_OFF);
        assertThat(noted).exists();
        lab.host().deleteDisk("d1");
        assertThat(noted.getParent()).doesNotExist();
        assertThat(lab.host().inventory().disks()).isEmpty();
    }

    @Test
    void aDisconnectedPortPassesNothing() {
        lab.host().applyRouter(router(NO_NAT, OPEN));
        String web = lab.serve("web", "10.9.0.10/24", "02:00:00:00:00:10");
        String edge = lab.names.router("urn:vcloud:gateway:1");
        awaitAnswer(edge, "10.9.0.10", "web 10.9.0.1");
        lab.host()
                .updateNics(lab.appliance(
                        "socat",
                        "web",
                        Lab.nic("02:00:00:00:00:10", Optional.of(Routed.INSIDE), false, "10.9.0.10/24")));
        assertThat(lab.in(edge, "ping", "-c1", "-W1", "10.9.0.10").ok()).isFalse();
        assertThat(lab.in(web, "ping", "-c1", "-W1", "10.9.0.1").ok()).isFalse();
        lab.host()
                .updateNics(lab.appliance(
                        "socat",
                        "web",
                        Lab.nic("02:00:00:00:00:10", Optional.of(Routed.INSIDE), true, "10.9.0.10/24")));
        awaitAnswer(edge, "10.9.0.10", "web 10.9.0.1");
    }

    private void outsideServer() {
        lab.answer("outside");
        lab.commands.detach(
                lab.namespaces.inside(
                        lab.outside,
                        "socat",
                        "TCP-LISTEN:80,fork,reuseaddr",
                        "EXEC:" + folder.resolve("answer-outside")),
                folder,
                folder.resolve("outside.log"));
    }

    private void awaitAnswer(String namespace, String address, String answer) {
        await().atMost(Duration.ofSeconds(8)).until(() -> lab.ask(namespace, address, 80), answer::equals);
    }
}
