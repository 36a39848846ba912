package org.stretchdeploy.vendor.vcd.internal.map;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** Reads and writes network connection sections of VMs. Pure functions. */
public final class Nics {
    /** The word for "on no network". */
    private static final String NO_NETWORK = "none";

    private static final List<String> ORDER = List.of(
            "NetworkConnectionIndex",
            "IpAddress",
            "IpType",
            "ExternalIpAddress",
            "IsConnected",
            "MACAddress",
            "IpAddressAllocationMode",
            "SecondaryIpAddress",
            "SecondaryIpType",
            "SecondaryIpAddressAllocationMode",
            "NetworkAdapterType");

    private Nics() {}

    /** In the order of their index. */
    static List<Vm.Nic> read(Elem section) {
        long primary = section.number(0, "PrimaryNetworkConnectionIndex");
        return section.children("NetworkConnection").stream()
                .map(connection -> nic(connection, primary))
                .sorted(Comparator.comparingInt(Vm.Nic::index))
                .toList();
    }

    private static Vm.Nic nic(Elem connection, long primary) {
        int index = (int) connection.number(0, "NetworkConnectionIndex");
        String network = connection.attribute("network");
        String address = connection.text("IpAddress");
        return new Vm.Nic(
                index,
                network.equals(NO_NETWORK) ? "" : network,
                connection.text("MACAddress").toLowerCase(Locale.ROOT),
                address.isEmpty() ? Optional.empty() : Optional.of(address),
                allocation(connection.text("IpAddressAllocationMode")),
                connection.flag(false, "IsConnected"),
                index == primary,
                connection.text("NetworkAdapterType"));
    }

    private static Vm.Allocation allocation(String mode) {
        return switch (mode.toUpperCase(Locale.ROOT)) {
            case "MANUAL" -> Vm.Allocation.MANUAL;
            case "POOL" -> Vm.Allocation.POOL;
            case "DHCP" -> Vm.Allocation.DHCP;
            default -> Vm.Allocation.NONE;
        };
    }

    /** The same NICs on no network, with their MAC addresses. */
    public static List<Vm.Nic> detached(List<Vm.Nic> nics) {
        return nics.stream()
                .map(nic -> new Vm.Nic(
                        nic.index(),
                        "",
                        nic.mac(),
                        Optional.empty(),
                        Vm.Allocation.NONE,
                        false,
                        nic.primary(),
                        nic.adapter()))
                .toList();
    }

    /** Appends a section with these NICs to an element. */
    static void write(Elem parent, List<Vm.Nic> nics) {
        Elem section = parent.add("NetworkConnectionSection");
        section.add("ovf:Info", "Network connections");
        writePrimary(section, nics);
        nics.forEach(nic -> fill(section.add("NetworkConnection"), nic));
    }

    private static void writePrimary(Elem section, List<Vm.Nic> nics) {
        nics.stream()
                .filter(Vm.Nic::primary)
                .findFirst()
                .ifPresent(nic -> section.put(
                        List.of("ovf:Info", "PrimaryNetworkConnectionIndex", "NetworkConnection", "Link"),
                        "PrimaryNetworkConnectionIndex",
                        String.valueOf(nic.index())));
    }

    /** Makes a section that was read say these NICs; whatever else it says about a NIC that stays is kept. */
    public static void change(Elem section, List<Vm.Nic> nics) {
        List<String> order = List.of("ovf:Info", "PrimaryNetworkConnectionIndex", "NetworkConnection", "Link");
        section.children("NetworkConnection").stream()
                .filter(old -> nics.stream().noneMatch(nic -> nic.index() == indexOf(old)))
                .forEach(Elem::remove);
        writePrimary(section, nics);
        for (Vm.Nic nic : nics) {
            Elem connection = section.children("NetworkConnection").stream()
                    .filter(old -> indexOf(old) == nic.index())
                    .findFirst()
                    .orElseGet(() -> section.insert(order, "NetworkConnection"));
            fill(connection, nic);
        }
    }

    private static long indexOf(Elem connection) {
        return connection.number(-1, "NetworkConnectionIndex");
    }

    private static void fill(Elem connection, Vm.Nic nic) {
        connection.with("network", nic.network().isEmpty() ? NO_NETWORK : nic.network());
        connection.with("needsCustomization", "false");
        connection.put(ORDER, "NetworkConnectionIndex", String.valueOf(nic.index()));
        boolean fixed = nic.allocation() == Vm.Allocation.MANUAL;
        if (fixed && nic.address().isPresent()) {
            connection.put(ORDER, "IpAddress", nic.address().get());
        } else {
            connection.removeChildren("IpAddress");
        }
        connection.put(ORDER, "IsConnected", String.valueOf(nic.connected()));
        if (!nic.mac().isEmpty()) {
            connection.put(ORDER, "MACAddress", nic.mac());
        }
        connection.put(ORDER, "IpAddressAllocationMode", nic.allocation().name());
        if (!nic.adapter().isEmpty()) {
            connection.put(ORDER, "NetworkAdapterType", nic.adapter());
        }
    }
}
