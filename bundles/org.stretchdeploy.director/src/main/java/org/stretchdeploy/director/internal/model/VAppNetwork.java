package org.stretchdeploy.director.internal.model;

import java.util.ArrayList;
import java.util.List;

/** A network of a vApp, or (with a template's id as owner) the description of one. */
public final class VAppNetwork extends Entity {
    public String ownerId = "";
    public FenceMode fenceMode = FenceMode.ISOLATED;
    /** Organization VDC network; empty on an isolated network. */
    public String parentId = "";

    public List<IpScope> scopes = new ArrayList<>();
    public boolean retainNetInfo;
    public boolean guestVlanAllowed;
    /** Address of the vApp edge on the parent; empty until it is taken from the parent's pool. */
    public String externalIp = "";

    public DhcpService dhcp;
    public FirewallService firewall;
    public NatService nat;
    public StaticRouting routing;

    /** How a network is joined to its parent. */
    public enum FenceMode {
        BRIDGED("bridged"),
        ISOLATED("isolated"),
        NAT_ROUTED("natRouted");

        public final String word;

        FenceMode(String word) {
            this.word = word;
        }
    }

    /** Values as sent; sizes in seconds. */
    public record DhcpService(
            boolean enabled,
            int defaultLeaseTime,
            int maxLeaseTime,
            IpRange range,
            String routerIp,
            String subMask,
            String primaryNameServer,
            String secondaryNameServer,
            String domainName) {}

    public record FirewallService(
            boolean enabled, String defaultAction, boolean logDefaultAction, List<FirewallRule> rules) {}

    /** Words keep the letter case in which they came. Empty text: the element was not sent. */
    public record FirewallRule(
            String id,
            boolean enabled,
            boolean matchOnTranslate,
            String description,
            String policy,
            List<String> protocols,
            String icmpSubType,
            String port,
            String destinationPortRange,
            String destinationIp,
            VmEnd destinationVm,
            String sourcePort,
            String sourcePortRange,
            String sourceIp,
            VmEnd sourceVm,
            String direction,
            boolean log) {}

    /** A machine named in a firewall rule; null in a rule that names an address. */
    public record VmEnd(String localId, int nic, String ipType) {}

    public record NatService(boolean enabled, String natType, String policy, List<NatRule> rules) {}

    public record NatRule(
            String id,
            String description,
            String ruleType,
            boolean enabled,
            boolean oneToOne,
            String mappingMode,
            String externalIp,
            int externalPort,
            String vmLocalId,
            int vmNic,
            int internalPort,
            String protocol) {

        public NatRule withExternalIp(String address) {
            return new NatRule(
                    id,
                    description,
                    ruleType,
                    enabled,
                    oneToOne,
                    mappingMode,
                    address,
                    externalPort,
                    vmLocalId,
                    vmNic,
                    internalPort,
                    protocol);
        }
    }

    public record StaticRouting(boolean enabled, List<StaticRoute> routes) {}

    public record StaticRoute(
            String name, String network, String nextHop, String interfaceName, String gatewayInterface) {}

    @Override
    public Kind kind() {
        return Kind.VAPP_NETWORK;
    }
}
