package org.stretchdeploy.api.edge;

import java.util.List;

/**
 * One firewall rule.
 *
 * @param id              the cloud's number for it, empty in a rule that is to be made
 * @param name            name or description; rules that we add carry our tag in it
 * @param protocols       {@code TCP, UDP, ICMP, ANY}, sorted
 * @param source          {@code Any}, {@code internal}, {@code external}, address, CIDR or {@code a-b}
 * @param sourcePort      {@code Any}, port or {@code n-m}
 */
public record FirewallRule(
        String id,
        String name,
        boolean enabled,
        EdgeServices.Policy policy,
        List<String> protocols,
        String source,
        String sourcePort,
        String destination,
        String destinationPort,
        boolean log) {
    public FirewallRule {
        protocols = protocols.stream().sorted().toList();
    }
}
