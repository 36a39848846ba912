package org.stretchdeploy.edge;

import java.util.List;
import java.util.Optional;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.EdgeServices.Dhcp;
import org.stretchdeploy.api.edge.EdgeServices.Firewall;
import org.stretchdeploy.api.edge.EdgeServices.Nat;
import org.stretchdeploy.api.edge.EdgeServices.Policy;
import org.stretchdeploy.api.edge.EdgeServices.StaticRoute;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.api.edge.NatRule.FirewallMatch;

/** Rules and edges to test with. */
final class Sample {
    private Sample() {}

    static NatRule dnat(String id, String name, String inside) {
        return new NatRule(
                id,
                name,
                true,
                NatRule.Type.DNAT,
                "TCP",
                "203.0.113.10",
                "443",
                inside,
                "443",
                Optional.empty(),
                FirewallMatch.MATCH_INTERNAL_ADDRESS);
    }

    static FirewallRule allow(String id, String name, String source) {
        return new FirewallRule(id, name, true, Policy.ALLOW, List.of("TCP"), source, "Any", "10.1.0.30", "443", false);
    }

    static EdgeServices edge(List<NatRule> nat, List<FirewallRule> firewall) {
        return new EdgeServices(
                new Firewall(true, Policy.DROP, false, firewall),
                new Nat(true, "ipTranslation", false, nat),
                List.of(new Dhcp("net", true, "10.1.0.100", "10.1.0.150", 3600, 7200)),
                List.of(new StaticRoute("branch", "192.168.9.0/24", "10.1.0.254")));
    }
}
