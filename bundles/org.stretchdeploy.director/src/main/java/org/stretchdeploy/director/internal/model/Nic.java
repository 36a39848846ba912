package org.stretchdeploy.director.internal.model;

/**
 * @param network    name of a network of the vApp, or {@code none}
 * @param mode       {@code POOL, DHCP, MANUAL} or {@code NONE}
 * @param ip         empty when unknown
 * @param externalIp address that one-to-one NAT gives, empty when there is none
 */
public record Nic(
        int index,
        String network,
        String mac,
        boolean connected,
        String mode,
        String ip,
        String externalIp,
        String adapter,
        boolean needsCustomization) {

    public static final String NONE = "none";

    public boolean onNetwork() {
        return !network.equals(NONE);
    }

    public Nic withNetwork(String newNetwork) {
        return new Nic(index, newNetwork, mac, connected, mode, ip, externalIp, adapter, needsCustomization);
    }

    /** The same card pulled out of every network. */
    public Nic unplugged() {
        return new Nic(index, NONE, mac, false, "NONE", "", "", adapter, needsCustomization);
    }

    public Nic withMac(String newMac) {
        return new Nic(index, network, newMac, connected, mode, ip, externalIp, adapter, needsCustomization);
    }

    public Nic withIp(String newIp) {
        return new Nic(index, network, mac, connected, mode, newIp, externalIp, adapter, needsCustomization);
    }

    public Nic withExternalIp(String newExternalIp) {
        return new Nic(index, network, mac, connected, mode, ip, newExternalIp, adapter, needsCustomization);
    }
}
