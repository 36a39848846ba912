package org.stretchdeploy.director.internal.cloud;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.IpScope;
import org.stretchdeploy.director.internal.model.Nic;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.model.Vm;

/**
 * Puts a machine's cards on the networks of a vApp. Keeps what identifies the machine, gives out what is missing, and
 * refuses an address that somebody else has on the same segment.
 */
public final class NicPlacement {
    private final CloudState state;
    private final List<VAppNetwork> networks;
    private final boolean freshMacOnConflict;
    private final Set<String> reserved;

    /**
     * @param networks           the networks of the vApp that the machine will be in
     * @param freshMacOnConflict true: the card of a copy gets another MAC address when its own is taken
     * @param reserved           what earlier placements of the same request gave out; is added to
     */
    public NicPlacement(
            CloudState state, List<VAppNetwork> networks, boolean freshMacOnConflict, Set<String> reserved) {
        this.state = state;
        this.networks = networks;
        this.freshMacOnConflict = freshMacOnConflict;
        this.reserved = reserved;
    }

    /** Cards for a machine that gets a whole new list of connections; a MAC address not given is kept per index. */
    public List<Nic> requested(Vm vm, List<NicRequest> requests) {
        List<Nic> result = new ArrayList<>();
        for (NicRequest request : requests) {
            Optional<Nic> old =
                    vm.nics.stream().filter(n -> n.index() == request.index()).findFirst();
            String mac = request.mac().or(() -> old.map(Nic::mac)).orElseGet(() -> Addresses.newMac(state));
            String adapter = request.adapter().or(() -> old.map(Nic::adapter)).orElse("VMXNET3");
            boolean off = request.network().equals(Nic.NONE);
            String mode = off ? "NONE" : request.mode().orElse("POOL");
            Nic nic = new Nic(
                    request.index(),
                    request.network(),
                    mac,
                    !off && request.connected().orElse(true),
                    mode,
                    mode.equals("DHCP") || mode.equals("NONE") ? "" : request.ip(),
                    old.map(Nic::externalIp).orElse(""),
                    adapter,
                    request.needsCustomization());
            result.add(place(vm, nic, result, request.mac().isEmpty() && freshMacOnConflict));
        }
        return result;
    }

    /** The machine's own cards, joined to networks of the same name or as mapped; without one they are unplugged. */
    public List<Nic> carriedOver(Vm vm, Map<String, String> assignments) {
        List<Nic> result = new ArrayList<>();
        for (Nic old : vm.nics) {
            String name = assignments.getOrDefault(old.network(), old.network());
            boolean found = networks.stream().anyMatch(n -> n.name.equals(name));
            if (!found && assignments.containsKey(old.network()) && !name.equals(Nic.NONE)) {
                throw ApiException.badRequest("The network \"" + name + "\" is not a network of the vApp.");
            }
            Nic nic = found ? old.withNetwork(name) : old.unplugged();
            result.add(place(vm, nic.withExternalIp(""), result, freshMacOnConflict));
        }
        return result;
    }

    private Nic place(Vm vm, Nic nic, List<Nic> siblings, boolean freshMac) {
        if (siblings.stream().anyMatch(n -> n.mac().equals(nic.mac()))) {
            throw duplicateMac(nic.mac(), "another network connection of VM " + vm.name);
        }
        if (!nic.onNetwork()) {
            return nic;
        }
        VAppNetwork network = networks.stream()
                .filter(n -> n.name.equals(nic.network()))
                .findFirst()
                .orElseThrow(() ->
                        ApiException.badRequest("The network \"" + nic.network() + "\" is not a network of the vApp."));
        String segment = Addresses.segment(state, network);
        Nic placed = nic;
        Optional<Addresses.NicUse> conflict = Addresses.nics(state, segment)
                .filter(u -> !u.vm().id.equals(vm.id) && u.nic().mac().equals(nic.mac()))
                .findFirst();
        if (conflict.isPresent() || reserved.contains(segment + nic.mac())) {
            if (!freshMac) {
                throw duplicateMac(
                        nic.mac(),
                        conflict.map(c -> "VM " + c.vm().name).orElse("another VM") + " on network " + network.name);
            }
            placed = placed.withMac(Addresses.newMac(state));
        }
        placed = address(vm, placed, network, segment);
        reserved.add(segment + placed.mac());
        if (!placed.ip().isEmpty()) {
            reserved.add(segment + placed.ip());
        }
        return placed;
    }

    private static ApiException duplicateMac(String mac, String who) {
        return ApiException.badRequest("The MAC address " + mac + " is already used by " + who + ".");
    }

    private Nic address(Vm vm, Nic nic, VAppNetwork network, String segment) {
        List<IpScope> scopes = scopes(network);
        switch (nic.mode()) {
            case "MANUAL" -> {
                if (nic.ip().isEmpty()) {
                    throw ApiException.badRequest("The network connection " + nic.index() + " of VM " + vm.name
                            + " has the mode MANUAL but no IP address.");
                }
                requireUsable(vm, nic.ip(), network, scopes, segment);
                return nic;
            }
            case "POOL" -> {
                if (!nic.ip().isEmpty() && free(vm, nic.ip(), segment) && inPool(nic.ip(), scopes)) {
                    return nic;
                }
                List<String> alsoTaken = reserved.stream()
                        .filter(r -> r.startsWith(segment))
                        .map(r -> r.substring(segment.length()))
                        .toList();
                return nic.withIp(Addresses.next(state, segment, scopes, alsoTaken)
                        .orElseThrow(() -> Addresses.exhausted(network.name)));
            }
            default -> {
                return nic.withIp("");
            }
        }
    }

    private boolean free(Vm vm, String ip, String segment) {
        Addresses.Use use = Addresses.uses(state, segment).get(ip);
        return (use == null || use.entityId().equals(vm.id)) && !reserved.contains(segment + ip);
    }

    private static boolean inPool(String ip, List<IpScope> scopes) {
        return scopes.stream().flatMap(s -> s.ranges().stream()).anyMatch(r -> r.contains(ip));
    }

    private void requireUsable(Vm vm, String ip, VAppNetwork network, List<IpScope> scopes, String segment) {
        if (scopes.stream().noneMatch(s -> s.subnet().isHost(ip))) {
            throw ApiException.badRequest("The IP address " + ip + " of VM " + vm.name
                    + " is not in the subnet of network " + network.name + ".");
        }
        Addresses.Use use = Addresses.uses(state, segment).get(ip);
        if (use != null && !use.entityId().equals(vm.id)) {
            throw ApiException.badRequest(
                    "The IP address " + ip + " is already used by " + use.what() + " on network " + network.name + ".");
        }
        if (reserved.contains(segment + ip)) {
            throw ApiException.badRequest("The IP address " + ip + " is asked for twice.");
        }
    }

    private List<IpScope> scopes(VAppNetwork network) {
        if (network.fenceMode == VAppNetwork.FenceMode.BRIDGED) {
            return state.orgNetwork(network.parentId).map(p -> p.scopes).orElse(network.scopes);
        }
        return network.scopes;
    }
}
