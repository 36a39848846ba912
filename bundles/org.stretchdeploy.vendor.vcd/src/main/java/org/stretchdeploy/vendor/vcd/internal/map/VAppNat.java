package org.stretchdeploy.vendor.vcd.internal.map;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** NAT of a vApp edge. Its rules are bound to NICs of VMs by the VM's id inside the vApp. Pure functions. */
final class VAppNat {
    private static final List<String> SERVICE_ORDER =
            List.of("IsEnabled", "NatType", "Policy", "NatRule", "ExternalIp");
    private static final List<String> RULE_ORDER = List.of(
            "Description",
            "RuleType",
            "IsEnabled",
            "Id",
            "GatewayNatRule",
            "OneToOneBasicRule",
            "OneToOneVmRule",
            "PortForwardingRule",
            "VmRule");
    private static final String ANY = "Any";
    /** An edge of a vApp has no such choice: every rule is read with this value, and any value is written alike. */
    private static final NatRule.FirewallMatch MATCH = NatRule.FirewallMatch.MATCH_INTERNAL_ADDRESS;

    private VAppNat() {}

    /** @param names names of the VMs by their id inside the vApp */
    static EdgeServices.Nat read(Optional<Elem> service, Map<String, String> names) {
        return service.map(s -> new EdgeServices.Nat(
                        s.flag(true, "IsEnabled"),
                        s.text("NatType"),
                        s.text("Policy").equals("allowTraffic"),
                        s.children("NatRule").stream()
                                .filter(VAppNat::shown)
                                .map(rule -> rule(rule, names))
                                .toList()))
                .orElseGet(() -> new EdgeServices.Nat(false, "ipTranslation", false, List.of()));
    }

    private static boolean shown(Elem rule) {
        return rule.child("OneToOneVmRule").isPresent() || rule.child("VmRule").isPresent();
    }

    static NatRule rule(Elem rule, Map<String, String> names) {
        Optional<Elem> oneToOne = rule.child("OneToOneVmRule");
        return oneToOne.map(elem -> oneToOne(rule, elem, names))
                .orElseGet(() -> forward(rule, rule.child("VmRule").orElse(rule), names));
    }

    private static NatRule oneToOne(Elem rule, Elem detail, Map<String, String> names) {
        boolean automatic = !detail.text("MappingMode").equals("manual");
        return new NatRule(
                rule.text("Id"),
                rule.rawText("Description"),
                rule.flag(true, "IsEnabled"),
                NatRule.Type.ONE_TO_ONE,
                "ANY",
                automatic ? "" : detail.text("ExternalIpAddress"),
                ANY,
                "",
                ANY,
                vm(detail, names),
                MATCH);
    }

    private static NatRule forward(Elem rule, Elem detail, Map<String, String> names) {
        String protocol = detail.text("Protocol");
        return new NatRule(
                rule.text("Id"),
                rule.rawText("Description"),
                rule.flag(true, "IsEnabled"),
                NatRule.Type.DNAT,
                protocol.isEmpty() ? "TCP" : protocol.toUpperCase(Locale.ROOT),
                detail.text("ExternalIpAddress"),
                port(detail.text("ExternalPort")),
                "",
                port(detail.text("InternalPort")),
                vm(detail, names),
                MATCH);
    }

    private static String port(String text) {
        return text.isEmpty() || text.equals("-1") ? ANY : text;
    }

    private static Optional<NatRule.VmNic> vm(Elem detail, Map<String, String> names) {
        String localId = detail.text("VAppScopedVmId");
        return Optional.of(
                new NatRule.VmNic(names.getOrDefault(localId, ""), localId, (int) detail.number(0, "VmNicId")));
    }

    static void change(Elem service, EdgeServices.Nat wanted, Map<String, String> names) {
        service.put(SERVICE_ORDER, "IsEnabled", String.valueOf(wanted.enabled()));
        service.put(SERVICE_ORDER, "NatType", wanted.type().isEmpty() ? "ipTranslation" : wanted.type());
        service.put(SERVICE_ORDER, "Policy", wanted.masquerade() ? "allowTraffic" : "allowTrafficIn");
        List<Elem> old = service.children("NatRule").stream().map(Elem::copy).toList();
        service.removeChildren("NatRule");
        for (NatRule rule : wanted.rules()) {
            Optional<Elem> present = old.stream()
                    .filter(elem -> !rule.id().isEmpty() && elem.text("Id").equals(rule.id()))
                    .findFirst();
            Elem placed =
                    present.map(elem -> place(service, elem)).orElseGet(() -> service.insert(SERVICE_ORDER, "NatRule"));
            if (present.isEmpty() || !rule(placed, names).equals(rule)) {
                write(placed, rule, names);
            }
        }
        old.stream().filter(elem -> !shown(elem)).forEach(elem -> place(service, elem));
    }

    private static Elem place(Elem service, Elem rule) {
        Elem holder = service.insert(SERVICE_ORDER, "NatRule");
        rule.children().forEach(holder::append);
        return holder;
    }

    private static void write(Elem elem, NatRule rule, Map<String, String> names) {
        String kind = kind(rule);
        elem.put(RULE_ORDER, "Description", rule.name());
        elem.put(RULE_ORDER, "RuleType", kind.equals("VmRule") ? "portForwarding" : "oneToOne");
        elem.put(RULE_ORDER, "IsEnabled", String.valueOf(rule.enabled()));
        elem.removeChildren("OneToOneVmRule");
        elem.removeChildren("VmRule");
        Elem detail = elem.insert(RULE_ORDER, kind);
        NatRule.VmNic nic = rule.vm()
                .orElseThrow(() -> new CloudException(
                        "nat-without-vm",
                        CloudException.Category.USER,
                        "A NAT rule of a vApp edge names the NIC of a VM of the vApp."));
        if (kind.equals("OneToOneVmRule")) {
            boolean automatic = rule.externalAddress().isEmpty();
            detail.add("MappingMode", automatic ? "automatic" : "manual");
            writeExternal(detail, rule);
            writeVm(detail, nic, names);
            return;
        }
        writeExternal(detail, rule);
        detail.add("ExternalPort", number(rule.externalPort()));
        writeVm(detail, nic, names);
        detail.add("InternalPort", number(rule.internalPort()));
        detail.add("Protocol", rule.protocol());
    }

    private static String kind(NatRule rule) {
        return switch (rule.type()) {
            case ONE_TO_ONE -> "OneToOneVmRule";
            case DNAT -> "VmRule";
            case SNAT ->
                throw new CloudException(
                        "unsupported-nat",
                        CloudException.Category.USER,
                        "The edge of a vApp translates outgoing traffic by masquerading, not by SNAT rules.");
        };
    }

    private static void writeExternal(Elem detail, NatRule rule) {
        if (!rule.externalAddress().isEmpty()) {
            detail.add("ExternalIpAddress", rule.externalAddress());
        }
    }

    private static void writeVm(Elem detail, NatRule.VmNic nic, Map<String, String> names) {
        detail.add("VAppScopedVmId", localId(nic, names));
        detail.add("VmNicId", String.valueOf(nic.nicIndex()));
    }

    /** The id given when such a VM is in the vApp, otherwise that of the VM of this name. */
    private static String localId(NatRule.VmNic nic, Map<String, String> names) {
        if (names.containsKey(nic.localId())) {
            return nic.localId();
        }
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().equals(nic.vm()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new CloudException(
                        "no-such-vm",
                        CloudException.Category.USER,
                        "A NAT rule is about a VM \"" + nic.vm() + "\" that is not in the vApp."));
    }

    private static String number(String port) {
        return port.matches("[0-9]{1,5}") ? port : "-1";
    }
}
