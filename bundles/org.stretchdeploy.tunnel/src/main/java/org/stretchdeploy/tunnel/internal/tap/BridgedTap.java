package org.stretchdeploy.tunnel.internal.tap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;
import org.stretchdeploy.tunnel.internal.tap.IpCommand.LinkInfo;

/**
 * Tap {@code st<n>} and the edge's stretched NIC in a bridge {@code br<n>}:
 *
 * <pre>
 *   segment ── NIC (found by its MAC address) ── br&lt;n&gt; ── st&lt;n&gt; ── this process
 * </pre>
 *
 * The bridge carries a digest of the network's id as its alias, so that a restarted agent adopts what a killed one left. No device
 * gets an address, answers ARP or configures IPv6: the edge stays invisible on the stretched segment.
 */
public final class BridgedTap implements TapPort {
    private static final Logger LOG = LoggerFactory.getLogger(BridgedTap.class);
    private static final String ALIAS = "stretchdeploy:";

    private final String bridge;
    private final String nic;
    private final int mtu;
    private final List<LinuxTap> taps;

    private BridgedTap(String bridge, String nic, int mtu, List<LinuxTap> taps) {
        this.bridge = bridge;
        this.nic = nic;
        this.mtu = mtu;
        this.taps = List.copyOf(taps);
    }

    /**
     * Creates or adopts the devices of one network.
     *
     * @param network the network's id
     * @param nicMac MAC address of the NIC to enslave
     * @param wantedMtu layer-3 size, 0 for the NIC's
     * @param queues how many queues the tap gets
     * @throws IOException when there is no such NIC or a device cannot be made
     */
    public static BridgedTap open(String network, String nicMac, int wantedMtu, int queues) throws IOException {
        List<LinkInfo> links = IpCommand.links();
        LinkInfo nic = findNic(links, nicMac);
        String bridge = links.stream()
                .filter(link -> link.kind().equals("bridge") && link.alias().equals(alias(network)))
                .map(LinkInfo::name)
                .findFirst()
                .orElse(null);
        boolean adopted = bridge != null;
        int number = adopted ? Integer.parseInt(bridge.substring(2)) : freeNumber(links);
        String tap = "st" + number;
        int mtu = wantedMtu > 0 ? wantedMtu : nic.mtu();
        List<LinuxTap> taps = new ArrayList<>();
        try {
            for (int queue = 0; queue < queues; queue++) {
                taps.add(LinuxTap.open(tap, queues > 1));
            }
            bridge = "br" + number;
            passUnfiltered(links);
            setUp(network, bridge, tap, nic.name(), mtu, adopted);
            LOG.info(
                    "event=port-open network={} nic={} bridge={} tap={} mtu={} adopted={}",
                    network,
                    nic.name(),
                    bridge,
                    tap,
                    mtu,
                    adopted);
            return new BridgedTap(bridge, nic.name(), mtu, taps);
        } catch (IOException | RuntimeException e) {
            taps.forEach(LinuxTap::close);
            if (!adopted) {
                IpCommand.attempt("link", "del", "br" + number);
            }
            throw e;
        }
    }

    /** Removes bridges of earlier agents whose network is not wanted any more. */
    public static void removeOthers(Set<String> wantedNetworks) throws IOException {
        Set<String> wanted = wantedNetworks.stream().map(BridgedTap::alias).collect(Collectors.toSet());
        for (LinkInfo link : IpCommand.links()) {
            if (link.kind().equals("bridge") && link.alias().startsWith(ALIAS) && !wanted.contains(link.alias())) {
                LOG.info("event=port-remove bridge={} alias={}", link.name(), link.alias());
                IpCommand.attempt("link", "del", link.name());
            }
        }
    }

    /**
     * What marks the bridge of a network. People name networks as they like, with blanks, quotes and line ends, and the
     * kernel takes 256 bytes: so a digest, which is also nothing that {@code ip} could read as another command.
     */
    static String alias(String network) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(network.getBytes(StandardCharsets.UTF_8));
            return ALIAS + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    private static LinkInfo findNic(List<LinkInfo> links, String nicMac) throws IOException {
        String mac = MacAddress.format(MacAddress.parse(nicMac)).toLowerCase(Locale.ROOT);
        return links.stream()
                .filter(link -> link.address().equals(mac)
                        && !link.kind().equals("bridge")
                        && !link.kind().equals("tun"))
                .findFirst()
                .orElseThrow(() -> new IOException("no NIC with MAC address " + mac));
    }

    private static int freeNumber(List<LinkInfo> links) {
        Set<String> names = links.stream().map(LinkInfo::name).collect(Collectors.toSet());
        int number = 0;
        while (names.contains("br" + number) || names.contains("st" + number)) {
            number++;
        }
        return number;
    }

    private static void setUp(String network, String bridge, String tap, String nic, int mtu, boolean adopted)
            throws IOException {
        List<String> lines = new ArrayList<>();
        if (!adopted) {
            lines.add("link add name " + bridge + " type bridge stp_state 0 forward_delay 0 mcast_snooping 0");
            lines.add("link set " + bridge + " alias " + alias(network));
            IpCommand.batch(lines);
            lines.clear();
        }
        for (String device : List.of(bridge, tap, nic)) {
            setting("ipv6/conf/" + device + "/disable_ipv6", "1");
            setting("ipv6/conf/" + device + "/accept_ra", "0");
            setting("ipv4/conf/" + device + "/forwarding", "0");
            setting("ipv4/conf/" + device + "/arp_ignore", "8");
        }
        lines.add("addr flush dev " + nic);
        lines.add("link set " + tap + " mtu " + mtu + " txqueuelen 4096 master " + bridge + " up");
        lines.add("link set " + nic + " mtu " + mtu + " master " + bridge + " up");
        lines.add("link set " + bridge + " mtu " + mtu + " arp off up");
        IpCommand.batch(lines);
    }

    /**
     * Where br_netfilter is loaded (Docker loads it) the kernel takes what bridges forward through its IP filter: it
     * drops and cuts frames with odd headers and costs time. What an edge stretches is not its own to judge, so this is
     * switched off, but only while no bridge of somebody else is in this network namespace.
     */
    private static void passUnfiltered(List<LinkInfo> links) {
        Path switches = Path.of("/proc/sys/net/bridge");
        boolean alone = links.stream()
                .noneMatch(link -> link.kind().equals("bridge") && !link.alias().startsWith(ALIAS));
        if (!Files.isDirectory(switches)) {
            return;
        }
        if (!alone) {
            LOG.warn("event=bridges-filtered cause=\"other bridges are here, their filter is left alone\"");
            return;
        }
        for (String family : List.of("iptables", "ip6tables", "arptables")) {
            setting("bridge/bridge-nf-call-" + family, "0");
        }
    }

    private static void setting(String path, String value) {
        try {
            Files.writeString(Path.of("/proc/sys/net", path), value);
        } catch (IOException e) {
            // A kernel without IPv6 has no such setting; a missing one is no danger.
            LOG.debug("event=setting-absent path={}", path);
        }
    }

    @Override
    public int queues() {
        return taps.size();
    }

    @Override
    public Tap queue(int number) {
        return taps.get(number);
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public boolean takesUdpSuperFrames() {
        return taps.get(0).takesUdpSuperFrames();
    }

    @Override
    public void useUdpSuperFrames(boolean wanted) {
        taps.get(0).useUdpSuperFrames(wanted);
    }

    @Override
    public boolean isLinked() {
        try {
            return Files.readString(Path.of("/sys/class/net", nic, "carrier")).startsWith("1");
        } catch (IOException e) {
            // A NIC that is down has no carrier to read, and one that is gone no file.
            return false;
        }
    }

    @Override
    public void close() {
        taps.forEach(LinuxTap::close);
        IpCommand.attempt("link", "set", nic, "nomaster");
        IpCommand.attempt("link", "del", bridge);
    }
}
