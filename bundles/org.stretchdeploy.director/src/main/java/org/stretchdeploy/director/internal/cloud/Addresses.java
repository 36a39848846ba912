package org.stretchdeploy.director.internal.cloud;

import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.EdgeGateway;
import org.stretchdeploy.director.internal.model.IpRange;
import org.stretchdeploy.director.internal.model.IpScope;
import org.stretchdeploy.director.internal.model.Ipv4;
import org.stretchdeploy.director.internal.model.Nic;
import org.stretchdeploy.director.internal.model.OrgNetwork;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.model.Vm;

/** Which addresses are taken on a segment, and which come next. */
public final class Addresses {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Addresses() {}

    /** One address in use. @param what a phrase for messages: who has it */
    public record Use(String address, String what, String entityId) {}

    /** The segment that machines on this vApp network are on: its own, or that of the parent it is bridged to. */
    public static String segment(CloudState s, VAppNetwork network) {
        if (network.fenceMode != VAppNetwork.FenceMode.BRIDGED) {
            return network.id;
        }
        return s.orgNetwork(network.parentId).map(Addresses::segment).orElse(network.id);
    }

    /** The segment of an organization network: its own, or the external network that it is directly joined to. */
    public static String segment(OrgNetwork network) {
        return network.directId.isEmpty() ? network.id : network.directId;
    }

    /** Every address in use on a segment, by address. */
    public static Map<String, Use> uses(CloudState s, String segment) {
        Map<String, Use> all = new LinkedHashMap<>();
        for (VAppNetwork network : s.vappNetworks.values()) {
            if (!s.vapps.containsKey(network.ownerId)) {
                continue;
            }
            if (network.id.equals(segment)) {
                network.scopes.forEach(scope -> put(all, scope.gateway(), "the gateway", network.id));
            }
            boolean routedBelow = network.fenceMode == VAppNetwork.FenceMode.NAT_ROUTED
                    && s.orgNetwork(network.parentId)
                            .map(p -> segment(p).equals(segment))
                            .orElse(false);
            if (routedBelow) {
                put(all, network.externalIp, "the edge of vApp network " + network.name, network.id);
                if (network.nat != null) {
                    network.nat.rules().stream()
                            .filter(VAppNetwork.NatRule::oneToOne)
                            .forEach(r -> put(all, r.externalIp(), "NAT of vApp network " + network.name, network.id));
                }
            }
        }
        s.orgNetworks.values().stream()
                .filter(n -> n.id.equals(segment))
                .forEach(n -> n.scopes.forEach(scope -> put(all, scope.gateway(), "the gateway", n.id)));
        if (s.externalNetworks.containsKey(segment)) {
            put(all, s.externalNetworks.get(segment).scope.gateway(), "the gateway", segment);
            for (EdgeGateway edge : s.edges.values()) {
                if (edge.externalNetworkId.equals(segment)) {
                    edge.uplinkIps().forEach(ip -> put(all, ip, "edge gateway " + edge.name, edge.id));
                }
            }
        }
        nics(s, segment).forEach(use -> put(all, use.nic().ip(), "VM " + use.vm().name, use.vm().id));
        return all;
    }

    private static void put(Map<String, Use> all, String address, String what, String id) {
        if (!address.isEmpty()) {
            all.putIfAbsent(address, new Use(address, what, id));
        }
    }

    /** A card of a machine. */
    public record NicUse(Vm vm, Nic nic) {}

    /** The cards of machines of vApps that are on a segment. */
    public static Stream<NicUse> nics(CloudState s, String segment) {
        return s.vms.values().stream()
                .filter(v -> !v.inTemplate)
                .flatMap(v -> v.nics.stream().filter(Nic::onNetwork).map(n -> new NicUse(v, n)))
                .filter(u -> s.networkOf(u.vm().containerId, u.nic().network())
                        .map(n -> segment(s, n).equals(segment))
                        .orElse(false));
    }

    /** The next free address of the scopes' ranges; also avoids those in {@code alsoTaken}. */
    public static Optional<String> next(CloudState s, String segment, List<IpScope> scopes, List<String> alsoTaken) {
        Map<String, Use> taken = uses(s, segment);
        for (IpScope scope : scopes) {
            for (IpRange range : scope.ranges()) {
                long last = Ipv4.number(range.end());
                for (long n = Ipv4.number(range.start()); n <= last; n++) {
                    String address = Ipv4.text(n);
                    if (!taken.containsKey(address) && !alsoTaken.contains(address)) {
                        return Optional.of(address);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** Gives a vApp edge its address on the parent when it has none. */
    public static void takeExternalIp(CloudState s, VAppNetwork network) {
        if (network.fenceMode != VAppNetwork.FenceMode.NAT_ROUTED || !network.externalIp.isEmpty()) {
            return;
        }
        OrgNetwork parent = s.orgNetworks.get(network.parentId);
        if (parent != null) {
            network.externalIp =
                    next(s, segment(parent), parent.scopes, List.of()).orElseThrow(() -> exhausted(parent.name));
        }
    }

    public static ApiException exhausted(String network) {
        return ApiException.badRequest("There is no free IP address left in the pool of network \"" + network + "\".");
    }

    /** A MAC address of the director's prefix that no card of this cloud has. */
    public static String newMac(CloudState s) {
        while (true) {
            byte[] tail = new byte[3];
            RANDOM.nextBytes(tail);
            // 00:50:56 with a fourth byte up to 3f is what VMware hands out for statically assigned addresses.
            String mac = String.format("00:50:56:%02x:%02x:%02x", tail[0] & 0x3f, tail[1] & 0xff, tail[2] & 0xff);
            if (s.vms.values().stream().flatMap(v -> v.nics.stream()).noneMatch(n -> n.mac()
                    .equals(mac))) {
                return mac;
            }
        }
    }

    /** @throws ApiException 400 when the text is not the address of a single card */
    public static String checkedMac(String mac) {
        String lower = mac.trim().toLowerCase(Locale.ROOT).replace('-', ':');
        if (!lower.matches("([0-9a-f]{2}:){5}[0-9a-f]{2}")
                || (Integer.parseInt(lower.substring(0, 2), 16) & 1) == 1
                || lower.equals("00:00:00:00:00:00")) {
            throw ApiException.badRequest("The MAC address \"" + mac + "\" is not valid.");
        }
        return lower;
    }
}
