package org.stretchdeploy.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.stretchdeploy.api.OperationId;

/** Asks an operation to stop and go back. */
@Service
@Command(scope = "stretch", name = "cancel", description = "Asks an operation to stop and go back")
public final class CancelCommand extends StretchCommand {
    @Argument(index = 0, name = "operation", description = "Id of the operation", required = true)
    @Completion(OperationCompleter.class)
    String operation;

    @Override
    void run() {
        var id = new OperationId(operation);
        stretchDeploy.cancel(id);
        if (json) {
            printJson(stretchDeploy.operation(id));
        } else {
            out().println("Asked to stop " + id + "; follow it with stretch:show --follow " + id);
        }
    }
}
