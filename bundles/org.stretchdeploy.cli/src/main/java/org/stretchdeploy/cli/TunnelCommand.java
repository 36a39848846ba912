package org.stretchdeploy.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.stretchdeploy.api.Tunnel;
import org.stretchdeploy.api.text.Ink;
import org.stretchdeploy.api.text.TunnelText;
import org.stretchdeploy.api.text.TunnelWatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What concerns the tunnels of stretched vApps. */
@Command(name = "tunnel", description = "Looks at the tunnels of what is stretched.")
final class TunnelCommand implements Runnable {
    @ParentCommand
    private CommandLineMain main;

    @Spec
    private CommandSpec spec;

    private final Screen screen = new Screen();

    // Charts have characters that the platform's own encoding may not have.
    private final PrintStream out = new PrintStream(
            new FileOutputStream(FileDescriptor.out),
            true,
            Screen.unicode() ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII);

    @Override
    public void run() {
        show(null, false, 1, 0);
    }

    @Command(name = "show", description = "Shows state, speed, drops and alarms; with --watch as charts until Ctrl-C.")
    int show(
            @Parameters(paramLabel = "ID", arity = "0..1", description = "tunnel; none: all") String id,
            @Option(
                            names = "--watch",
                            description = "look again and again; one line each time when this is no terminal")
                    boolean watch,
            @Option(names = "--interval", defaultValue = "1", description = "seconds between two looks, default 1")
                    int interval,
            @Option(names = "--count", defaultValue = "0", description = "end a watch after so many looks; 0: never")
                    int count) {
        if (!watch) {
            JsonNode answer = answer(id);
            main.print(answer, () -> page(tunnels(answer)));
            return 0;
        }
        watch(id, Math.max(1, Math.min(3600, interval)), count);
        return 0;
    }

    private JsonNode answer(String id) {
        return main.client().get(id == null ? "/tunnels" : "/tunnels/" + StretchClient.segment(id));
    }

    private List<Tunnel> tunnels(JsonNode answer) {
        List<Tunnel> tunnels = new ArrayList<>();
        if (answer instanceof ArrayNode) {
            answer.forEach(each -> tunnels.add(main.client().read(each, Tunnel.class)));
        } else {
            tunnels.add(main.client().read(answer, Tunnel.class));
        }
        return tunnels;
    }

    private void page(List<Tunnel> tunnels) {
        out.print(tunnels.isEmpty() ? "Nothing is stretched.\n" : "");
        tunnels.forEach(tunnel -> out.print(TunnelText.page(tunnel, Instant.now(), main.ink())));
    }

    /** Until the process is ended. A controller that is away for a while is said, and asked again. */
    private void watch(String id, int seconds, int count) {
        boolean drawn = Screen.terminal() && !main.asJson;
        var watch = new TunnelWatch(drawn ? main.ink() : Ink.PLAIN, Screen.unicode());
        out.print(drawn ? Screen.CLEAR : "");
        for (int look = 1; count == 0 || look <= count; look++) {
            try {
                JsonNode answer = answer(id);
                List<Tunnel> tunnels = tunnels(answer);
                watch.look(tunnels);
                if (main.asJson) {
                    out.println(line(answer));
                } else if (drawn) {
                    out.print(watch.screen(tunnels, Instant.now(), screen.columns(), screen.rows()));
                } else {
                    out.print(watch.lines(tunnels, Instant.now()));
                }
                out.flush();
            } catch (ProblemException e) {
                if (e.status() != 0 && e.status() < 500) {
                    throw e;
                }
                spec.commandLine().getErr().println(e.getMessage() + " (still trying; Ctrl-C ends it)");
            }
            if (look != count) {
                Follower.pause(seconds * 1000L);
            }
        }
    }

    private String line(JsonNode answer) {
        try {
            return main.client().json().writeValueAsString(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
