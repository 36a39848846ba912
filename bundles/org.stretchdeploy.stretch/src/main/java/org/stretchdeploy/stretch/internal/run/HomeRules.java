package org.stretchdeploy.stretch.internal.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.api.edge.NatRule;
import org.stretchdeploy.edge.CanonicalForm;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.Vm;

/** Rules of the source vApp that name a VM which leaves it for a moment. Pure functions. */
final class HomeRules {
    private HomeRules() {}

    /** Services by network, as they are written to the journal. */
    static final class Edges extends HashMap<String, EdgeServices> {
        private static final long serialVersionUID = 1L;
    }

    /**
     * The services as they are now, with the NAT rules that were bound to the given VMs put back in their old places,
     * bound to the VMs that bear these names now.
     */
    static EdgeServices restored(EdgeServices before, EdgeServices now, VApp home, List<String> vms) {
        List<NatRule> rules = new ArrayList<>(now.nat().rules());
        Set<String> present = new HashSet<>();
        rules.forEach(rule -> present.add(CanonicalForm.of(rule)));
        List<NatRule> old = before.nat().rules();
        for (int i = 0; i < old.size(); i++) {
            NatRule rule = old.get(i);
            boolean lost = rule.vm().filter(v -> vms.contains(v.vm())).isPresent();
            NatRule bound = rebound(rule, home);
            if (lost && present.add(CanonicalForm.of(bound))) {
                rules.add(Math.min(i, rules.size()), bound);
            }
        }
        EdgeServices.Nat nat = before.nat();
        boolean any = !rules.isEmpty();
        return new EdgeServices(
                now.firewall(),
                new EdgeServices.Nat(
                        any ? nat.enabled() : now.nat().enabled(),
                        now.nat().type(),
                        now.nat().masquerade(),
                        rules),
                now.dhcp(),
                now.routes());
    }

    private static NatRule rebound(NatRule rule, VApp home) {
        Optional<NatRule.VmNic> nic = rule.vm().map(v -> home.vm(v.vm())
                .map(vm -> new NatRule.VmNic(v.vm(), vm.localId(), v.nicIndex()))
                .orElse(v));
        return new NatRule(
                "",
                rule.name(),
                rule.enabled(),
                rule.type(),
                rule.protocol(),
                rule.externalAddress(),
                rule.externalPort(),
                rule.internalAddress(),
                rule.internalPort(),
                nic,
                rule.firewallMatch());
    }

    /** The start order of a vApp as it is now, with the old entries of the given machines. */
    static List<VApp.Startup> startup(List<VApp.Startup> before, VApp vApp, List<String> vms) {
        List<VApp.Startup> wanted = new ArrayList<>();
        for (VApp.Startup now : vApp.startup()) {
            boolean moved = vms.contains(now.vm());
            wanted.add(before.stream()
                    .filter(old -> moved && old.vm().equals(now.vm()))
                    .findFirst()
                    .orElse(now));
        }
        return wanted;
    }

    /** Names of the VMs that a list of machines has, for messages. */
    static List<String> names(List<Vm> vms) {
        return vms.stream().map(Vm::name).toList();
    }
}
