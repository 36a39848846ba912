package org.stretchdeploy.lab;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.cli.CommandLineMain;
import org.stretchdeploy.cli.Controller;
import org.stretchdeploy.cli.StretchClient;
import picocli.CommandLine;

/** Entry point of the script at the root: the lab's own commands, and everything else for the running controller. */
public final class LabMain {
    private LabMain() {}

    /** @param args root of the checkout, then the command and its words */
    public static void main(String[] args) {
        StretchClient.allowPinnedNames();
        LabFolder folder = LabFolder.of(Path.of(args[0]).toAbsolutePath().normalize());
        List<String> words = new ArrayList<>(Arrays.asList(args).subList(1, args.length));
        String command = words.isEmpty() ? "help" : words.get(0);
        try {
            System.exit(run(folder, command, words));
        } catch (WrongUse e) {
            System.err.println(e.getMessage());
            System.exit(2);
        } catch (LabException e) {
            Ending.pass();
            System.err.println();
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (RuntimeException e) {
            Ending.pass();
            System.err.println();
            System.err.println("Unexpected: " + e);
            System.exit(1);
        }
    }

    private static int run(LabFolder folder, String command, List<String> words) {
        return switch (command) {
            case "demo" -> demo(folder, words.subList(1, words.size()));
            case "up" -> up(folder, words.subList(1, words.size()));
            case "chaos" -> chaos(folder, words.subList(1, words.size()));
            case "clean" -> clean(folder);
            case "start" -> start(folder, words.subList(1, words.size()));
            case "status" -> status(folder);
            default -> forward(folder, words);
        };
    }

    private static int demo(LabFolder folder, List<String> options) {
        DemoOptions wanted = DemoOptions.of(options);
        boolean keep = wanted.keep();
        Lab lab = fresh(folder, wanted.edges());
        lab.controller().set("standby", wanted.standby());
        Demo demo = new Demo(lab, System.out, terminal(), wanted.wholeVApp(), wanted.pairs());
        boolean good = false;
        try {
            demo.run();
            good = true;
        } finally {
            Ending.pass();
            end(folder, keep, good, demo);
        }
        return 0;
    }

    private static void end(LabFolder folder, boolean keep, boolean good, Demo demo) {
        if (!good) {
            Path kept = folder.root().resolve(".stretch-failed");
            Diagnosis.keep(folder, kept);
            System.err.println("Logs of the failed run are in " + kept);
        }
        if (keep) {
            demo.explain();
            watched = false;
        } else {
            Lab.down(folder);
        }
    }

    private static int up(LabFolder folder, List<String> options) {
        if (!options.isEmpty()) {
            throw new WrongUse("./stretch up has no options.");
        }
        Lab lab = fresh(folder, EdgeForm.PROCESS);
        lab.up();
        new Demo(lab, System.out, terminal(), false).explain();
        watched = false;
        return 0;
    }

    /** What was killed starts again, on what it had written. */
    private static int start(LabFolder folder, List<String> options) {
        if (!options.isEmpty()) {
            throw new WrongUse("./stretch start has no options.");
        }
        if (!Files.isDirectory(folder.state())) {
            throw new LabException("There is no lab whose processes could be started again; ./stretch up makes one.");
        }
        List<String> started = new Lab(folder, System.out, Directors.form(folder)).startAgain();
        if (started.isEmpty()) {
            System.out.println("Everything runs already.");
        }
        return 0;
    }

    /** True while an end of this process, by Ctrl-C for instance, has to take the lab down with it. */
    private static volatile boolean watched;

    /** A new lab in place of what an earlier one left. */
    private static Lab fresh(LabFolder folder, EdgeForm edges) {
        if (Files.isDirectory(folder.state())) {
            System.out.println("Taking down what an earlier run left");
        }
        Lab.down(folder);
        List<String> taken = Ports.taken();
        if (!taken.isEmpty()) {
            throw new LabException("The lab cannot start: " + String.join("; ", taken)
                    + ". If that is the lab of another checkout, take it down there with ./stretch clean.");
        }
        Lab.removeStrays(folder);
        watched = true;
        Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupted(folder), "take-down"));
        return new Lab(folder, System.out, edges);
    }

    private static void interrupted(LabFolder folder) {
        if (!watched || !Files.isDirectory(folder.state())) {
            return;
        }
        Ending.begin();
        System.err.println();
        System.err.println("Interrupted; taking the lab down");
        Lab.down(folder);
        System.err.println("Nothing of the lab is left.");
    }

    private static int chaos(LabFolder folder, List<String> words) {
        ChaosOptions options = ChaosOptions.of(words, System.currentTimeMillis());
        System.out.println("seed " + options.seed());
        Lab lab = fresh(folder, EdgeForm.PROCESS);
        lab.withSmallDisk();
        Demo demo = new Demo(lab, System.out, terminal(), options.wholeVApp());
        try {
            demo.prepare();
            int violations = options.nodes() > 1
                    ? ofTwoNodes(lab, demo, options)
                    : new Chaos(lab, demo, System.out).run(options.runs(), options.seed(), options.blows());
            if (violations > 0) {
                Diagnosis.keep(folder, folder.root().resolve(".stretch-failed"));
            }
            return violations == 0 ? 0 : 1;
        } finally {
            Lab.down(folder);
        }
    }

    private static int ofTwoNodes(Lab lab, Demo demo, ChaosOptions options) {
        try (TwoNodes nodes = new TwoNodes(lab)) {
            nodes.up();
            return new Chaos(lab, demo, System.out, Optional.of(nodes))
                    .run(options.runs(), options.seed(), options.blows());
        }
    }

    private static int clean(LabFolder folder) {
        Lab.down(folder);
        if (Ports.taken().isEmpty()) {
            Lab.removeStrays(folder);
        }
        System.out.println("Nothing of the lab is left.");
        return 0;
    }

    private static int status(LabFolder folder) {
        PrintStream out = System.out;
        if (!Files.isDirectory(folder.state())) {
            out.println("The lab does not run. Start it with ./stretch demo --keep.");
            return 1;
        }
        for (String name : List.of("controller", "director-private", "director-public")) {
            out.printf(
                    "%-18s %s%n",
                    name,
                    Spawned.find(folder, name)
                            .map(p -> "runs, process " + p.pid())
                            .orElse("does not run; ./stretch start starts it again"));
        }
        if (new ControllerProcess(folder).client().isEmpty()) {
            return 1;
        }
        out.println();
        int stretched = forward(folder, List.of("stretched"));
        out.println();
        return Math.max(stretched, forward(folder, List.of("list", "--limit", "5")));
    }

    /** Gives the command to the command line, with the lab's controller unless the environment names another. */
    private static int forward(LabFolder folder, List<String> words) {
        List<String> all = new ArrayList<>(words);
        String command = all.isEmpty() ? "help" : all.get(0);
        if (!command.startsWith("-")
                && !command.equals("help")
                && !new CommandLine(new CommandLineMain()).getSubcommands().containsKey(command)) {
            throw new WrongUse("There is no ./stretch " + command + "; ./stretch --help lists what there is.");
        }
        Optional<Controller> controller = new ControllerProcess(folder).controller();
        boolean help = all.contains("--help")
                || all.contains("-h")
                || all.isEmpty()
                || all.get(0).equals("help");
        if (System.getenv("STRETCH_API") == null && !help) {
            Controller c = controller.orElseThrow(
                    () -> new LabException(
                            "No controller: start the lab with ./stretch demo --keep, or name yours with STRETCH_API (see ./stretch --help)."));
            all.addAll(List.of(
                    "--api",
                    c.api().toString(),
                    "--user",
                    c.user(),
                    "--password-file",
                    new ControllerProcess(folder).passwordFile().toString(),
                    "--fingerprint",
                    c.certificateSha256().orElseThrow()));
        }
        if (help && (all.isEmpty() || all.get(0).equals("help"))) {
            all = List.of("--help");
        }
        return CommandLineMain.run(all.toArray(String[]::new));
    }

    private static boolean terminal() {
        return System.console() != null && System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"));
    }
}
