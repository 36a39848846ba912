package org.stretchdeploy.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.stretchdeploy.api.Alarm;
import org.stretchdeploy.api.text.Printable;

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
        table.column("Trial ends");
        table.column("Alarms");
        stretched.forEach(one -> table.addRow()
                .addContent(
                        one.vApp(),
                        one.source(),
                        one.target(),
                        String.join(", ", one.vms()),
                        one.tunnel(),
                        one.trialEndsAt().map(Object::toString).orElse(""),
                        String.join(", ", one.alarms().stream().map(Alarm::code).toList())));
        table.print(out());
        stretched.forEach(one -> one.alarms().forEach(alarm -> out().println(
                        ink().red("ALARM " + one.vApp() + ": " + Printable.of(alarm.message())))));
    }
}
