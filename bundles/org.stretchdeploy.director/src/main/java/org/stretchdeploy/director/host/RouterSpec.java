package org.stretchdeploy.director.host;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A router with its services, in the director's order of evaluation (first matching rule wins).
 *
 * @param defaultGateway next hop on an uplink, absent when the router has no way out
 */
public record RouterSpec(
        String id,
        String name,
        List<Interface> interfaces,
        Optional<String> defaultGateway,
        List<StaticRoute> routes,
        Nat nat,
        Firewall firewall,
        List<Dhcp> dhcp) {

    /**
     * @param name      unique in the router, at most 15 characters, letters digits dash
     * @param addresses with prefix length; the first is the primary one
     */
    public record Interface(String name, String networkId, String macAddress, List<String> addresses, Side side) {}

    /** Which side of the router an interface is on; {@code external} and {@code internal} in firewall rules. */
    public enum Side {
        EXTERNAL,
        INTERNAL
    }

    public record StaticRoute(String network, String nextHop) {}

    /**
     * @param masquerade source-NAT everything else that leaves by an external interface to that interface's address
     */
    public record Nat(boolean enabled, boolean masquerade, List<NatEntry> entries) {}

    /** What a NAT entry does. */
    public enum NatKind {
        /** Inside address (or CIDR) appears as the external address when it goes out. */
        SNAT,
        /** External address and port lead to an internal address and port. */
        DNAT,
        /** One internal address is bound to one external address, both ways. */
        ONE_TO_ONE
    }

    /**
     * @param protocol      {@code TCP, UDP, TCP_UDP, ICMP} or {@code ANY}
     * @param externalPort  port, {@code n-m}, or {@code Any}
     */
    public record NatEntry(
            String id,
            NatKind kind,
            String protocol,
            String externalAddress,
            String externalPort,
            String internalAddress,
            String internalPort) {}

    public record Firewall(boolean enabled, boolean defaultAllow, boolean logDefault, List<FirewallEntry> entries) {}

    /**
     * @param protocols          {@code TCP, UDP, ICMP, ANY}
     * @param source             {@code Any}, {@code internal}, {@code external}, address, CIDR or {@code a-b}
     * @param destination        as source; after destination NAT unless {@code matchOnTranslate} says before
     * @param matchOnTranslate   true: the destination is the address after NAT
     */
    public record FirewallEntry(
            String id,
            boolean allow,
            Set<String> protocols,
            String source,
            String sourcePort,
            String destination,
            String destinationPort,
            boolean matchOnTranslate,
            boolean log) {}

    /**
     * DHCP served on one interface.
     *
     * @param bindings MAC address to address
     */
    public record Dhcp(
            String interfaceName,
            String firstAddress,
            String lastAddress,
            String netmask,
            Optional<String> router,
            List<String> dnsServers,
            Optional<String> domain,
            int leaseSeconds,
            java.util.Map<String, String> bindings) {}
}
