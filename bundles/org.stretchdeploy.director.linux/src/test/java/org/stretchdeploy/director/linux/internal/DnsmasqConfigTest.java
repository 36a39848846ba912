package org.stretchdeploy.director.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.RouterSpec.Dhcp;

class DnsmasqConfigTest {
    private static final Path LEASES = Path.of("/state/leases");

    @Test
    void everyServiceHasItsOwnOptions() {
        assertThat(DnsmasqConfig.compile(List.of(Routed.dhcp()), LEASES).lines())
                .contains(
                        "port=0",
                        "interface=int",
                        "dhcp-range=set:int,10.9.0.100,10.9.0.150,255.255.255.0,600s",
                        "dhcp-option=tag:int,3,10.9.0.1",
                        "dhcp-option=tag:int,6,192.0.2.53",
                        "dhcp-option=tag:int,15,example.org",
                        "dhcp-host=02:00:00:00:00:33,10.9.0.33,600s");
    }

    @Test
    void withoutRouterOrServersTheClientGetsNone() {
        Dhcp bare = new Dhcp(
                "int",
                "10.9.0.2",
                "10.9.0.9",
                "255.255.255.0",
                Optional.empty(),
                List.of(),
                Optional.empty(),
                0,
                Map.of());
        assertThat(DnsmasqConfig.compile(List.of(bare), LEASES).lines())
                .contains(
                        "dhcp-option=tag:int,3",
                        "dhcp-option=tag:int,6",
                        "dhcp-range=set:int,10.9.0.2,10.9.0.9,255.255.255.0,120s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil\nconf-file=/etc/shadow", "a b", "x;y"})
    void aDomainCannotCarryOtherOptions(String domain) {
        Dhcp service = new Dhcp(
                "int",
                "10.9.0.2",
                "10.9.0.9",
                "255.255.255.0",
                Optional.empty(),
                List.of(),
                Optional.of(domain),
                600,
                Map.of());
        assertThatThrownBy(() -> DnsmasqConfig.compile(List.of(service), LEASES))
                .isInstanceOf(HostException.class);
    }

    @Test
    void anEmptyRangeIsRefused() {
        Dhcp service = new Dhcp(
                "int",
                "10.9.0.9",
                "10.9.0.2",
                "255.255.255.0",
                Optional.empty(),
                List.of(),
                Optional.empty(),
                600,
                Map.of());
        assertThatThrownBy(() -> DnsmasqConfig.compile(List.of(service), LEASES))
                .isInstanceOf(HostException.class);
    }
}
