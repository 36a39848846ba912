package org.stretchdeploy.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.stretchdeploy.api.OperationId;

/** Ends the trial of a deploy. */
@Service
@Command(
        scope = "stretch",
        name = "commit",
        description = "Ends the trial of a deploy: its machines stay in the target")
public final class CommitCommand extends StretchCommand {
    @Argument(index = 0, name = "operation", description = "Id of the deploy", required = true)
    @Completion(OperationCompleter.class)
    String operation;

    @Override
    void run() {
        var id = new OperationId(operation);
        stretchDeploy.commit(id);
        if (json) {
            printJson(stretchDeploy.operation(id));
        } else {
            out().println("Deploy " + id + " is committed: its machines stay.");
        }
    }
}
