package org.stretchdeploy.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;

/** Lists clouds. */
@Service
@Command(scope = "stretch", name = "cloud-list", description = "Lists the registered clouds")
public final class CloudListCommand extends StretchCommand {
    @Override
    void run() {
        var registered = clouds.list();
        if (json) {
            printJson(registered);
            return;
        }
        var table = new ShellTable().emptyTableText("No cloud is registered; see stretch:cloud-add --help.");
        table.column("Name");
        table.column("Vendor");
        table.column("Endpoint");
        table.column("Organization");
        table.column("User");
        registered.forEach(cloud -> table.addRow()
                .addContent(cloud.name(), cloud.vendor(), cloud.endpoint(), cloud.organization(), cloud.user()));
        table.print(out());
    }
}
