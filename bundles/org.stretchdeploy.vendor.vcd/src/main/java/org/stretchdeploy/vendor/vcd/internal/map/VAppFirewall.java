package org.stretchdeploy.vendor.vcd.internal.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.FirewallRule;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** The firewall of a vApp edge. Pure functions. */
final class VAppFirewall {
    private static final List<String> RULE_ORDER = List.of(
            "Id",
            "IsEnabled",
            "MatchOnTranslate",
            "Description",
            "Policy",
            "Protocols",
            "IcmpSubType",
            "Port",
            "DestinationPortRange",
            "DestinationIp",
            "DestinationVm",
            "SourcePort",
            "SourcePortRange",
            "SourceIp",
            "SourceVm",
            "Direction",
            "EnableLogging");
    private static final List<String> SERVICE_ORDER =
            List.of("IsEnabled", "DefaultAction", "LogDefaultAction", "FirewallRule");
    private static final String ANY = "Any";

    private VAppFirewall() {}

    static EdgeServices.Firewall read(Optional<Elem> service) {
        return service.map(s -> new EdgeServices.Firewall(
                        s.flag(true, "IsEnabled"),
                        policy(s.text("DefaultAction")),
                        s.flag(false, "LogDefaultAction"),
                        s.children("FirewallRule").stream()
                                .map(VAppFirewall::rule)
                                .toList()))
                .orElseGet(() -> new EdgeServices.Firewall(false, EdgeServices.Policy.ALLOW, false, List.of()));
    }

    private static EdgeServices.Policy policy(String text) {
        return text.equalsIgnoreCase("allow") ? EdgeServices.Policy.ALLOW : EdgeServices.Policy.DROP;
    }

    static FirewallRule rule(Elem rule) {
        return new FirewallRule(
                rule.text("Id"),
                rule.rawText("Description"),
                rule.flag(true, "IsEnabled"),
                policy(rule.text("Policy")),
                protocols(rule),
                end(rule, "Source"),
                port(rule.text("SourcePortRange"), rule.text("SourcePort")),
                end(rule, "Destination"),
                port(rule.text("DestinationPortRange"), rule.text("Port")),
                rule.flag(false, "EnableLogging"));
    }

    private static List<String> protocols(Elem rule) {
        List<String> found = new ArrayList<>();
        for (String name : List.of("Tcp", "Udp", "Icmp", "Any")) {
            if (rule.flag(false, "Protocols", name)) {
                found.add(name.toUpperCase(Locale.ROOT));
            }
        }
        String other = rule.text("Protocols", "Other");
        if (!other.isEmpty()) {
            found.add(other);
        }
        return found;
    }

    /** An address, or a VM as {@code vm:<local id>:<NIC>:<kind of address>}. */
    private static String end(Elem rule, String side) {
        return rule.child(side + "Vm")
                .map(vm -> "vm:" + vm.text("VAppScopedVmId") + ":" + vm.text("VmNicId") + ":" + vm.text("IpType"))
                .orElseGet(() -> rule.text(side + "Ip"));
    }

    private static String port(String range, String single) {
        if (!range.isEmpty()) {
            return range;
        }
        return single.isEmpty() || single.equals("-1") ? ANY : single;
    }

    /** Makes the service say what is wanted; rules that are equal stay as they are. */
    static void change(Elem service, EdgeServices.Firewall wanted) {
        service.put(SERVICE_ORDER, "IsEnabled", String.valueOf(wanted.enabled()));
        service.put(SERVICE_ORDER, "DefaultAction", text(wanted.defaultPolicy()));
        service.put(SERVICE_ORDER, "LogDefaultAction", String.valueOf(wanted.logDefault()));
        List<Elem> old =
                service.children("FirewallRule").stream().map(Elem::copy).toList();
        service.removeChildren("FirewallRule");
        for (FirewallRule rule : wanted.rules()) {
            Optional<Elem> present = old.stream()
                    .filter(elem -> !rule.id().isEmpty() && elem.text("Id").equals(rule.id()))
                    .findFirst();
            Elem placed = present.map(service::append).orElseGet(() -> service.add("FirewallRule"));
            if (present.isEmpty() || !rule(placed).equals(rule)) {
                write(placed, rule);
            }
        }
    }

    private static String text(EdgeServices.Policy policy) {
        return switch (policy) {
            case ALLOW -> "allow";
            case DROP -> "drop";
            case REJECT ->
                throw new CloudException(
                        "unsupported-policy",
                        CloudException.Category.USER,
                        "The edge of a vApp can allow and drop, not reject.");
        };
    }

    private static void write(Elem elem, FirewallRule rule) {
        elem.put(RULE_ORDER, "IsEnabled", String.valueOf(rule.enabled()));
        elem.put(RULE_ORDER, "Description", rule.name());
        elem.put(RULE_ORDER, "Policy", text(rule.policy()));
        writeProtocols(elem, rule.protocols());
        writePort(elem, "Port", "DestinationPortRange", rule.destinationPort());
        writeEnd(elem, "Destination", rule.destination());
        writePort(elem, "SourcePort", "SourcePortRange", rule.sourcePort());
        writeEnd(elem, "Source", rule.source());
        elem.put(RULE_ORDER, "EnableLogging", String.valueOf(rule.log()));
    }

    private static void writeProtocols(Elem elem, List<String> protocols) {
        elem.removeChildren("Protocols");
        Elem written = elem.insert(RULE_ORDER, "Protocols");
        for (String name : List.of("Tcp", "Udp", "Icmp", "Any")) {
            if (protocols.contains(name.toUpperCase(Locale.ROOT))) {
                written.add(name, "true");
            }
        }
        protocols.stream()
                .filter(name -> !List.of("TCP", "UDP", "ICMP", "ANY").contains(name))
                .findFirst()
                .ifPresent(other -> written.add("Other", other));
    }

    /** A single port has its number in both forms; anything else only in the range. */
    private static void writePort(Elem elem, String single, String range, String port) {
        boolean one = port.matches("[0-9]{1,5}");
        elem.put(RULE_ORDER, single, one ? port : "-1");
        elem.put(RULE_ORDER, range, port.isEmpty() ? ANY : port);
    }

    private static void writeEnd(Elem elem, String side, String value) {
        elem.removeChildren(side + "Ip");
        elem.removeChildren(side + "Vm");
        String[] parts = value.split(":", -1);
        if (parts.length == 4 && parts[0].equals("vm")) {
            Elem vm = elem.insert(RULE_ORDER, side + "Vm");
            vm.add("VAppScopedVmId", parts[1]);
            vm.add("VmNicId", parts[2]);
            vm.add("IpType", parts[3]);
        } else {
            elem.insert(RULE_ORDER, side + "Ip").setText(value.isEmpty() ? ANY : value);
        }
    }
}
