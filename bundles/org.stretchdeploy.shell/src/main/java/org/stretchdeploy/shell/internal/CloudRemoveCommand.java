package org.stretchdeploy.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.stretchdeploy.api.CloudName;

/** Forgets a cloud. */
@Service
@Command(scope = "stretch", name = "cloud-remove", description = "Forgets a cloud and its password")
public final class CloudRemoveCommand extends StretchCommand {
    @Argument(index = 0, name = "cloud", description = "Name of the cloud", required = true)
    @Completion(CloudCompleter.class)
    String cloud;

    @Override
    void run() {
        clouds.remove(new CloudName(cloud));
        if (!json) {
            out().println("Forgot " + cloud + ".");
        }
    }
}
