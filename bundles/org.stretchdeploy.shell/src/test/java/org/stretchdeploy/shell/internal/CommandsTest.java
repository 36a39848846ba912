package org.stretchdeploy.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.TunnelTransport;
import org.stretchdeploy.rest.fake.FakeClouds;
import org.stretchdeploy.rest.fake.FakeStretchDeploy;

/** The commands as the shell runs them, over services in memory. */
class CommandsTest {
    private final FakeStretchDeploy stretchDeploy = new FakeStretchDeploy();
    private final FakeClouds clouds = new FakeClouds();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private <C extends StretchCommand> C ready(C command, String typed) {
        command.stretchDeploy = stretchDeploy;
        command.clouds = clouds;
        command.session = session(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
        return command;
    }

    private <C extends StretchCommand> C ready(C command) {
        return ready(command, "");
    }

    private Session session(InputStream keyboard) {
        var console = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return (Session) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Session.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getConsole" -> console;
                    case "getKeyboard" -> keyboard;
                    case "readLine" -> FakeClouds.PASSWORD;
                    default -> null;
                });
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private CloudAddCommand cloudAdd(String name) {
        var add = ready(new CloudAddCommand(), FakeClouds.PASSWORD + "\n");
        add.name = name;
        add.endpoint = "https://vcd.example";
        add.organization = "acme";
        add.user = "u";
        return add;
    }

    private DeployCommand deploy(String vApp) {
        var deploy = ready(new DeployCommand());
        deploy.source = "private";
        deploy.vApp = vApp;
        deploy.target = "public";
        return deploy;
    }

    @Test
    void aPasswordComesFromPromptInputOrFile(@TempDir Path folder) throws Exception {
        cloudAdd("prompted").execute();
        var typed = cloudAdd("typed");
        typed.passwordStdin = true;
        typed.execute();
        var filed = cloudAdd("filed");
        filed.passwordFile = Files.writeString(folder.resolve("password"), FakeClouds.PASSWORD + "\n")
                .toString();
        filed.execute();
        ready(new CloudListCommand()).execute();
        assertThat(text())
                .contains("prompted", "typed", "filed", "https://vcd.example")
                .doesNotContain(FakeClouds.PASSWORD);
        filed.passwordFile = folder.resolve("missing").toString();
        assertThatThrownBy(filed::execute)
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("unreadable-password-file");
    }

    @Test
    void failuresEndTheCommandWithTheirCode() {
        var remove = ready(new CloudRemoveCommand());
        remove.cloud = "nowhere";
        assertThatThrownBy(remove::execute)
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("(unknown-cloud)");
        assertThatThrownBy(deploy("blocked")::execute)
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("(precheck-failed)");
        assertThat(text()).contains("network-not-routed");
    }

    @Test
    void whileTheStoreIsAwayCommandsSaySoAndNothingIsCompleted() {
        stretchDeploy.storeAway(true);
        assertThatThrownBy(deploy("shop")::execute)
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("database does not answer")
                .hasMessageContaining("(store-unavailable)");
        assertThatThrownBy(ready(new ListCommand())::execute).hasMessageContaining("(store-unavailable)");
        assertThat(NamedVApps.orNone(() -> stretchDeploy.operations(1))).isEmpty();
    }

    /** {@code show --follow}, running beside the test. */
    private CompletableFuture<Object> following(String operation) {
        var show = ready(new ShowCommand());
        show.operation = operation;
        show.follow = true;
        return CompletableFuture.supplyAsync(() -> {
            try {
                return show.execute();
            } catch (Exception e) {
                throw new IllegalStateException(e.getMessage());
            }
        });
    }

    @Test
    void followingOutlastsAStoreThatIsAwayForAWhile() throws Exception {
        deploy("shop").execute();
        var following = following("op-1");
        await().until(() -> text().contains("Submitted."));
        stretchDeploy.storeAway(true);
        await().until(() -> text().contains("Still trying"));
        stretchDeploy.storeAway(false);
        stretchDeploy.end(new OperationId("op-1"), Operation.State.SUCCEEDED);
        following.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aPlanShowsTheDifferenceAndFailsWhenBlocked() throws Exception {
        var plan = ready(new PlanCommand());
        plan.source = "private";
        plan.vApp = "shop";
        plan.target = "public";
        plan.execute();
        assertThat(text()).contains("+ nat dnat 443").doesNotContain("\u001b");
        plan.vApp = "blocked";
        assertThatThrownBy(plan::execute).isInstanceOf(CommandException.class);
        plan.wayHome = true;
        assertThatThrownBy(plan::execute).hasMessageContaining("unexpected-target");
    }

    @Test
    void jsonIsWhatRestGives() throws Exception {
        var deploy = deploy("shop");
        deploy.json = true;
        deploy.execute();
        assertThat(text())
                .contains("\"id\" : \"op-1\"")
                .contains("\"source\" : \"private\"")
                .contains("\"2026-11-23T08:00:00Z\"");
    }

    @Test
    void followingShowsEveryEventAndFailsWhenItDoesNotSucceed() throws Exception {
        var id = new OperationId("op-1");
        deploy("shop").execute();
        var following = following("op-1");
        for (int i = 0; i < 3000; i++) {
            stretchDeploy.happen(id, "step-done", "thing " + i);
        }
        stretchDeploy.end(id, Operation.State.COMPENSATED);
        assertThatThrownBy(() -> following.get(10, TimeUnit.SECONDS)).hasMessageContaining("ended COMPENSATED");
        assertThat(text().lines().filter(line -> line.contains("thing "))).hasSize(3000);
        assertThat(stretchDeploy.followers(id)).isZero();
    }

    @Test
    void cancelRetryListAndStretchedAnswer() throws Exception {
        deploy("shop").execute();
        var cancel = ready(new CancelCommand());
        cancel.operation = "op-1";
        cancel.execute();
        stretchDeploy.end(new OperationId("op-1"), Operation.State.NEEDS_OPERATOR);
        var retry = ready(new RetryCommand());
        retry.operation = "op-1";
        retry.execute();
        ready(new ListCommand()).execute();
        ready(new StretchedCommand()).execute();
        assertThat(text())
                .contains("Asked to stop op-1")
                .contains("Goes on with op-1")
                .contains("RUNNING")
                .contains("up");
    }

    @Test
    void aTunnelIsShownWithItsAlarmsAndASilentAgentIsSaid() throws Exception {
        var show = ready(new TunnelShowCommand());
        show.tunnel = "st-1";
        show.execute();
        assertThat(text())
                .contains("st-1  shop  private -> public  unknown")
                .contains("10.0 Mbit/s, 900/s frames")
                .contains("ALARM      storm: more broadcast than 1000 frames a second")
                .contains("dropped link-control 17, storm 2")
                .contains("the agent has not reported for 95 s")
                .doesNotContain("\u001b");
        show.tunnel = "none";
        assertThatThrownBy(show::execute).hasMessageContaining("(unknown-tunnel)");
    }

    @Test
    void aWatchWithoutTerminalIsALineForEachLook() throws Exception {
        var show = ready(new TunnelShowCommand());
        show.watch = true;
        show.count = 2;
        show.execute();
        assertThat(text().lines())
                .hasSize(2)
                .allMatch(line -> line.contains("st-1  shop") && line.contains("rtt 0.35 ms"));
    }

    @Test
    void aTrialIsShownCommittedAndAStallIsSeen() throws Exception {
        var deploy = deploy("shop");
        deploy.trial = "30m";
        deploy.execute();
        ready(new ListCommand()).execute();
        assertThat(text()).contains("on trial once it is through");
        var commit = ready(new CommitCommand());
        commit.operation = "op-1";
        commit.execute();
        stretchDeploy.stall(new OperationId("op-1"));
        ready(new ListCommand()).execute();
        var show = ready(new ShowCommand());
        show.operation = "op-1";
        show.execute();
        assertThat(text())
                .contains("op-1 is committed")
                .contains("trial committed")
                .contains("ALARM stalled")
                .contains("ALARM stalled since 2026-11-23T08:00:00Z: No progress");
        deploy.trial = "soon";
        assertThatThrownBy(deploy::execute).hasMessageContaining("invalid-trial");
    }

    @Test
    void aDeployMayNameTheTransportOfItsTunnel() throws Exception {
        var deploy = deploy("shop");
        deploy.execute();
        assertThat(stretchDeploy.lastDeploy().transport()).isEmpty();
        deploy.transport = "Datagram";
        deploy.execute();
        assertThat(stretchDeploy.lastDeploy().transport()).hasValue(TunnelTransport.DATAGRAM);
        deploy.transport = "pigeon";
        assertThatThrownBy(deploy::execute)
                .hasMessageContaining("is auto, tls or datagram, not")
                .hasMessageContaining("(invalid-transport)");
        var home = ready(new PlanCommand());
        home.source = "private";
        home.vApp = "shop";
        home.wayHome = true;
        home.transport = "tls";
        assertThatThrownBy(home::execute).hasMessageContaining("(unexpected-transport)");
    }

    @Test
    void namesAreCompletedFromTheCloudThatIsTyped() throws Exception {
        cloudAdd("private").execute();
        var completer = new VmCompleter();
        completer.clouds = clouds;
        assertThat(completed(completer, "", "deploy", "private", "shop", "--vm", ""))
                .containsExactlyInAnyOrder("web ", "app ", "db ");
        assertThat(completed(completer, "w", "deploy", "private", "shop", "--vm", "w"))
                .containsExactly("web ");
        var vApps = new VAppCompleter();
        vApps.clouds = clouds;
        assertThat(completed(vApps, "", "deploy", "--json", "private", "")).containsExactly("shop ");
        assertThat(completed(vApps, "", "deploy", "nowhere", "")).isEmpty();
    }

    private List<String> completed(
            org.apache.karaf.shell.api.console.Completer completer, String word, String... words) {
        var candidates = new ArrayList<String>();
        var line = (CommandLine) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {CommandLine.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getArguments" -> words;
                    case "getCursorArgument" -> word;
                    case "getArgumentPosition", "getBufferPosition" -> word.length();
                    case "getCursorArgumentIndex" -> words.length - 1;
                    default -> null;
                });
        completer.complete(null, line, candidates);
        return candidates;
    }
}
