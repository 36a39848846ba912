package org.stretchdeploy.director.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.stretchdeploy.director.linux.internal.Routed.OPEN;
import static org.stretchdeploy.director.linux.internal.Routed.nat;
import static org.stretchdeploy.director.linux.internal.Routed.oneToOne;
import static org.stretchdeploy.director.linux.internal.Routed.router;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.director.host.VmSpec;

/** Real guests: the lab's guest lab.image under QEMU, asked over the network what it is. */
class GuestNetworkLabIT {

    @TempDir
    Path folder;

    private GuestLab lab;

    @BeforeEach
    void open() {
        lab = new GuestLab(folder);
        lab.host().applyNetwork(Routed.outside(lab.outside));
        lab.host().applyNetwork(Routed.inside());
        lab.host().applyRouter(router(nat(true, oneToOne("203.0.113.10", "10.9.0.10")), OPEN));
    }

    @AfterEach
    void close() {
        lab.close();
        assertThat(lab.namespaces.list()).noneMatch(name -> name.startsWith(lab.names.prefix()));
    }

    @Test
    void aFencedGuestSendsNothing() throws IOException {
        lab.host().importDisk("d", lab.image);
        lab.host().startVm(lab.guest("web", "d", "10.9.0.10/24", "02:00:00:00:00:0a", false));
        String fabric = lab.names.fabric();
        String tap = lab.names.nicPort("web", 0);
        Path serial = folder.resolve("state/vms/web/serial.log");
        await().atMost(GuestLab.BOOT).until(() -> Files.readString(serial).contains("lab-guest: ready"));
        assertThat(lab.sent("web")).isZero();
        assertThat(lab.get(lab.edge(), "10.9.0.10", "cgi-bin/state")).isEmpty();

        lab.host().updateNics(lab.guest("web", "d", "10.9.0.10/24", "02:00:00:00:00:0a", true));
        lab.awaitState(lab.edge(), "10.9.0.10", "web", 1);
        lab.host().updateNics(lab.guest("web", "d", "10.9.0.10/24", "02:00:00:00:00:0a", false));
        long fenced = lab.sent("web");
        assertThat(lab.get(lab.edge(), "10.9.0.10", "cgi-bin/state")).isEmpty();
        assertThat(lab.sent("web")).isEqualTo(fenced);

        VmSpec unplugged = new VmSpec(
                "web",
                "web",
                1,
                96,
                "",
                List.of(),
                List.of(new VmSpec.Nic(
                        0, "02:00:00:00:00:0a", Optional.empty(), true, "VMXNET3", Optional.empty(), Optional.empty())),
                Optional.empty(),
                Map.of(),
                "");
        lab.host().updateNics(unplugged);
        assertThat(lab.namespaces.link(fabric, tap).orElseThrow().master()).isEmpty();
    }

    @Test
    void aSilentGuestSaysNothingByItself() {
        lab.host().importDisk("d", lab.image);
        lab.host()
                .startVm(lab.guest(
                        "quiet",
                        "d",
                        "02:00:00:00:00:0a",
                        true,
                        Map.of(
                                "guest.hostname",
                                "quiet",
                                "guest.silent",
                                "1",
                                "guest.peers",
                                "10.9.0.33",
                                "guest.address",
                                "",
                                "vCloud_bootproto",
                                "static",
                                "vCloud_ip_0",
                                "10.9.0.10",
                                "vCloud_netmask_0",
                                "255.255.255.0",
                                "vCloud_gateway_0",
                                "10.9.0.1")));
        Path serial = folder.resolve("state/vms/quiet/serial.log");
        await().atMost(GuestLab.BOOT).until(() -> Files.readString(serial).contains("lab-guest: ready"));
        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(4)).until(() -> lab.sent("quiet") == 0);
        assertThat(lab.awaitState(lab.outside, "203.0.113.10", "quiet", 1)
                        .path("mac")
                        .asText())
                .isEqualTo("02:00:00:00:00:0a");
        assertThat(lab.sent("quiet")).isPositive();
    }

    @Test
    void aGuestTakesItsLeaseAndVisitsItsPeers() {
        lab.host().applyRouter(router(nat(true, oneToOne("203.0.113.10", "10.9.0.10")), OPEN, Routed.dhcp()));
        lab.host().importDisk("d", lab.image);
        lab.serve("web", "10.9.0.10/24", "02:00:00:00:00:0a");
        lab.host()
                .startVm(lab.guest(
                        "leased",
                        "d",
                        "02:00:00:00:00:33",
                        true,
                        Map.of(
                                "guest.hostname",
                                "leased",
                                "guest.address",
                                "dhcp",
                                "guest.peers",
                                "10.9.0.10,10.9.0.1")));
        JsonNode state = lab.awaitState(lab.edge(), "10.9.0.33", "leased", 1);
        assertThat(state.path("ip").asText()).isEqualTo("10.9.0.33");
        await().atMost(GuestLab.BOOT)
                .until(() -> lab.get(lab.edge(), "10.9.0.33", "cgi-bin/peers").contains("\"10.9.0.1\":{\"ok\":0"));
    }
}
