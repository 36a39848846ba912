package org.stretchdeploy.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.api.Tunnel;

/** Ids of the tunnels. */
@Service
public final class TunnelCompleter implements Completer {
    @Reference
    StretchDeploy stretchDeploy;

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        var ids = NamedVApps.orNone(
                () -> stretchDeploy.tunnels().stream().map(Tunnel::id).toList());
        return new StringsCompleter(ids).complete(session, commandLine, candidates);
    }
}
