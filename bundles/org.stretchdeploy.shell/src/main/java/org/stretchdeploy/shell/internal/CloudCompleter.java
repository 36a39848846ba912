package org.stretchdeploy.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.stretchdeploy.api.Clouds;

/** Names of registered clouds. */
@Service
public final class CloudCompleter implements Completer {
    @Reference
    Clouds clouds;

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        var names = NamedVApps.orNone(
                () -> clouds.list().stream().map(cloud -> cloud.name().value()).toList());
        return new StringsCompleter(names).complete(session, commandLine, candidates);
    }
}
