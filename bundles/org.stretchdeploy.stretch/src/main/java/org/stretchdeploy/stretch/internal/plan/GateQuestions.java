package org.stretchdeploy.stretch.internal.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.stretchdeploy.api.Gate;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.spi.VApp;
import org.stretchdeploy.spi.VAppNetwork;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.ServiceQuestion;
import org.stretchdeploy.stretch.internal.model.Tier;

/** Which services the gates of an operation ask for, where, and from which addresses. Pure functions. */
final class GateQuestions {
    /** An edge appliance tries no more. */
    private static final int MOST_FROM = 4;

    private GateQuestions() {}

    /**
     * The free addresses of a vApp's networks.
     *
     * @param home      the vApp with every machine that has an address there, moved or not
     * @param reserved  addresses and ranges, by network, that are somebody's although no machine of the vApp has them
     */
    static Map<String, List<String>> free(VApp home, Map<String, List<String>> reserved) {
        Map<String, List<String>> free = new TreeMap<>();
        for (VAppNetwork network : home.networks()) {
            Optional<Subnet> subnet = network.subnet();
            List<String> taken = new ArrayList<>(reserved.getOrDefault(network.name(), List.of()));
            home.vms().stream()
                    .flatMap(vm -> vm.nics().stream())
                    .filter(nic -> nic.network().equals(network.name()))
                    .forEach(nic -> nic.address().ifPresent(taken::add));
            free.put(
                    network.name(),
                    subnet.map(s -> Ipv4.free(s, taken, MOST_FROM)).orElse(List.of()));
        }
        return free;
    }

    /** @param free addresses to ask from, by network; machines are asked on these networks */
    static List<ServiceQuestion> of(Gate gate, List<? extends Tier<?>> tiers, Map<String, List<String>> free) {
        List<ServiceQuestion> questions = new ArrayList<>();
        for (Tier.Member member : asked(gate, tiers)) {
            for (Vm.Nic nic : member.nics()) {
                nic.address()
                        .filter(address -> nic.connected() && free.containsKey(nic.network()))
                        .filter(address -> Ipv4.parse(address).isPresent())
                        .ifPresent(address -> questions.add(new ServiceQuestion(
                                member.name(),
                                nic.network(),
                                address,
                                nic.mac(),
                                gate.checkOf(member.name()).port(),
                                free.get(nic.network()))));
            }
        }
        return questions;
    }

    /** Machines that a gate will ask for a service. */
    static List<Tier.Member> asked(Gate gate, List<? extends Tier<?>> tiers) {
        return waitedFor(tiers).stream()
                .filter(member -> isService(gate.checkOf(member.name())))
                .toList();
    }

    static List<Tier.Member> waitedFor(List<? extends Tier<?>> tiers) {
        List<Tier.Member> members = new ArrayList<>();
        tiers.stream().filter(tier -> tier.gate().isPresent()).forEach(tier -> members.addAll(tier.waitedFor()));
        return members;
    }

    static boolean isService(Gate.Check check) {
        return check.kind() == Gate.Kind.PING || check.kind() == Gate.Kind.TCP;
    }
}
