package org.stretchdeploy.spi.tck;

import java.util.Locale;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.api.edge.NatRule;

/** A rule as text without its id, with letter case folded: what two readings of one rule have in common. */
final class Meaning {
    private Meaning() {}

    static String of(FirewallRule rule) {
        return folded(
                rule.name(),
                rule.enabled(),
                rule.policy(),
                rule.protocols(),
                rule.source(),
                rule.sourcePort(),
                rule.destination(),
                rule.destinationPort());
    }

    static String of(NatRule rule) {
        return folded(
                rule.name(),
                rule.enabled(),
                rule.type(),
                rule.protocol(),
                rule.externalAddress(),
                rule.externalPort(),
                rule.internalAddress(),
                rule.internalPort());
    }

    private static String folded(Object... fields) {
        return java.util.Arrays.toString(fields).toLowerCase(Locale.ROOT);
    }
}
