package org.stretchdeploy.director.internal.cloud;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.IpRange;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Reads the services of a vApp network. Words and descriptions keep the form in which they came. */
final class FeatureReader {
    private FeatureReader() {}

    /** Takes over the services that are given; one that is not given stays as it was. */
    static void read(CloudState s, VAppNetwork network, XmlElement features) {
        features.first("DhcpService").ifPresent(e -> network.dhcp = dhcp(e));
        features.first("FirewallService").ifPresent(e -> network.firewall = firewall(e));
        features.first("NatService").ifPresent(e -> network.nat = nat(s, e));
        features.first("StaticRoutingService").ifPresent(e -> network.routing = routing(e));
    }

    /** A routed network always has a firewall and NAT, as the product gives them. */
    static void addDefaults(VAppNetwork network) {
        if (network.fenceMode != VAppNetwork.FenceMode.NAT_ROUTED) {
            network.firewall = null;
            network.nat = null;
            network.routing = null;
            return;
        }
        if (network.firewall == null) {
            VAppNetwork.FirewallRule outgoing = new VAppNetwork.FirewallRule(
                    "1",
                    true,
                    false,
                    "Allow all outgoing traffic",
                    "allow",
                    List.of("Any"),
                    "",
                    "-1",
                    "Any",
                    "external",
                    null,
                    "-1",
                    "Any",
                    "internal",
                    null,
                    "",
                    false);
            network.firewall = new VAppNetwork.FirewallService(true, "drop", false, List.of(outgoing));
        }
        if (network.nat == null) {
            network.nat = new VAppNetwork.NatService(true, "ipTranslation", "allowTrafficIn", List.of());
        }
    }

    private static VAppNetwork.DhcpService dhcp(XmlElement e) {
        Optional<IpRange> range = e.first("IpRange")
                .filter(r -> r.filled("StartAddress").isPresent())
                .map(r -> IpRange.parse(text(r, "StartAddress") + "-" + text(r, "EndAddress")));
        return new VAppNetwork.DhcpService(
                flag(e, "IsEnabled", true),
                number(e, "DefaultLeaseTime", 3600),
                number(e, "MaxLeaseTime", 7200),
                range.orElse(null),
                text(e, "RouterIp"),
                text(e, "SubMask"),
                text(e, "PrimaryNameServer"),
                text(e, "SecondaryNameServer"),
                text(e, "DomainName"));
    }

    private static VAppNetwork.FirewallService firewall(XmlElement e) {
        List<VAppNetwork.FirewallRule> rules = new ArrayList<>();
        for (XmlElement rule : e.all("FirewallRule")) {
            rules.add(firewallRule(rule, rules.size() + 1));
        }
        return new VAppNetwork.FirewallService(
                flag(e, "IsEnabled", true),
                policy(e.filled("DefaultAction").orElse("drop")),
                flag(e, "LogDefaultAction", false),
                List.copyOf(rules));
    }

    private static VAppNetwork.FirewallRule firewallRule(XmlElement e, int position) {
        List<String> protocols = e.first("Protocols").stream()
                .flatMap(p -> p.children().stream())
                .filter(c -> c.name().equals("Other") || !c.text().trim().equalsIgnoreCase("false"))
                .map(c -> c.name().equals("Other") ? "Other:" + c.text().trim() : c.name())
                .toList();
        for (String ports : List.of(text(e, "DestinationPortRange"), text(e, "SourcePortRange"))) {
            if (!ports.matches("(?i)any|\\d{1,5}(-\\d{1,5})?|")) {
                throw ApiException.badRequest("The port range \"" + ports + "\" of a firewall rule is not valid.");
            }
        }
        return new VAppNetwork.FirewallRule(
                e.filled("Id").orElse(Integer.toString(position)),
                flag(e, "IsEnabled", true),
                flag(e, "MatchOnTranslate", false),
                raw(e, "Description"),
                policy(e.filled("Policy").orElse("allow")),
                protocols.isEmpty() ? List.of("Any") : protocols,
                text(e, "IcmpSubType"),
                text(e, "Port"),
                text(e, "DestinationPortRange"),
                address(text(e, "DestinationIp")),
                vmEnd(e.first("DestinationVm")),
                text(e, "SourcePort"),
                text(e, "SourcePortRange"),
                address(text(e, "SourceIp")),
                vmEnd(e.first("SourceVm")),
                text(e, "Direction"),
                flag(e, "EnableLogging", false));
    }

    private static VAppNetwork.VmEnd vmEnd(Optional<XmlElement> element) {
        return element.map(e -> new VAppNetwork.VmEnd(
                        text(e, "VAppScopedVmId"),
                        number(e, "VmNicId", 0),
                        e.filled("IpType").orElse("assigned")))
                .orElse(null);
    }

    private static String policy(String word) {
        if (!word.equalsIgnoreCase("allow") && !word.equalsIgnoreCase("drop")) {
            throw ApiException.badRequest("The firewall policy \"" + word + "\" is unknown; use allow or drop.");
        }
        return word;
    }

    private static String address(String word) {
        if (word.isEmpty() || word.matches("(?i)any|internal|external|[0-9./-]+")) {
            return word;
        }
        throw ApiException.badRequest("The address \"" + word + "\" of a firewall rule is not valid.");
    }

    private static VAppNetwork.NatService nat(CloudState s, XmlElement e) {
        String type = e.filled("NatType").orElse("ipTranslation");
        if (!Set.of("ipTranslation", "portForwarding").contains(type)) {
            throw ApiException.badRequest("The NAT type \"" + type + "\" is unknown.");
        }
        String policy = e.filled("Policy").orElse("allowTrafficIn");
        if (!Set.of("allowTraffic", "allowTrafficIn").contains(policy)) {
            throw ApiException.badRequest("The NAT policy \"" + policy + "\" is unknown.");
        }
        List<VAppNetwork.NatRule> rules = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (XmlElement rule : e.all("NatRule")) {
            VAppNetwork.NatRule read = natRule(s, rule);
            if (!ids.add(read.id())) {
                throw ApiException.badRequest("The NAT rule id " + read.id() + " is used twice.");
            }
            rules.add(read);
        }
        return new VAppNetwork.NatService(flag(e, "IsEnabled", true), type, policy, List.copyOf(rules));
    }

    private static VAppNetwork.NatRule natRule(CloudState s, XmlElement e) {
        Optional<XmlElement> oneToOne = e.first("OneToOneVmRule");
        XmlElement body = oneToOne.or(() -> e.first("VmRule"))
                .orElseThrow(() -> ApiException.badRequest("A NAT rule has neither OneToOneVmRule nor VmRule."));
        String mode = text(body, "MappingMode");
        String protocol = body.filled("Protocol").orElse("TCP");
        if (!Set.of("TCP", "UDP", "TCP_UDP").contains(protocol.toUpperCase(Locale.ROOT))) {
            throw ApiException.badRequest("The protocol \"" + protocol + "\" of a NAT rule is unknown.");
        }
        if (oneToOne.isPresent() && !mode.equals("automatic") && !mode.equals("manual")) {
            throw ApiException.badRequest("The mapping mode \"" + mode + "\" is unknown; use automatic or manual.");
        }
        return new VAppNetwork.NatRule(
                e.filled("Id").orElseGet(() -> Integer.toString(s.nextRuleId++)),
                raw(e, "Description"),
                text(e, "RuleType"),
                flag(e, "IsEnabled", true),
                oneToOne.isPresent(),
                mode,
                text(body, "ExternalIpAddress"),
                number(body, "ExternalPort", -1),
                text(body, "VAppScopedVmId"),
                number(body, "VmNicId", 0),
                number(body, "InternalPort", -1),
                protocol);
    }

    private static VAppNetwork.StaticRouting routing(XmlElement e) {
        List<VAppNetwork.StaticRoute> routes = e.all("StaticRoute").stream()
                .map(r -> new VAppNetwork.StaticRoute(
                        raw(r, "Name"),
                        text(r, "Network"),
                        text(r, "NextHopIp"),
                        text(r, "Interface"),
                        r.first("GatewayInterface")
                                .flatMap(g -> g.attribute("href"))
                                .orElse("")))
                .toList();
        return new VAppNetwork.StaticRouting(flag(e, "IsEnabled", true), routes);
    }

    private static boolean flag(XmlElement e, String name, boolean otherwise) {
        return e.filled(name).map(Boolean::parseBoolean).orElse(otherwise);
    }

    private static int number(XmlElement e, String name, int otherwise) {
        return e.filled(name).map(t -> Numbers.integer(name, t)).orElse(otherwise);
    }

    private static String text(XmlElement e, String name) {
        return e.textOf(name).orElse("");
    }

    private static String raw(XmlElement e, String name) {
        return e.first(name).map(XmlElement::text).orElse("");
    }
}
