package org.stretchdeploy.api.edge;

import java.util.List;

/** Everything an edge does for its networks. Order of rules is meaning: the first that matches wins. */
public record EdgeServices(Firewall firewall, Nat nat, List<Dhcp> dhcp, List<StaticRoute> routes) {
    public EdgeServices {
        dhcp = List.copyOf(dhcp);
        routes = List.copyOf(routes);
    }

    /** @param defaultPolicy what happens to a packet that no rule matches */
    public record Firewall(boolean enabled, Policy defaultPolicy, boolean logDefault, List<FirewallRule> rules) {
        public Firewall {
            rules = List.copyOf(rules);
        }
    }

    /**
     * @param type       {@code ipTranslation}, {@code portForwarding} (vApp edges) or {@code gateway}
     * @param masquerade other outgoing traffic gets the edge's own address
     */
    public record Nat(boolean enabled, String type, boolean masquerade, List<NatRule> rules) {
        public Nat {
            rules = List.copyOf(rules);
        }
    }

    /** @param network name of the network it is served on */
    public record Dhcp(
            String network,
            boolean enabled,
            String firstAddress,
            String lastAddress,
            int defaultLeaseSeconds,
            int maxLeaseSeconds) {}

    public record StaticRoute(String name, String network, String nextHop) {}

    /** What a firewall does with a packet. */
    public enum Policy {
        ALLOW,
        DROP,
        REJECT
    }
}
