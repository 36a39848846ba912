package org.stretchdeploy.shell.internal;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.text.OperationText;

/** Shows an operation. */
@Service
@Command(
        scope = "stretch",
        name = "show",
        description = "Shows an operation: steps, progress, continuity report, what remains to do")
public final class ShowCommand extends StretchCommand {
    @Argument(index = 0, name = "operation", description = "Id of the operation", required = true)
    @Completion(OperationCompleter.class)
    String operation;

    @Option(name = "--follow", aliases = "-f", description = "Show its progress until it has ended")
    boolean follow;

    @Override
    void run() throws CommandException, InterruptedException {
        var id = new OperationId(operation);
        if (follow) {
            new Follower(this).started(id, true);
        } else if (json) {
            printJson(stretchDeploy.operation(id));
        } else {
            out().print(OperationText.page(stretchDeploy.operation(id), ink()));
        }
    }
}
