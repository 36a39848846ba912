package org.stretchdeploy.shell.internal;

import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Gate;
import org.stretchdeploy.api.OnFailure;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.api.TrialRequest;
import org.stretchdeploy.api.TunnelTransport;

/** The arguments of commands that plan or deploy. */
abstract class DeployOptions extends StretchCommand {
    @Argument(index = 0, name = "source", description = "Cloud that the vApp is in", required = true)
    @Completion(CloudCompleter.class)
    String source;

    @Argument(index = 1, name = "vapp", description = "Name of the vApp", required = true)
    @Completion(VAppCompleter.class)
    String vApp;

    @Argument(index = 2, name = "target", description = "Cloud to go to (not for a return)")
    @Completion(CloudCompleter.class)
    String target;

    @Option(name = "--vm", description = "A VM to move; without it every VM", multiValued = true)
    @Completion(VmCompleter.class)
    List<String> vms;

    @Option(name = "--source-vdc", description = "Organization VDC of the vApp, when its name is there twice")
    String sourceVdc;

    @Option(name = "--target-vdc", description = "Organization VDC to go to, when there are several")
    String targetVdc;

    @Option(name = "--source-uplink", description = "Network that the edge appliance in the source dials out on")
    String sourceUplink;

    @Option(name = "--target-uplink", description = "The same in the target")
    String targetUplink;

    @Option(name = "--move", description = "Take the VM out instead of copying it; saves storage")
    boolean move;

    @Option(
            name = "--transport",
            description = "What carries the tunnel: tls, datagram or auto; as the controller is set when left out")
    String transport;

    @Option(name = "--trial", description = "Return by itself after this time (90s, 30m, 2h, 1d) unless committed")
    String trial;

    @Option(name = "--trial-writes", description = "What was written in the target comes home then: keep or discard")
    String trialWrites;

    @Option(name = "--on-failure", description = "When a VM fails: stop the rest, or rollback the whole (default)")
    String onFailure;

    @Option(
            name = "--gate",
            description =
                    "Between start orders wait until VMs answer (network), serve (tcp:PORT, ping), run (power), or"
                            + " not (none); VM=... for one VM",
            multiValued = true)
    List<String> gate;

    @Option(name = "--gate-timeout", description = "How long that may take: 90s, 2m (default), 1h")
    String gateTimeout;

    @Option(name = "--writes", description = "Of a return: keep what was written in the target (default) or discard it")
    String writes;

    @Option(name = "--accept", description = "A warning or loss that you consent to; * is all", multiValued = true)
    List<String> acceptedLosses;

    StretchRequest deployRequest() {
        if (writes != null) {
            throw StretchException.user("unexpected-writes", "Of a deploy say --trial-writes.");
        }
        if (target == null) {
            throw StretchException.user("missing-target", "Give the cloud to go to.");
        }
        return new StretchRequest(
                new CloudName(source),
                Optional.ofNullable(sourceVdc),
                vApp,
                orNone(vms),
                new CloudName(target),
                Optional.ofNullable(targetVdc),
                Optional.ofNullable(sourceUplink),
                Optional.ofNullable(targetUplink),
                move ? StretchRequest.CopyMode.MOVE : StretchRequest.CopyMode.COPY,
                orNone(acceptedLosses),
                TrialRequest.of(Optional.ofNullable(trial), Optional.ofNullable(trialWrites)),
                onFailure(onFailure),
                Gate.of(orNone(gate), Optional.ofNullable(gateTimeout)),
                Optional.ofNullable(transport).map(TunnelTransport::of));
    }

    ReturnRequest returnRequest() {
        if (trial != null || trialWrites != null) {
            throw StretchException.user("unexpected-trial", "--trial and --trial-writes are a deploy's.");
        }
        if (transport != null) {
            throw StretchException.user("unexpected-transport", "--transport is a deploy's; a return uses its tunnel.");
        }
        if (target != null) {
            throw StretchException.user("unexpected-target", "A return goes home; leave the target out.");
        }
        return new ReturnRequest(
                new CloudName(source),
                vApp,
                orNone(vms),
                orNone(acceptedLosses),
                ReturnCommand.writes(writes),
                Gate.of(orNone(gate), Optional.ofNullable(gateTimeout)),
                onFailure(onFailure));
    }

    static OnFailure onFailure(String word) {
        return word == null ? OnFailure.ROLLBACK : OnFailure.of(word);
    }

    static List<String> orNone(List<String> given) {
        return given == null ? List.of() : given;
    }
}
