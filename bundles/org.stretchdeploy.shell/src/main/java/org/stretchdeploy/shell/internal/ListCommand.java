package org.stretchdeploy.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.text.Ink;
import org.stretchdeploy.api.text.OperationText;

/** Lists operations. */
@Service
@Command(scope = "stretch", name = "list", description = "Lists operations, newest first")
public final class ListCommand extends StretchCommand {
    @Option(name = "--limit", description = "How many, 1 to 1000")
    int limit = 20;

    @Override
    void run() {
        if (limit < 1 || limit > 1000) {
            throw StretchException.user("invalid-number", "The limit is a whole number from 1 to 1000.");
        }
        var operations = stretchDeploy.operations(limit);
        if (json) {
            printJson(operations);
            return;
        }
        var table = new ShellTable().emptyTableText("There was no operation yet.");
        table.column("Id");
        table.column("Kind");
        table.column("State");
        table.column("vApp");
        table.column("Source");
        table.column("Target");
        table.column("Submitted");
        table.column("Note");
        operations.forEach(one -> table.addRow()
                .addContent(
                        one.id(),
                        one.kind(),
                        one.state(),
                        one.vApp(),
                        one.source(),
                        one.target(),
                        one.submittedAt(),
                        OperationText.flags(one, Ink.PLAIN).strip()));
        table.print(out());
    }
}
