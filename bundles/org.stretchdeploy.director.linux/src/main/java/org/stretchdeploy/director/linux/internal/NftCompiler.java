package org.stretchdeploy.director.linux.internal;

import java.util.List;
import java.util.stream.Collectors;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.host.RouterSpec.Side;

/**
 * Turns a router's NAT and firewall into one nftables script that replaces what was there in one transaction. A pure
 * function: the same router always gives the same text.
 *
 * <p>Addresses, ports and names are parsed and written anew: nothing a user typed gets into the script as it is.
 */
final class NftCompiler {
    static final String TABLE = "stretchdeploy";

    private NftCompiler() {}

    /** The script, to be given to {@code nft -f -} inside the router's namespace. */
    static String compile(RouterSpec router) {
        String body = body(router);
        return "table ip " + TABLE + " {}\nflush table ip " + TABLE + "\ndelete table ip " + TABLE + "\ntable ip "
                + TABLE + " {\n  chain " + marker(router) + " {}\n" + body + "}\n";
    }

    /** Name of an empty chain that tells which rules are loaded; asking for it is cheaper than comparing rules. */
    static String marker(RouterSpec router) {
        return "rules_" + Names.hash(body(router));
    }

    private static String body(RouterSpec router) {
        StringBuilder text = new StringBuilder();
        text.append(interfaces("internal", router, Side.INTERNAL));
        text.append(interfaces("external", router, Side.EXTERNAL));
        text.append(chain(
                "prerouting",
                "type nat hook prerouting priority dstnat; policy accept;",
                NatRules.destination(router)));
        text.append(chain(
                "postrouting", "type nat hook postrouting priority srcnat; policy accept;", NatRules.source(router)));
        text.append(chain("rules", "", FirewallRules.rules(router)));
        String verdict = FirewallRules.verdict(router);
        text.append(chain(
                "forward",
                "type filter hook forward priority filter; policy " + verdict + ";",
                router.firewall().enabled()
                        ? List.of("ct state established,related accept", "ct state invalid drop", "jump rules")
                        : List.of()));
        text.append(chain(
                "input",
                "type filter hook input priority filter; policy " + verdict + ";",
                router.firewall().enabled()
                        ? List.of(
                                "ct state established,related accept",
                                "iifname \"lo\" accept",
                                "iifname @internal udp dport 67 accept",
                                "iifname @internal ip protocol icmp accept",
                                "jump rules")
                        : List.of()));
        return text.toString();
    }

    private static String interfaces(String set, RouterSpec router, Side side) {
        List<String> names = router.interfaces().stream()
                .filter(i -> i.side() == side)
                .map(i -> "\"" + Names.interfaceName(i.name()) + "\"")
                .toList();
        String elements = names.isEmpty() ? "" : " elements = { " + String.join(", ", names) + " }";
        return "  set " + set + " { type ifname;" + elements + " }\n";
    }

    private static String chain(String name, String hook, List<String> rules) {
        String head = hook.isEmpty() ? "" : "    " + hook + "\n";
        return "  chain " + name + " {\n" + head
                + rules.stream().map(rule -> "    " + rule + "\n").collect(Collectors.joining()) + "  }\n";
    }
}
