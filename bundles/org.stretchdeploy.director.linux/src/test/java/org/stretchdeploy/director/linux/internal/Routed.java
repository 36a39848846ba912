package org.stretchdeploy.director.linux.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.director.host.NetworkSpec;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.host.RouterSpec.Dhcp;
import org.stretchdeploy.director.host.RouterSpec.Firewall;
import org.stretchdeploy.director.host.RouterSpec.FirewallEntry;
import org.stretchdeploy.director.host.RouterSpec.Interface;
import org.stretchdeploy.director.host.RouterSpec.Nat;
import org.stretchdeploy.director.host.RouterSpec.NatEntry;
import org.stretchdeploy.director.host.RouterSpec.NatKind;
import org.stretchdeploy.director.host.RouterSpec.Side;

/** Values that the tests share: one router between an outside and an inside network. */
final class Routed {
    static final String OUTSIDE = "net-outside";
    static final String INSIDE = "net-inside";
    static final Firewall OPEN = new Firewall(false, true, false, List.of());
    static final Nat NO_NAT = new Nat(false, false, List.of());

    private Routed() {}

    static NetworkSpec outside(String attachTo) {
        return new NetworkSpec(
                OUTSIDE, "outside", Optional.of(new NetworkSpec.Uplink("203.0.113.1/24", attachTo)), 1500);
    }

    static NetworkSpec inside() {
        return new NetworkSpec(INSIDE, "inside", Optional.empty(), 1500);
    }

    static RouterSpec router(Nat nat, Firewall firewall, Dhcp... dhcp) {
        return new RouterSpec(
                "urn:vcloud:gateway:1",
                "edge",
                List.of(
                        new Interface("ext", OUTSIDE, "02:00:00:00:01:01", List.of("203.0.113.2/24"), Side.EXTERNAL),
                        new Interface("int", INSIDE, "02:00:00:00:01:02", List.of("10.9.0.1/24"), Side.INTERNAL)),
                Optional.of("203.0.113.1"),
                List.of(),
                nat,
                firewall,
                List.of(dhcp));
    }

    static Nat nat(boolean masquerade, NatEntry... entries) {
        return new Nat(true, masquerade, List.of(entries));
    }

    static NatEntry dnat(String protocol, String external, String externalPort, String internal, String internalPort) {
        return new NatEntry("n1", NatKind.DNAT, protocol, external, externalPort, internal, internalPort);
    }

    static NatEntry oneToOne(String external, String internal) {
        return new NatEntry("n2", NatKind.ONE_TO_ONE, "ANY", external, "Any", internal, "Any");
    }

    static NatEntry snat(String internal, String external) {
        return new NatEntry("n3", NatKind.SNAT, "ANY", external, "Any", internal, "Any");
    }

    static Firewall firewall(boolean defaultAllow, FirewallEntry... entries) {
        return new Firewall(true, defaultAllow, false, List.of(entries));
    }

    static FirewallEntry rule(boolean allow, String protocol, String source, String destination, String port) {
        return new FirewallEntry("f", allow, Set.of(protocol), source, "Any", destination, port, true, false);
    }

    static Dhcp dhcp() {
        return new Dhcp(
                "int",
                "10.9.0.100",
                "10.9.0.150",
                "255.255.255.0",
                Optional.of("10.9.0.1"),
                List.of("192.0.2.53"),
                Optional.of("example.org"),
                600,
                Map.of("02:00:00:00:00:33", "10.9.0.33"));
    }
}
