package org.stretchdeploy.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.stretchdeploy.api.Clouds;

/** Names of the VMs in the vApp of the second argument, or of the whole cloud while there is none. */
@Service
public final class VmCompleter implements Completer {
    @Reference
    Clouds clouds;

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        var plain = NamedVApps.arguments(commandLine);
        var names = NamedVApps.of(commandLine, clouds).stream()
                .filter(vApp -> plain.size() < 2 || vApp.name().equals(plain.get(1)))
                .flatMap(vApp -> vApp.vms().stream())
                .distinct()
                .toList();
        return new StringsCompleter(names).complete(session, commandLine, candidates);
    }
}
