package org.stretchdeploy.tunnel.internal.agent;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * The edge agent's command line.
 *
 * <pre>
 *   java -jar org.stretchdeploy.tunnel-&lt;version&gt;-agent.jar (--ovf-env FILE | --properties FILE) --state DIR
 *   java -XX:ArchiveClassesAtExit=org.stretchdeploy.tunnel-&lt;version&gt;-agent.jsa -jar ...-agent.jar --rehearse
 * </pre>
 *
 * The second makes the archive of classes that shortens the start of the first, see {@link QuickStart}.
 * Exit codes: 0 stopped, 2 bad arguments or settings, 3 cannot run here.
 */
public final class AgentMain {
    private AgentMain() {}

    public static void main(String[] arguments) {
        PrintStream messages = System.err;
        if (System.getProperty("org.slf4j.simpleLogger.showDateTime") == null) {
            System.setProperty("org.slf4j.simpleLogger.showShortLogName", "true");
            System.setErr(new StampedLog(messages, Clock.systemUTC()));
        }
        System.exit(run(arguments, messages));
    }

    static int run(String[] arguments, PrintStream messages) {
        if (arguments.length == 1 && arguments[0].equals("--rehearse")) {
            return rehearse(messages);
        }
        AgentSettings settings;
        Path folder;
        try {
            Map<String, String> options = options(arguments);
            folder = Path.of(required(options, "--state"));
            settings = options.containsKey("--ovf-env")
                    ? AgentSettings.fromOvfEnvironment(Path.of(options.get("--ovf-env")))
                    : AgentSettings.fromProperties(Path.of(required(options, "--properties")));
        } catch (IOException | IllegalArgumentException e) {
            messages.println("edge agent: " + e.getMessage());
            messages.println("usage: (--ovf-env FILE | --properties FILE) --state DIR");
            return 2;
        }
        Privileges.confine();
        Neighbours.askSooner();
        try (StateFolder state = new StateFolder(folder)) {
            Agent agent = new Agent(settings, state, new LinuxPorts());
            Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "shutdown"));
            agent.run();
            return 0;
        } catch (IOException e) {
            messages.println("edge agent: " + e.getMessage());
            return 3;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static int rehearse(PrintStream messages) {
        try {
            return Rehearsal.succeeds() ? 0 : 3;
        } catch (IOException | GeneralSecurityException e) {
            messages.println("edge agent: " + e.getMessage());
            return 3;
        }
    }

    private static Map<String, String> options(String[] arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            boolean known = arguments[i].equals("--ovf-env")
                    || arguments[i].equals("--properties")
                    || arguments[i].equals("--state");
            if (!known || i + 1 == arguments.length) {
                throw new IllegalArgumentException("unknown or incomplete option " + arguments[i]);
            }
            options.put(arguments[i], arguments[i + 1]);
        }
        return options;
    }

    private static String required(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException("missing " + name);
        }
        return value;
    }
}
