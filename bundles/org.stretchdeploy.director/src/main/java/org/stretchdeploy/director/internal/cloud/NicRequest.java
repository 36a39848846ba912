package org.stretchdeploy.director.internal.cloud;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** One NetworkConnection as a client or a descriptor asks for it. */
public record NicRequest(
        int index,
        String network,
        String ip,
        Optional<Boolean> connected,
        Optional<String> mac,
        Optional<String> mode,
        Optional<String> adapter,
        boolean needsCustomization) {
    private static final Set<String> MODES = Set.of("POOL", "DHCP", "MANUAL", "NONE");

    /** The cards of a NetworkConnectionSection. */
    public static List<NicRequest> read(XmlElement section) {
        List<NicRequest> all = new ArrayList<>();
        Set<Integer> indexes = new HashSet<>();
        for (XmlElement element : section.all("NetworkConnection")) {
            NicRequest nic = readOne(element, all.size());
            if (!indexes.add(nic.index)) {
                throw ApiException.badRequest("The network connection index " + nic.index + " is used twice.");
            }
            all.add(nic);
        }
        if (all.size() > 10) {
            throw ApiException.badRequest("A VM has at most 10 network connections.");
        }
        return all;
    }

    public static int primaryIndex(XmlElement section) {
        return section.filled("PrimaryNetworkConnectionIndex")
                .map(t -> Numbers.integer("PrimaryNetworkConnectionIndex", t))
                .orElse(0);
    }

    private static NicRequest readOne(XmlElement element, int position) {
        Optional<String> mode = element.filled("IpAddressAllocationMode").map(m -> m.toUpperCase(Locale.ROOT));
        mode.filter(m -> !MODES.contains(m)).ifPresent(m -> {
            throw ApiException.badRequest("The IP address allocation mode \"" + m + "\" is unknown.");
        });
        return new NicRequest(
                element.filled("NetworkConnectionIndex")
                        .map(t -> Numbers.integer("NetworkConnectionIndex", t))
                        .orElse(position),
                element.attribute("network")
                        .orElseThrow(() -> ApiException.badRequest("A network connection names no network.")),
                element.filled("IpAddress").orElse(""),
                element.filled("IsConnected").map(Boolean::parseBoolean),
                element.filled("MACAddress").map(Addresses::checkedMac),
                mode,
                element.filled("NetworkAdapterType").map(a -> a.toUpperCase(Locale.ROOT)),
                element.attribute("needsCustomization")
                        .map(Boolean::parseBoolean)
                        .orElse(false));
    }
}
