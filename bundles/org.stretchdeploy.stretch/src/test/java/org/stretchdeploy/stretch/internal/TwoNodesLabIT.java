package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.spi.memory.Pace;
import org.stretchdeploy.spi.memory.ShopClouds;
import org.stretchdeploy.store.DatabaseSettings;
import org.stretchdeploy.workflow.JournalEvent;

/** Two nodes of the controller on one real PostgreSQL, with the real engine and tables, over clouds in memory. */
class TwoNodesLabIT {
    /** Longer than it takes until a node that cannot write its heartbeat is given up. */
    private static final Duration AWAY = Duration.ofSeconds(9);

    private static final String HEIR = "heir";
    private static final Duration TAKEN_OVER = Duration.ofSeconds(15);
    private static final Logger LOG = LoggerFactory.getLogger(TwoNodesLabIT.class);
    private static EmbeddedPostgres postgres;

    @TempDir
    private Path folder;

    private final StretchNode.Witness witness = new StretchNode.Witness();
    private StretchWorld world;
    private FakeTunnels tunnels;
    private Map<String, String> before;

    @BeforeAll
    static void startPostgres() throws Exception {
        postgres = EmbeddedPostgres.builder().start();
    }

    @AfterAll
    static void stopPostgres() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void begin() throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("drop schema public cascade");
            statement.execute("create schema public");
        }
        world = new StretchWorld(
                StretchWorld.appliance(folder),
                ShopClouds.source("private").pace(pace()).build(),
                ShopClouds.target("public").pace(pace()).build(),
                StretchWorld.Variant.SOUND);
        tunnels = new FakeTunnels(folder.resolve("appliance"), Clock.systemUTC(), world.source, world.target);
        before = world.states();
    }

    /**
     * Tasks end by themselves, as in any real cloud. At the pace of polls, a task whose handle dies with its node is never
     * asked for, never ends, and holds its vApp for ever: this is what the kill at the thirtieth call sometimes met.
     */
    private static Pace pace() {
        return Pace.clock(System::currentTimeMillis, 60);
    }

    @AfterEach
    void nothingHappenedTwice() {
        assertThat(witness.violations).isEmpty();
        assertThat(world.violations).isEmpty();
    }

    private StretchNode node(String name) {
        return node(name, postgres.getPort());
    }

    private StretchNode node(String name, int port) {
        return new StretchNode(
                name,
                new DatabaseSettings("jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "postgres"),
                world,
                tunnels,
                witness);
    }

    private static boolean begun(StretchNode node, OperationId id) {
        return node.service.operation(id).steps().stream().anyMatch(s -> s.state() != Operation.StepState.WAITING);
    }

    /** The end as the other node sees it; counts how long nobody acted. */
    private static Operation.State end(StretchNode node, OperationId id) {
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> node.service.operation(id).state() != Operation.State.RUNNING
                        && node.service.operation(id).state() != Operation.State.COMPENSATING);
        return node.service.operation(id).state();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 17, 30, 41})
    void aKilledNodesDeployIsTakenOverByTheOther(int callsUntilDeath) {
        StretchNode victim = node("victim");
        OperationId id = victim.service.deploy(StretchWorld.web(), Optional.empty());
        await().atMost(Duration.ofSeconds(30)).until(() -> begun(victim, id));
        try (StretchNode heir = node(HEIR)) {
            victim.dieInCall(callsUntilDeath);
            await().atMost(Duration.ofSeconds(60)).until(victim::isDead);
            Instant killed = Instant.now();
            Operation.State end = end(heir, id);
            takenOverInTime(heir, id, killed);
            assertThat(end).isIn(Operation.State.COMPENSATED, Operation.State.SUCCEEDED);
            if (end == Operation.State.COMPENSATED) {
                assertThat(world.states()).isEqualTo(before);
                assertThat(heir.service.stretched()).isEmpty();
            } else {
                assertThat(heir.service.stretched()).hasSize(1);
            }
        } finally {
            victim.close();
        }
    }

    /** An operation that was between two turns is taken over without an interruption. */
    private static boolean begunBy(String node, JournalEvent event) {
        Optional<String> by = Optional.empty();
        if (event instanceof JournalEvent.StepIntended e) {
            by = e.node();
        } else if (event instanceof JournalEvent.StepDone e) {
            by = e.node();
        } else if (event instanceof JournalEvent.UndoIntended e) {
            by = e.node();
        }
        return by.equals(Optional.of(node));
    }

    private static void takenOverInTime(StretchNode heir, OperationId id, Instant since) {
        Instant taken = heir.engine.history(new org.stretchdeploy.workflow.OperationId(id.value())).stream()
                .filter(entry -> begunBy(HEIR, entry.event()))
                .findFirst()
                .orElseThrow()
                .at();
        LOG.info(
                "event=taken-over after={} end={}",
                Duration.between(since, taken),
                heir.service.operation(id).state());
        assertThat(Duration.between(since, taken)).isLessThan(TAKEN_OVER);
    }

    /** The node lives on, but no byte comes from the database any more, and no error either. */
    @Test
    void aNodeThatLosesTheDatabaseStopsBeforeAnotherTakesOver() throws Exception {
        try (Cable cable = new Cable(postgres.getPort());
                StretchNode lonely = node("lonely", cable.port())) {
            OperationId id = lonely.service.deploy(StretchWorld.web(), Optional.empty());
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> lonely.calls() > 8);
            cable.cut();
            try (StretchNode heir = node(HEIR)) {
                Instant bothAreThere = Instant.now();
                assertThat(end(heir, id)).isIn(Operation.State.COMPENSATED, Operation.State.SUCCEEDED);
                takenOverInTime(heir, id, bothAreThere);
                int calls = lonely.calls();
                cable.mend();
                await().atMost(Duration.ofSeconds(60))
                        .ignoreExceptions()
                        .until(() -> lonely.service.operation(id).state().ended());
                assertThat(lonely.calls())
                        .as("calls after the other has taken over")
                        .isEqualTo(calls);
            } finally {
                cable.mend();
            }
        }
    }

    /** Neither node can tell whether the other lives; both do, and the one that has the deploy goes on with it. */
    @Test
    void aDatabaseThatIsAwayForAllNodesOnlyDelays() {
        try (Cable one = new Cable(postgres.getPort());
                Cable two = new Cable(postgres.getPort());
                StretchNode owner = node("owner", one.port());
                StretchNode other = node("other", two.port())) {
            OperationId id = owner.service.deploy(StretchWorld.web(), Optional.empty());
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> owner.calls() + other.calls() > 8);
            one.cut();
            two.cut();
            Instant cut = Instant.now();
            await().atMost(Duration.ofSeconds(30)).until(() -> Instant.now().isAfter(cut.plus(AWAY)));
            two.mend();
            one.mend();
            await().atMost(Duration.ofSeconds(90))
                    .ignoreExceptions()
                    .until(() -> other.service.operation(id).state().ended());
            assertThat(other.service.operation(id).state()).isEqualTo(Operation.State.SUCCEEDED);
            assertThat(other.service.operation(id).steps().stream()
                            .flatMap(step -> step.node().stream())
                            .distinct())
                    .as("nodes that ran steps")
                    .hasSize(1);
            assertThat(other.engine.history(new org.stretchdeploy.workflow.OperationId(id.value())))
                    .noneMatch(entry -> entry.event() instanceof JournalEvent.Interrupted)
                    .noneMatch(entry -> entry.event() instanceof JournalEvent.StepFailed);
        }
    }

    @Test
    void aNodeThatStopsInGoodOrderHandsItsDeployOn() {
        OperationId id;
        try (StretchNode first = node("first")) {
            id = first.service.deploy(StretchWorld.web(), Optional.empty());
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> first.calls() > 3);
        }
        try (StretchNode second = node("second")) {
            assertThat(end(second, id)).isEqualTo(Operation.State.SUCCEEDED);
            assertThat(second.calls()).isPositive();
            assertThat(second.service.stretched()).hasSize(1);
        }
    }
}
