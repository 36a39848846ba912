package org.stretchdeploy.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.stretchdeploy.api.Clouds;

/** Names of the vApps in the cloud of the first argument. */
@Service
public final class VAppCompleter implements Completer {
    @Reference
    Clouds clouds;

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        var names = NamedVApps.of(commandLine, clouds).stream()
                .map(Clouds.VAppSummary::name)
                .distinct()
                .toList();
        return new StringsCompleter(names).complete(session, commandLine, candidates);
    }
}
