package org.stretchdeploy.shell.internal;

import java.util.Optional;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;

/** Starts a deploy. */
@Service
@Command(
        scope = "stretch",
        name = "deploy",
        description = "Moves VMs of a vApp to another cloud over a stretched network")
public final class DeployCommand extends DeployOptions {
    @Option(name = "--follow", aliases = "-f", description = "Show its progress until it has ended")
    boolean follow;

    @Option(name = "--key", description = "The same key and arguments start the same operation only once")
    String key;

    @Override
    void run() throws CommandException, InterruptedException {
        var id = stretchDeploy.deploy(deployRequest(), Optional.ofNullable(key));
        new Follower(this).started(id, follow);
    }
}
