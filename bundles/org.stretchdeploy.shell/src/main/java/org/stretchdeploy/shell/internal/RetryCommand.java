package org.stretchdeploy.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.stretchdeploy.api.OperationId;

/** Goes on with an operation that needs an operator. */
@Service
@Command(scope = "stretch", name = "retry", description = "Goes on with an operation that needs an operator")
public final class RetryCommand extends StretchCommand {
    @Argument(index = 0, name = "operation", description = "Id of the operation", required = true)
    @Completion(OperationCompleter.class)
    String operation;

    @Override
    void run() {
        var id = new OperationId(operation);
        stretchDeploy.retry(id);
        if (json) {
            printJson(stretchDeploy.operation(id));
        } else {
            out().println("Goes on with " + id + "; follow it with stretch:show --follow " + id);
        }
    }
}
