package org.stretchdeploy.tunnel.control;

/**
 * Whether frames of one network may cross.
 *
 * <pre>
 *   WAITING ──peer has the network──▶ PROVING ──no loop, frames cross──▶ OPEN
 *      ▲                                │  ▲                               │
 *      │ peer or tunnel gone            │  │ cause gone for the hold time  │ loop seen
 *      └────────────────────────────────┤  └──────── BLOCKED ◀─────────────┤
 *                                       └───────────────▲  a proof fails    │
 *                                                       └──────────────────┘
 * </pre>
 *
 * At an end with two agents there is a fifth, STANDBY: the other agent has the lease. It is entered from and left to any of
 * these; with the lease a network that its end has proven opens at once.
 */
public enum ForwardingState {
    WAITING,
    PROVING,
    OPEN,
    BLOCKED,
    STANDBY
}
