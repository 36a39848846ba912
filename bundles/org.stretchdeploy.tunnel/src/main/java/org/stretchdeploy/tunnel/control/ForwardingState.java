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
 */
public enum ForwardingState {
    WAITING,
    PROVING,
    OPEN,
    BLOCKED
}
