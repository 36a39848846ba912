package org.stretchdeploy.api.edge;

import java.util.Optional;

/**
 * One NAT rule.
 *
 * @param id             the cloud's number for it, empty in a rule that is to be made
 * @param name           name or description; rules that we add carry our tag in it
 * @param protocol       {@code TCP, UDP, TCP_UDP, ICMP} or {@code ANY}
 * @param externalAddress address outside; empty when the cloud chooses it
 * @param externalPort   {@code Any}, port or {@code n-m}
 * @param internalAddress address inside; empty when {@code vm} says it
 * @param vm             the VM's NIC that a vApp edge's rule is bound to
 * @param firewallMatch  which addresses the firewall sees
 */
public record NatRule(
        String id,
        String name,
        boolean enabled,
        Type type,
        String protocol,
        String externalAddress,
        String externalPort,
        String internalAddress,
        String internalPort,
        Optional<VmNic> vm,
        FirewallMatch firewallMatch) {

    /** What is translated. */
    public enum Type {
        SNAT,
        DNAT,
        /** One inside address has one outside address, both ways. */
        ONE_TO_ONE
    }

    /** How a NAT rule and the firewall work together (NSX-T word for word). */
    public enum FirewallMatch {
        MATCH_EXTERNAL_ADDRESS,
        MATCH_INTERNAL_ADDRESS,
        BYPASS
    }

    /** @param vm the VM's name in its vApp; @param localId the cloud's own id of the VM inside the vApp */
    public record VmNic(String vm, String localId, int nicIndex) {}
}
