package org.stretchdeploy.spi;

/** What a cloud may or may not be able to do. The conformance kit asserts the refusal of what is not declared. */
public enum Capability {
    /** vApp networks behind an edge of their own. */
    ROUTED_VAPP_NETWORK,
    /** NAT, firewall and DHCP of such an edge can be configured. */
    VAPP_EDGE_SERVICES,
    /** NAT rules of an organization's edge gateway can be configured. */
    EDGE_GATEWAY_NAT,
    /** A VM can be taken from one vApp to another of the same organization, keeping its identity. */
    MOVE_VM,
    /** A stopped VM can be copied with its MAC addresses into another vApp. */
    COPY_VM,
    /** Exports keep MAC addresses and BIOS UUID. */
    IDENTITY_EXPORT,
    /** Exported files can be read from an offset. */
    RANGED_DOWNLOAD,
    /** Files can be uploaded in pieces. */
    RANGED_UPLOAD,
    /** Templates with a product section can be given property values per VM. */
    OVF_PROPERTIES,
    /** Guests can be asked to shut down. */
    GUEST_SHUTDOWN,
    /** A VM can bear the fence: a mark by which a cloud that has a rule for it refuses to start it or to plug it in. */
    FENCE_MARK,
    /** Native layer-2 VPN between edge gateways. */
    L2_VPN
}
