package org.stretchdeploy.tunnel.control;

/**
 * State of one tunnel as seen by one agent.
 *
 * <pre>
 *            configured                first connection proven
 *   DOWN ───────────────▶ CONNECTING ─────────────────────────▶ UP
 *    ▲                      │    ▲                               │
 *    │      removed         │    │      last connection lost     │
 *    └──────────────────────┘    └───────────────────────────────┘
 *    ▲                                   removed                 │
 *    └───────────────────────────────────────────────────────────┘
 * </pre>
 */
public enum TunnelState {
    DOWN,
    CONNECTING,
    UP
}
