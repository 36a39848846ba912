package org.stretchdeploy.tunnel.control;

/** What an agent can be asked to measure. */
public enum ProbeKind {
    /** ARP probe (RFC 5227: sender address 0.0.0.0) on the agent's own segment. */
    ARP_LOCAL,
    /** The same, made by the peer on its segment. */
    ARP_REMOTE,
    /** Both, so that an address answered at both ends shows as two answers. */
    ARP_BOTH,
    /** Test frames of {@link ProbeRequest#size()} bytes to the peer and back: round trip, loss, size. */
    ECHO,
    /** As many large test frames as go there and back in two seconds, at most 16 MB: an estimate of the throughput. */
    THROUGHPUT
}
