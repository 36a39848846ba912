package org.stretchdeploy.shell.internal;

import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.stretchdeploy.api.Tunnel;
import org.stretchdeploy.api.text.Ink;
import org.stretchdeploy.api.text.TunnelText;
import org.stretchdeploy.api.text.TunnelWatch;

/** Shows tunnels, once or again and again. */
@Service
@Command(
        scope = "stretch",
        name = "tunnel-show",
        description = "Shows the tunnels of what is stretched: state, speed, drops, alarms")
public final class TunnelShowCommand extends StretchCommand {
    private static final String CLEAR = "\u001b[2J";
    private static final int COLUMNS = 80;
    private static final int ROWS = 24;

    @Argument(index = 0, name = "tunnel", description = "Id of the tunnel; none: all")
    @Completion(TunnelCompleter.class)
    String tunnel;

    @Option(name = "--watch", aliases = "-w", description = "Look again and again until Ctrl-C, with charts")
    boolean watch;

    @Option(name = "--interval", description = "Seconds between two looks")
    int interval = 1;

    @Option(name = "--count", description = "End a watch after so many looks; 0: never")
    int count;

    private final Clock clock = Clock.systemUTC();

    @Override
    void run() throws InterruptedException {
        if (watch) {
            watch();
        } else if (json) {
            printJson(tunnel == null ? stretchDeploy.tunnels() : stretchDeploy.tunnel(tunnel));
        } else {
            List<Tunnel> tunnels = tunnels();
            out().print(tunnels.isEmpty() ? "Nothing is stretched.\n" : "");
            tunnels.forEach(each -> out().print(TunnelText.page(each, clock.instant(), ink())));
        }
    }

    private List<Tunnel> tunnels() {
        return tunnel == null ? stretchDeploy.tunnels() : List.of(stretchDeploy.tunnel(tunnel));
    }

    /** Ctrl-C interrupts the thread that runs a command. */
    private void watch() throws InterruptedException {
        boolean drawn = ink() == Ink.COLOURED && !json;
        var charts = new TunnelWatch(ink(), unicode());
        out().print(drawn ? CLEAR : "");
        for (int look = 1; count == 0 || look <= count; look++) {
            List<Tunnel> tunnels = tunnels();
            charts.look(tunnels);
            if (json) {
                printJson(tunnels);
            } else if (drawn) {
                out().print(charts.screen(tunnels, clock.instant(), columns(), rows()));
            } else {
                out().print(charts.lines(tunnels, clock.instant()));
            }
            out().flush();
            if (look != count) {
                TimeUnit.SECONDS.sleep(Math.max(1, Math.min(3600, interval)));
            }
        }
    }

    private boolean unicode() {
        Object type = session.get("LC_CTYPE");
        return type != null && type.toString().toLowerCase(Locale.ROOT).contains("utf");
    }

    private int columns() {
        int width = session.getTerminal().getWidth();
        return width > 0 ? width : COLUMNS;
    }

    private int rows() {
        int height = session.getTerminal().getHeight();
        return height > 0 ? height : ROWS;
    }
}
