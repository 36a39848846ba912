package org.stretchdeploy.tunnel.control;

/** Which end opens the connections. The direction says nothing about where the moved machine is. */
public enum TunnelRole {
    /** Waits for the peer on {@link TunnelConfig#listenPort()}. */
    LISTEN,
    /** Dials {@link TunnelConfig#remoteHost()}:{@link TunnelConfig#remotePort()}. */
    DIAL
}
