package org.stretchdeploy.director.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.director.host.Host.FencedNic;
import org.stretchdeploy.director.host.Host.StopMode;

/** An administrator of the host starts a fenced machine by hand and plugs it into the bridge, past the director. */
class FabricFenceLabIT {
    private static final String MAC = "02:00:00:00:00:77";
    private static final String ADDRESS = "10.9.0.77/24";
    private static final FencedNic WEB = new FencedNic("web", MAC);

    @TempDir
    Path folder;

    private Lab lab;
    private String rogue;

    @BeforeEach
    void open() {
        lab = new Lab(folder);
        lab.host().applyNetwork(Routed.inside());
        lab.serve("peer", "10.9.0.10/24", "02:00:00:00:00:10");
        rogue = lab.names.appliance("by-hand");
        lab.namespaces.ensure(rogue, List.of());
        String fabric = lab.names.fabric();
        lab.namespaces.ip(rogue, "link add eth0 address " + MAC + " type veth peer name byhand netns " + fabric);
        lab.namespaces.ip(
                fabric, List.of("link set byhand master " + lab.names.bridge(Routed.INSIDE), "link set byhand up"));
        lab.namespaces.ip(rogue, List.of("addr add " + ADDRESS + " dev eth0", "link set eth0 up"));
        await().atMost(Duration.ofSeconds(5)).until(this::heardByThePeer);
    }

    @AfterEach
    void close() {
        lab.close();
        assertThat(lab.namespaces.list()).noneMatch(name -> name.startsWith(lab.names.prefix()));
    }

    private boolean heardByThePeer() {
        return lab.ask(rogue, "10.9.0.10", 80).equals("peer 10.9.0.77");
    }

    /** Where the bridge thinks that the machine is. */
    private String learned() {
        return lab.commands.run(List.of("bridge", "-n", lab.names.fabric(), "fdb", "show", "dev", "byhand"));
    }

    @Test
    void nothingOfItComesInWhileItIsFencedAndTheHostTellsSo() {
        lab.host().fence(Set.of(WEB));
        lab.commands.run(List.of("bridge", "-n", lab.names.fabric(), "fdb", "del", MAC, "dev", "byhand", "master"));
        assertThat(heardByThePeer()).isFalse();
        assertThat(learned()).doesNotContain(MAC + " master");
        assertThat(lab.host().heard()).containsExactly("web");
        // another machine's port may bring the frames: this is how those of the other copy come out of the tunnel
        lab.serve("peer2", "10.9.0.12/24", "02:00:00:00:00:12");
        lab.host().fence(Set.of(WEB, new FencedNic("peer2", "02:00:00:00:00:12")));
        String peer2 = lab.names.appliance("peer2");
        assertThat(lab.ask(peer2, "10.9.0.10", 80)).isEqualTo("peer 10.9.0.12");
        // a host that starts again finds the rules, and a director that does not know them takes them away
        lab.reopen();
        assertThat(heardByThePeer()).isFalse();
        lab.host().fence(Set.of(WEB));
        assertThat(heardByThePeer()).isFalse();
        assertThat(lab.host().heard()).containsExactly("web");
        lab.host().fence(Set.of());
        assertThat(heardByThePeer()).isTrue();
        assertThat(lab.commands.run(lab.namespaces.inside(lab.names.fabric(), "nft", "list", "tables", "bridge")))
                .isEmpty();
    }

    @Test
    void thePortOfAMachineThatIsStoppedIsNobodysAnyMore() {
        lab.host().fence(Set.of(WEB, new FencedNic("peer", "02:00:00:00:00:10")));
        String rules = rules();
        assertThat(rules).contains(lab.names.nicPort("peer", 0), MAC, "02:00:00:00:00:10");
        lab.host().stopVm("peer", StopMode.POWER_OFF);
        assertThat(rules()).doesNotContain(lab.names.nicPort("peer", 0));
        lab.host()
                .startVm(lab.appliance(
                        "idle", "other", Lab.nic("02:00:00:00:00:13", Optional.of(Routed.INSIDE), true, "")));
        assertThat(rules()).contains(lab.names.nicPort("other", 0));
    }

    private String rules() {
        return lab.commands.run(lab.namespaces.inside(lab.names.fabric(), "nft", "list", "table", "bridge", "fence"));
    }
}
