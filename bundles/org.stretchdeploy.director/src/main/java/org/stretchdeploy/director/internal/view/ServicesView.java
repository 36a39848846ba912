package org.stretchdeploy.director.internal.view;

import org.stretchdeploy.director.internal.model.VAppNetwork.DhcpService;
import org.stretchdeploy.director.internal.model.VAppNetwork.FirewallRule;
import org.stretchdeploy.director.internal.model.VAppNetwork.FirewallService;
import org.stretchdeploy.director.internal.model.VAppNetwork.NatRule;
import org.stretchdeploy.director.internal.model.VAppNetwork.NatService;
import org.stretchdeploy.director.internal.model.VAppNetwork.StaticRouting;
import org.stretchdeploy.director.internal.model.VAppNetwork.VmEnd;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Services of a vApp network, in the order that the schema has. */
final class ServicesView {
    private ServicesView() {}

    static XmlElement dhcp(DhcpService dhcp) {
        XmlElement element = XmlElement.vcloud("DhcpService")
                .child("IsEnabled", dhcp.enabled())
                .child("DefaultLeaseTime", dhcp.defaultLeaseTime())
                .child("MaxLeaseTime", dhcp.maxLeaseTime());
        if (dhcp.range() != null) {
            element.add(XmlElement.vcloud("IpRange")
                    .child("StartAddress", dhcp.range().start())
                    .child("EndAddress", dhcp.range().end()));
        }
        optional(element, "RouterIp", dhcp.routerIp());
        optional(element, "SubMask", dhcp.subMask());
        optional(element, "PrimaryNameServer", dhcp.primaryNameServer());
        optional(element, "SecondaryNameServer", dhcp.secondaryNameServer());
        optional(element, "DomainName", dhcp.domainName());
        return element;
    }

    static XmlElement firewall(FirewallService firewall) {
        XmlElement element = XmlElement.vcloud("FirewallService")
                .child("IsEnabled", firewall.enabled())
                .child("DefaultAction", firewall.defaultAction())
                .child("LogDefaultAction", firewall.logDefaultAction());
        firewall.rules().forEach(r -> element.add(rule(r)));
        return element;
    }

    private static XmlElement rule(FirewallRule rule) {
        XmlElement element = XmlElement.vcloud("FirewallRule")
                .child("Id", rule.id())
                .child("IsEnabled", rule.enabled())
                .child("MatchOnTranslate", rule.matchOnTranslate())
                .child("Description", rule.description())
                .child("Policy", rule.policy());
        XmlElement protocols = XmlElement.vcloud("Protocols");
        for (String protocol : rule.protocols()) {
            if (protocol.startsWith("Other:")) {
                protocols.child("Other", protocol.substring(6));
            } else {
                protocols.child(protocol, true);
            }
        }
        element.add(protocols);
        optional(element, "IcmpSubType", rule.icmpSubType());
        optional(element, "Port", rule.port());
        optional(element, "DestinationPortRange", rule.destinationPortRange());
        optional(element, "DestinationIp", rule.destinationIp());
        end(element, "DestinationVm", rule.destinationVm());
        optional(element, "SourcePort", rule.sourcePort());
        optional(element, "SourcePortRange", rule.sourcePortRange());
        optional(element, "SourceIp", rule.sourceIp());
        end(element, "SourceVm", rule.sourceVm());
        optional(element, "Direction", rule.direction());
        return element.child("EnableLogging", rule.log());
    }

    private static void end(XmlElement element, String name, VmEnd end) {
        if (end != null) {
            element.add(XmlElement.vcloud(name)
                    .child("VAppScopedVmId", end.localId())
                    .child("VmNicId", end.nic())
                    .child("IpType", end.ipType()));
        }
    }

    static XmlElement nat(NatService nat) {
        XmlElement element = XmlElement.vcloud("NatService")
                .child("IsEnabled", nat.enabled())
                .child("NatType", nat.natType())
                .child("Policy", nat.policy());
        nat.rules().forEach(r -> element.add(rule(r)));
        return element;
    }

    private static XmlElement rule(NatRule rule) {
        XmlElement element = XmlElement.vcloud("NatRule");
        optional(element, "Description", rule.description());
        optional(element, "RuleType", rule.ruleType());
        element.child("IsEnabled", rule.enabled()).child("Id", rule.id());
        if (rule.oneToOne()) {
            XmlElement body = XmlElement.vcloud("OneToOneVmRule").child("MappingMode", rule.mappingMode());
            optional(body, "ExternalIpAddress", rule.externalIp());
            return element.add(body.child("VAppScopedVmId", rule.vmLocalId()).child("VmNicId", rule.vmNic()));
        }
        XmlElement body = XmlElement.vcloud("VmRule");
        optional(body, "ExternalIpAddress", rule.externalIp());
        return element.add(body.child("ExternalPort", rule.externalPort())
                .child("VAppScopedVmId", rule.vmLocalId())
                .child("VmNicId", rule.vmNic())
                .child("InternalPort", rule.internalPort())
                .child("Protocol", rule.protocol()));
    }

    static XmlElement routing(StaticRouting routing) {
        XmlElement element = XmlElement.vcloud("StaticRoutingService").child("IsEnabled", routing.enabled());
        routing.routes().forEach(r -> {
            XmlElement route = XmlElement.vcloud("StaticRoute")
                    .child("Name", r.name())
                    .child("Network", r.network())
                    .child("NextHopIp", r.nextHop());
            optional(route, "Interface", r.interfaceName());
            if (!r.gatewayInterface().isEmpty()) {
                route.add(XmlElement.vcloud("GatewayInterface").attribute("href", r.gatewayInterface()));
            }
            element.add(route);
        });
        return element;
    }

    private static void optional(XmlElement element, String name, String text) {
        if (!text.isEmpty()) {
            element.child(name, text);
        }
    }
}
