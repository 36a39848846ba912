package org.stretchdeploy.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What deploy and plan ask for. */
final class DeployWish {
    @Option(names = "--from", required = true, description = "cloud that the VMs leave")
    String from;

    @Option(names = "--to", description = "cloud that the VMs go to; without it the way home is meant")
    String to;

    @Option(names = "--vapp", required = true, description = "vApp")
    String vApp;

    @Option(names = "--vm", description = "VM, may be repeated; none: all VMs of the vApp")
    List<String> vms = new ArrayList<>();

    @Option(names = "--source-vdc", description = "VDC of the vApp, when several have one of that name")
    String sourceVdc;

    @Option(names = "--target-vdc", description = "VDC in the target cloud, when there are several")
    String targetVdc;

    @Option(names = "--source-uplink", description = "organization VDC network for the source's edge appliance")
    String sourceUplink;

    @Option(names = "--target-uplink", description = "organization VDC network for the target's edge appliance")
    String targetUplink;

    @Option(names = "--copy-mode", description = "copy (default) or move")
    String copyMode;

    @Option(
            names = "--transport",
            description =
                    "of a deploy: what carries the tunnel: tls, datagram, or auto (datagrams while packets are lost);"
                            + " as the controller is set when left out")
    String transport;

    @Option(
            names = "--trial",
            description = "of a deploy: return by itself after this time (90s, 30m, 2h, 1d) unless it is committed")
    String trial;

    @Option(
            names = "--trial-writes",
            description = "of a trial: what was written in the target comes home (keep, default) or is lost (discard)")
    String trialWrites;

    @Option(names = "--on-failure", description = "when a VM fails: stop the rest, or rollback the whole (default)")
    String onFailure;

    @Option(
            names = "--gate",
            description = "before the VMs of the next start order are started, those before must run and answer"
                    + " (network, default), serve (tcp:PORT or ping, where they did before), run (power), or nothing"
                    + " (none); VM=tcp:5432 for one VM, may be repeated")
    List<String> gate = new ArrayList<>();

    @Option(names = "--gate-timeout", description = "how long that may take: 90s, 2m (default), 1h")
    String gateTimeout;

    @Option(
            names = "--writes",
            description = "of a return: what was written in the target comes home (keep, default) or is lost (discard)")
    String writes;

    @Option(names = "--accept", description = "id of a loss that you accept, may be repeated; * is all")
    List<String> accept = new ArrayList<>();

    Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("kind", to == null ? "return" : "deploy");
        body.put("source", from);
        body.put("vApp", vApp);
        body.put("vms", vms);
        put(body, "target", to);
        put(body, "sourceVdc", sourceVdc);
        put(body, "targetVdc", targetVdc);
        put(body, "sourceUplink", sourceUplink);
        put(body, "targetUplink", targetUplink);
        put(body, "copyMode", copyMode);
        put(body, "transport", transport);
        put(body, "trial", trial);
        put(body, "trialWrites", trialWrites);
        put(body, "onFailure", onFailure);
        if (!gate.isEmpty()) {
            body.put("gate", gate);
        }
        put(body, "gateTimeout", gateTimeout);
        put(body, "writes", writes);
        body.put("acceptedLosses", accept);
        return body;
    }

    private static void put(Map<String, Object> body, String key, String value) {
        if (value != null) {
            body.put(key, value);
        }
    }
}
