package org.stretchdeploy.tunnel.control;

/** On which side of the stretch this edge stands: the gateway and the DHCP server stay at the source. */
public enum NetworkSide {
    SOURCE,
    TARGET
}
