package org.stretchdeploy.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.stretchdeploy.api.CloudCheck;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.Plan;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.api.text.Ink;
import org.stretchdeploy.api.text.OperationText;
import org.stretchdeploy.api.text.PlanText;
import org.stretchdeploy.api.text.Printable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The commands that talk to a controller. Exit codes: 0 done, 1 the controller refused or the operation did not succeed,
 * 2 wrong use.
 */
@Command(
        name = "stretch",
        subcommands = TunnelCommand.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        version = "stretch 0.1.0",
        description = "Moves running VMs and vApps between clouds; their addresses, rules and connections stay.",
        footer = {
            "",
            "The controller is named by --api, --user, --password-file and --fingerprint, or by the environment",
            "(STRETCH_API, STRETCH_USER, STRETCH_PASSWORD_FILE, STRETCH_FINGERPRINT)."
        })
public final class CommandLineMain {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--api",
            scope = ScopeType.INHERIT,
            description = "address of the REST surface, https://host:port/stretch/api/v1")
    private String api = System.getenv("STRETCH_API");

    @Option(names = "--user", scope = ScopeType.INHERIT, description = "login")
    private String user = Optional.ofNullable(System.getenv("STRETCH_USER")).orElse("admin");

    @Option(
            names = "--password-file",
            scope = ScopeType.INHERIT,
            description = "file that holds the login's password; without it you are asked")
    private String passwordFile = System.getenv("STRETCH_PASSWORD_FILE");

    @Option(names = "--fingerprint", scope = ScopeType.INHERIT, description = "SHA-256 of the controller's certificate")
    private String fingerprint = System.getenv("STRETCH_FINGERPRINT");

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "print the controller's answer as JSON")
    boolean asJson;

    private final PrintStream out = System.out;
    private StretchClient client;

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs one command and returns its exit code. */
    public static int run(String... args) {
        StretchClient.allowPinnedNames();
        var main = new CommandLineMain();
        var line = new CommandLine(main);
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            command.getErr().println(main.explain(e));
            main.printProblem(e);
            return 1;
        });
        line.setParameterExceptionHandler((e, given) -> {
            CommandLine command = e.getCommandLine();
            command.getErr().println(e.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr());
            command.getErr().println("See ./" + command.getCommandSpec().qualifiedName() + " --help.");
            return 2;
        });
        return line.execute(args);
    }

    private String explain(Exception e) {
        if (e instanceof ProblemException problem
                && problem.problem().path("findings").isArray()) {
            StringBuilder text = new StringBuilder(problem.getMessage());
            problem.problem().path("findings").forEach(f -> text.append("\n  ")
                    .append(f.path("severity").asText())
                    .append(' ')
                    .append(f.path("id").asText())
                    .append("  ")
                    .append(f.path("subject").asText())
                    .append(": ")
                    .append(f.path("message").asText())
                    .append(' ')
                    .append(f.path("remedy").asText()));
            return text.toString();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /** With {@code --json} a program gets the controller's own document too, with its code and findings. */
    private void printProblem(Exception e) {
        if (asJson && e instanceof ProblemException problem && problem.problem().isObject()) {
            print(problem.problem(), () -> {});
        }
    }

    StretchClient client() {
        if (client == null) {
            if (api == null || api.isBlank()) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(), "Say where the controller is: --api https://host:port/stretch/api/v1");
            }
            client = new StretchClient(new Controller(address(), Optional.ofNullable(fingerprint), user, password()));
        }
        return client;
    }

    private URI address() {
        try {
            URI address = new URI(api.strip());
            if ("https".equals(address.getScheme()) && address.getHost() != null) {
                return address;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "The controller's address is like https://host:port/stretch/api/v1, not \"" + api.strip() + "\".");
    }

    private Secret password() {
        if (passwordFile != null) {
            return readSecret(Path.of(passwordFile));
        }
        return ask("Password of " + user + " at the controller: ", "--password-file");
    }

    private static Secret readSecret(Path file) {
        try {
            return Secret.of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new IllegalArgumentException("Cannot read the password file " + file + ".", e);
        }
    }

    private static Secret ask(String prompt, String option) {
        Console console = System.console();
        if (console == null) {
            throw new IllegalArgumentException("There is no terminal to ask for a password; give " + option + ".");
        }
        return Secret.of(console.readPassword("%s", prompt));
    }

    Ink ink() {
        return Screen.coloured() ? Ink.COLOURED : Ink.PLAIN;
    }

    void print(JsonNode node, Runnable text) {
        if (!asJson) {
            text.run();
            return;
        }
        try {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(node));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Command(name = "cloud-add", description = "Registers a cloud; its password is asked for or read from a file.")
    int cloudAdd(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--endpoint", required = true, description = "https address of the cloud") String endpoint,
            @Option(names = "--org", required = true, description = "organization") String organization,
            @Option(names = "--cloud-user", required = true, description = "account at the cloud") String cloudUser,
            @Option(names = "--cloud-password-file", description = "file that holds the account's password")
                    Path secret,
            @Option(names = "--vendor", defaultValue = "vcd", description = "adapter, default vcd") String vendor,
            @Option(names = "--certificate", description = "SHA-256 of the cloud's certificate, when it is self-signed")
                    String certificate) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", name);
        body.put("vendor", vendor);
        body.put("endpoint", endpoint);
        body.put("organization", organization);
        body.put("user", cloudUser);
        Secret given = secret == null
                ? ask("Password of " + cloudUser + " at " + name + ": ", "--cloud-password-file")
                : readSecret(secret);
        body.put("password", new String(given.reveal()));
        if (certificate != null) {
            body.put("certificateSha256", certificate);
        }
        JsonNode answer = client().post("/clouds", body, Map.of());
        print(answer, () -> printCheck(client().read(answer, CloudCheck.class)));
        return 0;
    }

    private void printCheck(CloudCheck check) {
        out.println((check.usable() ? ink().green("usable") : ink().red("not usable")) + "  " + check.cloud() + ": "
                + check.product() + ", API " + check.apiVersion() + ", VDCs " + String.join(", ", check.vdcs()));
        out.print(PlanText.findings(check.findings(), ink()));
    }

    /** A list as text: a line for each, or the sentence that says that there is none. */
    private void printList(JsonNode answer, String none, Consumer<JsonNode> line) {
        print(answer, () -> {
            if (answer.isEmpty()) {
                out.println(none);
            }
            answer.forEach(line);
        });
    }

    @Command(name = "cloud-list", description = "Lists the registered clouds.")
    int cloudList() {
        JsonNode answer = client().get("/clouds");
        printList(
                answer,
                "No cloud is registered.",
                c -> out.printf(
                        "%-16s %-8s %-40s %s@%s%n",
                        word(c.path("name")),
                        c.path("vendor").asText(),
                        c.path("endpoint").asText(),
                        c.path("user").asText(),
                        c.path("organization").asText()));
        return 0;
    }

    private static String word(JsonNode node) {
        return node.isObject() ? node.path("value").asText() : node.asText();
    }

    @Command(name = "cloud-remove", description = "Forgets a cloud.")
    int cloudRemove(@Parameters(paramLabel = "NAME") String name) {
        client().delete("/clouds/" + StretchClient.segment(name));
        out.println("Cloud " + name + " is removed.");
        return 0;
    }

    @Command(name = "check", description = "Looks whether a registered cloud can be used.")
    int check(@Parameters(paramLabel = "CLOUD") String name) {
        JsonNode answer = client().post("/clouds/" + StretchClient.segment(name) + "/check", null, Map.of());
        CloudCheck check = client().read(answer, CloudCheck.class);
        print(answer, () -> printCheck(check));
        return check.usable() ? 0 : 1;
    }

    @Command(name = "vapps", description = "Lists the vApps of a cloud.")
    int vApps(@Parameters(paramLabel = "CLOUD") String name) {
        JsonNode answer = client().get("/clouds/" + StretchClient.segment(name) + "/vapps");
        printList(
                answer,
                "The cloud has no vApps.",
                v -> out.printf(
                        "%-16s %-24s %-12s %s%s%n",
                        v.path("vdc").asText(),
                        v.path("name").asText(),
                        v.path("state").asText(),
                        v.path("vms"),
                        v.path("stretched").asBoolean() ? "  stretched" : ""));
        return 0;
    }

    /** How a started operation is waited for. */
    static final class Following {
        @Option(names = "--no-wait", description = "return at once instead of following the operation")
        boolean detached;

        @Option(names = "--idempotency-key", description = "the same key and request give the same operation again")
        String key;
    }

    @Command(
            name = "plan",
            description = "Says everything that a deploy (with --to) or a return would do. Writes nothing.")
    int plan(@CommandLine.Mixin DeployWish wish) {
        JsonNode answer = client().post("/plans", wish.body(), Map.of());
        Plan plan = client().read(answer, Plan.class);
        print(answer, () -> out.print(PlanText.of(plan, ink())));
        return plan.executable() ? 0 : 1;
    }

    @Command(name = "deploy", description = "Stretch deploys a VM or a whole vApp.")
    int deploy(@CommandLine.Mixin DeployWish wish, @CommandLine.Mixin Following following) {
        if (wish.to == null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine().getSubcommands().get("deploy"), "Say where to: --to CLOUD");
        }
        return start(wish, following);
    }

    @Command(name = "return", description = "Brings stretched VMs back.")
    int bringBack(@CommandLine.Mixin DeployWish wish, @CommandLine.Mixin Following following) {
        if (wish.to != null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine().getSubcommands().get("return"),
                    "A return goes back to where the VMs came from; leave --to out.");
        }
        return start(wish, following);
    }

    private int start(DeployWish wish, Following following) {
        Map<String, String> headers = following.key == null ? Map.of() : Map.of("Idempotency-Key", following.key);
        JsonNode answer = client().post("/operations", wish.body(), headers);
        String id = word(answer.path("id"));
        if (following.detached) {
            print(answer, () -> out.println(id));
            return 0;
        }
        return end(new Follower(client(), System.err, Screen.coloured()).follow(id));
    }

    private int end(Operation operation) {
        print(client().json().valueToTree(operation), () -> out.print(OperationText.page(operation, ink())));
        return operation.state() == Operation.State.SUCCEEDED ? 0 : 1;
    }

    @Command(name = "list", description = "Lists operations, newest first.")
    int list(@Option(names = "--limit", defaultValue = "20", description = "how many, default 20") int limit) {
        JsonNode answer = client().get("/operations?limit=" + limit);
        printList(
                answer,
                "There are no operations.",
                o -> out.println(OperationText.line(client().read(o, Operation.class), ink())));
        return 0;
    }

    @Command(name = "show", description = "Shows an operation.")
    int show(@Parameters(paramLabel = "ID") String id) {
        JsonNode answer = client().get("/operations/" + StretchClient.segment(id));
        print(answer, () -> out.print(OperationText.page(client().read(answer, Operation.class), ink())));
        return 0;
    }

    @Command(name = "follow", description = "Follows an operation to its end.")
    int follow(@Parameters(paramLabel = "ID") String id) {
        return end(new Follower(client(), System.err, Screen.coloured()).follow(id));
    }

    @Command(name = "cancel", description = "Asks an operation to stop and go back.")
    int cancel(@Parameters(paramLabel = "ID") String id) {
        JsonNode answer = client().post("/operations/" + StretchClient.segment(id) + "/cancel", null, Map.of());
        print(
                answer,
                () -> out.println(
                        "Operation " + id + " is asked to stop and go back; ./stretch follow " + id + " shows how."));
        return 0;
    }

    @Command(name = "commit", description = "Ends the trial of a deploy: its machines stay in the target.")
    int commit(@Parameters(paramLabel = "ID") String id) {
        client().post("/operations/" + StretchClient.segment(id) + "/commit", null, Map.of());
        out.println("Deploy " + id + " is committed: its machines stay.");
        return 0;
    }

    @Command(name = "retry", description = "Goes on with an operation that needs an operator.")
    int retry(@Parameters(paramLabel = "ID") String id) {
        JsonNode answer = client().post("/operations/" + StretchClient.segment(id) + "/retry", null, Map.of());
        print(answer, () -> out.println("Operation " + id + " goes on."));
        return 0;
    }

    @Command(name = "stretched", description = "Lists what is stretched now.")
    int stretched() {
        JsonNode answer = client().get("/stretched");
        printList(
                answer,
                "Nothing is stretched.",
                s -> out.printf(
                        "%-24s %s -> %s  %s  tunnel %s%s%s%n",
                        s.path("vApp").asText(),
                        word(s.path("source")),
                        word(s.path("target")),
                        s.path("vms"),
                        s.path("tunnel").asText(),
                        s.path("trialEndsAt").asText("").isEmpty()
                                ? ""
                                : "  on trial until " + s.path("trialEndsAt").asText(),
                        alarms(s.path("alarms"))));
        return 0;
    }

    private String alarms(JsonNode alarms) {
        var text = new StringBuilder();
        alarms.forEach(a -> text.append("\n  ")
                .append(ink().red("ALARM " + a.path("code").asText() + ": "
                        + Printable.of(a.path("message").asText()))));
        return text.toString();
    }
}
