package org.stretchdeploy.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.stretchdeploy.api.CloudName;

/** Looks at a cloud. */
@Service
@Command(
        scope = "stretch",
        name = "check",
        description = "Looks at a cloud and says whether it is usable; writes nothing")
public final class CheckCommand extends StretchCommand {
    @Argument(index = 0, name = "cloud", description = "Name of the cloud", required = true)
    @Completion(CloudCompleter.class)
    String cloud;

    @Override
    void run() throws CommandException {
        var check = clouds.check(new CloudName(cloud));
        if (json) {
            printJson(check);
        } else {
            out().print(CloudText.of(check, ink()));
        }
        if (!check.usable()) {
            throw new CommandException("The cloud " + cloud + " is not usable.");
        }
    }
}
