package org.stretchdeploy.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Lists what is stretched. */
@Service
@Command(scope = "stretch", name = "stretched-list", description = "Lists the vApps that are stretched now")
public final class StretchedCommand extends StretchCommand {
    @Override
    void run() {
        var stretched = stretchDeploy.stretched();
        if (json) {
            printJson(stretched);
            return;
        }
        var table = new ShellTable().emptyTableText("Nothing is stretched.");
        table.column("vApp");
        table.column("Source");
        table.column("Target");
        table.column("VMs");
        table.column("Tunnel");
        stretched.forEach(one -> table.addRow()
                .addContent(one.vApp(), one.source(), one.target(), String.join(", ", one.vms()), one.tunnel()));
        table.print(out());
    }
}
