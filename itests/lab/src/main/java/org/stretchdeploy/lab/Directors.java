package org.stretchdeploy.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The two embedded directors, each a process of its own with its own port, state and hosts. */
final class Directors {
    private static final String MAIN = "org.stretchdeploy.director.internal.Main";
    private static final String AGENT_COMMAND = "appliance.org.stretchdeploy.edge.command";
    private static final String CLEANUP = "org.stretchdeploy.director.linux.internal.Cleanup";

    private final Privilege privilege;
    private final LabFolder folder;
    private final EdgeForm edges;

    Directors(Privilege privilege, LabFolder folder, EdgeForm edges) {
        this.privilege = privilege;
        this.folder = folder;
        this.edges = edges;
    }

    /** How the clouds of a lab that is up already run edge appliances. */
    static EdgeForm form(LabFolder folder) {
        return read(config(folder, CloudSite.PRIVATE)).contains(AGENT_COMMAND) ? EdgeForm.PROCESS : EdgeForm.MACHINE;
    }

    private static Path config(LabFolder folder, CloudSite site) {
        return folder.made().resolve(process(site) + ".json");
    }

    /** The name under which its process is known. */
    static String process(CloudSite site) {
        return "director-" + site.name();
    }

    boolean runs(CloudSite site) {
        return Spawned.find(folder, process(site)).isPresent();
    }

    void start(CloudSite site) {
        launch(site);
        await(site);
    }

    void launch(CloudSite site) {
        Path config = write(site);
        List<String> command = new ArrayList<>(java(256));
        command.addAll(List.of("-Dorg.slf4j.simpleLogger.showDateTime=true", MAIN, "--config", config.toString()));
        Spawned.start(folder, process(site), privilege.command(command));
    }

    void await(CloudSite site) {
        Path log = Spawned.log(folder, process(site));
        Wait.until(Duration.ofSeconds(60), "director " + site.name() + " (see " + log + ")", () -> {
            if (Spawned.find(folder, process(site)).isEmpty()) {
                throw new LabException("director " + site.name() + " ended at once:\n" + read(log));
            }
            return read(log).contains("director ready");
        });
    }

    private List<String> java(int megabytes) {
        String home = System.getProperty("java.home");
        return List.of(
                home + "/bin/java",
                "-Xmx" + megabytes + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                folder.libraries() + "/*");
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }

    private Path write(CloudSite site) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("name", site.name());
        config.put("listen", Map.of("address", "127.0.0.1", "port", site.port()));
        config.put("stateDirectory", folder.cloud(site.name()).toString());
        config.put("credentialsFile", credentials(site).toString());
        config.put("versionProfile", "lab");
        config.put(
                "organizations",
                List.of(Map.of(
                        "name",
                        site.organization(),
                        "vdcs",
                        List.of(Map.of("name", site.vdc(), "storageLimitMb", 20_000, "memoryLimitMb", 4096)),
                        "users",
                        List.of(Map.of("name", "admin", "role", "Organization Administrator")),
                        "catalogs",
                        List.of("library"))));
        config.put(
                "externalNetworks",
                List.of(Map.of(
                        "name",
                        "external",
                        "gatewayCidr",
                        site.external() + ".1/24",
                        "ranges",
                        List.of(site.external() + ".10-" + site.external() + ".50"),
                        "attachTo",
                        Underlay.INTERNET)));
        config.put(
                "edgeGateways",
                List.of(Map.of(
                        "name",
                        site.edgeGateway(),
                        "vdc",
                        site.vdc(),
                        "externalNetwork",
                        "external",
                        "primaryIp",
                        site.publicAddress(),
                        "extraIps",
                        List.of(site.external() + ".11"))));
        config.put("orgVdcNetworks", List.of(orgNetwork(site)));
        Map<String, Object> host = new LinkedHashMap<>();
        host.put("type", "linux");
        host.put("prefix", site.prefix());
        host.put("shutdownSeconds", "10");
        if (edges == EdgeForm.PROCESS) {
            host.put(AGENT_COMMAND, agentCommand());
        }
        config.put("host", host);
        Path file = config(folder, site);
        try {
            Files.writeString(
                    file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(config));
        } catch (IOException e) {
            throw new LabException("cannot write the director's configuration", e);
        }
        return file;
    }

    private static Map<String, Object> orgNetwork(CloudSite site) {
        String net = "10." + site.number() + ".0";
        return Map.of(
                "name",
                site.orgNetwork(),
                "vdc",
                site.vdc(),
                "edgeGateway",
                site.edgeGateway(),
                "gatewayCidr",
                net + ".1/24",
                "ranges",
                List.of(net + ".20-" + net + ".99"),
                "dns",
                List.of("192.0.2.1"),
                "dnsSuffix",
                "",
                "description",
                "");
    }

    private String agentCommand() {
        return System.getProperty("java.home")
                + "/bin/java -Xms32m -Xmx64m -XX:MaxDirectMemorySize=48m -XX:+UseSerialGC -XX:ReservedCodeCacheSize=32m -Xshare:auto -jar "
                + folder.agentJar() + " --ovf-env {ovfEnv} --state {state}";
    }

    Path credentials(CloudSite site) {
        return folder.made().resolve(site.name() + ".credentials");
    }

    /** As a power cut would; the cloud's guests go on. */
    void kill(CloudSite site) {
        Spawned.kill(folder, process(site));
    }

    void stop(CloudSite site) {
        Spawned.stop(folder, process(site));
    }

    /** Takes down guests, appliances, namespaces and processes of a cloud, also those that a killed director left. */
    void cleanUp(CloudSite site) {
        stop(site);
        if (!Files.isDirectory(folder.libraries())) {
            return;
        }
        List<String> command = new ArrayList<>(java(64));
        command.addAll(List.of(
                CLEANUP,
                "--prefix",
                site.prefix(),
                "--state",
                folder.cloud(site.name()).toString()));
        Exec.Result result = Exec.run(Duration.ofSeconds(60), privilege.command(command));
        if (!result.ok()) {
            throw new LabException("cleaning up cloud " + site.name() + " failed:\n" + result.output());
        }
    }
}
