package org.stretchdeploy.director.linux.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.stretchdeploy.director.host.HostException;
import org.stretchdeploy.director.host.RouterSpec.Dhcp;

/** Writes the configuration of a router's DHCP server; a pure function. */
final class DnsmasqConfig {
    private DnsmasqConfig() {}

    static String compile(List<Dhcp> services, Path leases) {
        StringBuilder text = new StringBuilder();
        line(text, "port=0");
        line(text, "bind-dynamic");
        line(text, "except-interface=lo");
        line(text, "no-ping");
        line(text, "no-hosts");
        line(text, "no-resolv");
        line(text, "dhcp-authoritative");
        line(text, "quiet-dhcp");
        line(text, "dhcp-leasefile=" + leases);
        services.forEach(service -> service(text, service));
        return text.toString();
    }

    private static void service(StringBuilder text, Dhcp service) {
        String name = Names.interfaceName(service.interfaceName());
        Ipv4.prefixLength(service.netmask());
        Ipv4.Range range = new Ipv4.Range(Ipv4.parse(service.firstAddress()), Ipv4.parse(service.lastAddress()));
        line(text, "interface=" + name);
        // The server takes no lease shorter than two minutes.
        line(
                text,
                "dhcp-range=set:" + name + "," + Ipv4.format(range.first()) + "," + Ipv4.format(range.last()) + ","
                        + Ipv4.format(Ipv4.parse(service.netmask())) + "," + Math.max(120, service.leaseSeconds())
                        + "s");
        String option = "dhcp-option=tag:" + name + ",";
        line(
                text,
                option + "3"
                        + service.router()
                                .map(r -> "," + Ipv4.format(Ipv4.parse(r)))
                                .orElse(""));
        line(
                text,
                option + "6"
                        + service.dnsServers().stream()
                                .map(server -> "," + Ipv4.format(Ipv4.parse(server)))
                                .collect(Collectors.joining()));
        service.domain().filter(domain -> !domain.isBlank()).ifPresent(domain -> {
            if (!domain.matches("[A-Za-z0-9.-]{1,253}")) {
                throw new HostException("'" + domain.replaceAll("[^\\x20-\\x7e]", "?") + "' is not a domain name");
            }
            line(text, option + "15," + domain);
        });
        for (Map.Entry<String, String> binding : new TreeMap<>(service.bindings()).entrySet()) {
            line(
                    text,
                    "dhcp-host=" + Names.mac(binding.getKey()) + "," + Ipv4.format(Ipv4.parse(binding.getValue())) + ","
                            + Math.max(120, service.leaseSeconds()) + "s");
        }
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }
}
