package org.stretchdeploy.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.Vm;

/**
 * Somebody who wants the fenced copy of a machine to run: asks its director, or starts its emulator by hand, with a tap of
 * his own on the machine's bridge, as whoever administers the host can.
 */
final class Intruder implements AutoCloseable {
    private static final Pattern FILE = Pattern.compile("(?:filename\":\"|path=|file=)(/[^\",]+)");
    private static final String TAP = "byhand";
    private static final String SENDER = "byhand-s";
    private static final String SENDER_PORT = "byhand-p";
    private static final String EMULATOR = "intruder";

    private final Lab lab;
    private final CloudSite site;
    private final Shop.Guest guest;
    private final Path folder;
    private final String fabric;
    private List<String> emulator = List.of();
    private String bridge = "";

    Intruder(Lab lab, CloudSite site, Shop.Guest guest) {
        this.lab = lab;
        this.site = site;
        this.guest = guest;
        this.folder = lab.folder().state().resolve("intruder");
        this.fabric = site.prefix() + "-fab";
    }

    /** While the machine runs: what its emulator is called with, with copies of the files that go when it stops. */
    void remember() throws IOException {
        Files.createDirectories(folder);
        ProcessHandle running = ProcessHandle.allProcesses()
                .filter(p -> commandLine(p).stream().anyMatch(word -> word.contains(guest.mac())))
                .findFirst()
                .orElseThrow(() -> new LabException(guest.name() + " does not run"));
        emulator = commandLine(running);
        for (String word : emulator) {
            Matcher tap = Pattern.compile("ifname=(t[0-9a-f]+)").matcher(word);
            if (tap.find()) {
                String link = Exec.must(lab.inside(fabric, List.of("ip", "-o", "link", "show", "dev", tap.group(1))));
                bridge = link.replaceAll("(?s).* master (\\S+).*", "$1");
            }
            if (word.contains("opt/ovf/")) {
                copy(word);
            }
        }
    }

    private static List<String> commandLine(ProcessHandle process) {
        try {
            String all = Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
            List<String> words = Arrays.asList(all.split("\0"));
            return words.get(0).contains("qemu-system") ? words : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    private void copy(String word) throws IOException {
        Matcher file = FILE.matcher(word);
        if (file.find()) {
            Path from = Path.of(file.group(1));
            Files.copy(from, mine(from.toString()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private Path mine(String path) {
        return folder.resolve(Path.of(path).getFileName());
    }

    /** The director's answer to a wish to start the machine; empty if it obeys, or has no such machine. */
    Optional<String> asksToStart(Cloud cloud) {
        try {
            Optional<Vm> vm = machine(cloud);
            vm.ifPresent(v -> cloud.vApps().powerOn(v.id()));
            return Optional.empty();
        } catch (CloudException e) {
            return Optional.of(e.getMessage());
        }
    }

    Optional<Vm> machine(Cloud cloud) {
        return cloud.inventory().vApps().stream()
                .filter(v -> v.name().equals(Shop.VAPP))
                .flatMap(v -> cloud.inventory().vApp(v.id()).vm(guest.name()).stream())
                .findFirst();
    }

    /** The same emulator on a copy of the same disk, with a tap of our own on the same bridge. */
    void startsPastTheDirector() throws IOException {
        ip("tuntap", "add", "dev", TAP, "mode", "tap");
        ip("link", "set", TAP, "master", bridge, "up");
        List<String> words = new ArrayList<>();
        for (String word : emulator) {
            if (word.equals("-S") || word.equals("-daemonize")) {
                continue;
            }
            Matcher file = FILE.matcher(word);
            String changed = word.replaceAll("ifname=t[0-9a-f]+", "ifname=" + TAP);
            if (file.find()) {
                if (word.contains("filename")) {
                    copy(word);
                }
                changed = changed.replace(file.group(1), mine(file.group(1)).toString());
            }
            words.add(words.size() > 0 && words.get(words.size() - 1).equals("-pidfile") ? folder + "/pid" : changed);
        }
        Spawned.start(lab.folder(), EMULATOR, lab.inside(fabric, words));
    }

    /** Frames that the emulator has sent into its tap so far. */
    long sent() {
        String counters =
                Exec.must(lab.inside(fabric, List.of("cat", "/sys/class/net/" + TAP + "/statistics/rx_packets")));
        return Long.parseLong(counters.strip());
    }

    /** Frames of the machine that the bridge has kept out so far. */
    long keptOut() {
        String rules = Exec.must(lab.inside(fabric, List.of("nft", "list", "table", "bridge", "fence")));
        Matcher counter =
                Pattern.compile(guest.mac() + " .*counter packets (\\d+)").matcher(rules);
        return counter.find() ? Long.parseLong(counter.group(1)) : -1;
    }

    void stops() {
        Spawned.stop(lab.folder(), EMULATOR);
    }

    /** Plugs in a pair of links, to send single frames from. */
    void plugsIn() {
        ip("link", "add", SENDER, "type", "veth", "peer", "name", SENDER_PORT);
        ip("link", "set", SENDER_PORT, "master", bridge, "up");
        ip("link", "set", SENDER, "up");
    }

    /** A broadcast question from this MAC address, who has an address that nobody has, told to the given one. */
    void asksTheSegment(String mac, String teller) throws IOException {
        String address = HexFormat.of().formatHex(bytes(teller));
        String from = mac.replace(":", "");
        String frame = "ffffffffffff" + from + "0806" + "0001080006040001" + from + address + "000000000000"
                + HexFormat.of().formatHex(bytes("192.168.77.201")) + "00".repeat(18);
        Path file = folder.resolve("frame");
        Files.write(file, HexFormat.of().parseHex(frame));
        Exec.must(lab.inside(fabric, List.of("socat", "-u", "OPEN:" + file, "INTERFACE:" + SENDER)));
    }

    private static byte[] bytes(String address) {
        byte[] bytes = new byte[4];
        String[] words = address.split("\\.");
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(words[i]);
        }
        return bytes;
    }

    private void ip(String... words) {
        List<String> all = new ArrayList<>(List.of("ip"));
        all.addAll(List.of(words));
        Exec.must(lab.inside(fabric, all));
    }

    @Override
    public void close() {
        stops();
        for (String link : List.of(TAP, SENDER)) {
            Exec.run(Duration.ofSeconds(10), lab.inside(fabric, List.of("ip", "link", "del", link)));
        }
    }

    /** What is delivered to anybody on the segments of both clouds. */
    static final class Listener implements AutoCloseable {
        private final Lab lab;
        private final TreeMap<String, CloudSite> sites = new TreeMap<>();

        Listener(Lab lab) {
            this.lab = lab;
            for (CloudSite site : CloudSite.ALL) {
                sites.put("listener-" + site.name(), site);
            }
            sites.forEach((name, site) -> Spawned.start(
                    lab.folder(),
                    name,
                    lab.inside(
                            site.prefix() + "-fab",
                            List.of("tcpdump", "-Z", "root", "-l", "-n", "-e", "-Q", "out", "-i", "any", "arp"))));
        }

        /** How often a question of this teller was delivered in a cloud. */
        long delivered(CloudSite site, String teller) {
            Path log = Spawned.log(lab.folder(), "listener-" + site.name());
            try (var lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
                return lines.filter(l -> l.contains("tell " + teller + ",") && !l.contains(" " + SENDER + " "))
                        .count();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            sites.keySet().forEach(name -> Spawned.stop(lab.folder(), name));
        }
    }
}
