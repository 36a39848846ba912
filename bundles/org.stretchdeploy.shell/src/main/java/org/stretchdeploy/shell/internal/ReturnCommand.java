package org.stretchdeploy.shell.internal;

import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Gate;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.TargetWrites;

/** Starts a return. */
@Service
@Command(scope = "stretch", name = "return", description = "Brings stretched VMs of a vApp home")
public final class ReturnCommand extends StretchCommand {
    @Argument(index = 0, name = "source", description = "Cloud that they came from", required = true)
    @Completion(CloudCompleter.class)
    String source;

    @Argument(index = 1, name = "vapp", description = "Name of the vApp", required = true)
    @Completion(VAppCompleter.class)
    String vApp;

    @Option(name = "--vm", description = "A VM to bring home; without it every stretched one", multiValued = true)
    @Completion(VmCompleter.class)
    List<String> vms;

    @Option(name = "--writes", description = "What was written in the target: keep (default) or discard")
    String writes;

    @Option(
            name = "--gate",
            description =
                    "Between start orders wait until VMs answer (network), serve (tcp:PORT, ping), run (power), or"
                            + " not (none); VM=... for one VM",
            multiValued = true)
    List<String> gate;

    @Option(name = "--gate-timeout", description = "How long that may take: 90s, 2m (default), 1h")
    String gateTimeout;

    @Option(name = "--on-failure", description = "When a VM fails: stop the rest, or rollback the whole (default)")
    String onFailure;

    @Option(name = "--accept", description = "A warning or loss that you consent to; * is all", multiValued = true)
    List<String> acceptedLosses;

    @Option(name = "--follow", aliases = "-f", description = "Show its progress until it has ended")
    boolean follow;

    @Option(name = "--key", description = "The same key and arguments start the same operation only once")
    String key;

    @Override
    void run() throws CommandException, InterruptedException {
        var request = new ReturnRequest(
                new CloudName(source),
                vApp,
                DeployOptions.orNone(vms),
                DeployOptions.orNone(acceptedLosses),
                writes(writes),
                Gate.of(DeployOptions.orNone(gate), Optional.ofNullable(gateTimeout)),
                DeployOptions.onFailure(onFailure));
        new Follower(this).started(stretchDeploy.bringBack(request, Optional.ofNullable(key)), follow);
    }

    static TargetWrites writes(String word) {
        return word == null ? TargetWrites.KEEP : TargetWrites.of(word);
    }
}
