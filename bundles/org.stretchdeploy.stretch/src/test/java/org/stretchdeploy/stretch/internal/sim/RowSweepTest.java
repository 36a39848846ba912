package org.stretchdeploy.stretch.internal.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.stretch.internal.StretchWorld.Variant;
import org.stretchdeploy.stretch.internal.run.DeployTable;
import org.stretchdeploy.stretch.internal.run.ReturnTable;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.Row;

/**
 * Every row of both tables is done, fails, is begun again, finds what it had made, is cancelled, is cut off by a crash
 * and is undone: taken one by one on the real engine, and counted from the journals. A transition that a row has by its
 * kind and that no journal shows fails the build.
 */
final class RowSweepTest {
    private static final long SEED = 2;
    private static final List<String> ONE = List.of("web");
    private static final List<String> TWO = List.of("web", "app");

    private final Path appliance = Simulation.appliance();
    private final Set<String> expected = new ConcurrentSkipListSet<>();
    private final Set<String> taken = new ConcurrentSkipListSet<>();

    /** One table with one trouble at one row. */
    private record Case(
            boolean wayHome,
            List<String> vms,
            String row,
            RowTrouble.Kind kind,
            boolean operator,
            Optional<Life.OnStop> stop) {}

    @Test
    void everyTransitionOfEveryRowIsTaken() {
        List<Case> cases = new ArrayList<>();
        cases(cases, false, ONE, row -> true);
        cases(cases, true, ONE, row -> true);
        cases(cases, false, TWO, row -> row.name().endsWith("tier-up"));
        cases(cases, true, TWO, row -> row.name().endsWith("tier-up"));
        var result = Simulation.each(cases.size(), i -> play(cases.get((int) i)));
        Set<String> missing = new TreeSet<>(expected);
        missing.removeAll(taken);
        System.out.println("rows: cases=" + cases.size() + " transitions=" + (expected.size() - missing.size()) + " of "
                + expected.size() + " violations=" + result.violated().size());
        SimulationTest.assertNone(result.violated());
        assertThat(missing).as("transitions that no simulation took").isEmpty();
        assertThat(expected).hasSizeGreaterThan(300);
    }

    /** Plays both tables once without trouble, to see their rows. */
    private void cases(List<Case> cases, boolean wayHome, List<String> vms, Predicate<Row<?>> which) {
        List<Row<?>> rows = new ArrayList<>();
        var stage = new Scenario.Stage(
                wayHome
                        ? Variant.SOUND.withHome(parts -> Changed.rows(ReturnTable.with(parts), r -> seen(rows, r)))
                        : Variant.SOUND.withDeploy(parts -> Changed.rows(DeployTable.with(parts), r -> seen(rows, r))),
                true);
        var scenario = new Scenario(SEED, appliance, stage);
        assertThat(scenario.there(vms, Trouble.NONE).violations()).isEmpty();
        assertThat(rows).anyMatch(which::test);
        String table = wayHome ? ReturnTable.NAME : DeployTable.NAME;
        boolean passed = false;
        for (Row<?> row : rows) {
            passed |= row.pivot();
            if (!which.test(row)) {
                continue;
            }
            boolean forever = row.retry().forever();
            expect(table, row, "done", "retried", "adopted", "crashed", passed ? "too late to cancel" : "cancelled");
            if (!forever) {
                expect(table, row, "failed");
            }
            if (row.undo().isPresent()) {
                expect(table, row, "undone", "undo retried", "undo crashed");
            }
            for (RowTrouble.Kind kind : RowTrouble.Kind.values()) {
                if (!kind.undo() || row.undo().isPresent()) {
                    boolean fails = kind == RowTrouble.Kind.FAIL_BEFORE || kind == RowTrouble.Kind.FAIL_AFTER;
                    cases.add(new Case(wayHome, vms, row.name(), kind, passed && fails && !forever, Optional.empty()));
                    if (!passed && fails) {
                        cases.add(new Case(wayHome, vms, row.name(), kind, false, Optional.of(Life.OnStop.RETRY)));
                        cases.add(new Case(wayHome, vms, row.name(), kind, false, Optional.of(Life.OnStop.CANCEL)));
                    }
                }
            }
        }
    }

    private static <I> List<Row<I>> seen(List<Row<?>> rows, List<Row<I>> now) {
        rows.clear();
        rows.addAll(now);
        return now;
    }

    private void expect(String table, Row<?> row, String... transitions) {
        for (String transition : transitions) {
            expected.add(table + " " + row.name() + " " + transition);
        }
    }

    private Scenario.Outcome play(Case one) {
        RowTrouble trouble = new RowTrouble(one.row(), one.kind());
        Variant variant = one.wayHome()
                ? Variant.SOUND.withHome(parts -> trouble.in(ReturnTable.with(parts)))
                : Variant.SOUND.withDeploy(parts -> trouble.in(DeployTable.with(parts)));
        Scenario scenario = new Scenario(SEED, appliance, new Scenario.Stage(variant, true));
        trouble.on(scenario.life());
        Trouble other = one.operator() ? Trouble.AT_A_ROW.withOperator() : Trouble.AT_A_ROW;
        one.stop().ifPresent(scenario.life()::onStop);
        boolean stops = one.stop().isPresent();
        Scenario.Outcome outcome;
        if (one.wayHome()) {
            outcome = stops ? scenario.homeStopping(one.vms(), other) : scenario.home(one.vms(), other);
        } else {
            outcome = stops ? scenario.thereStopping(one.vms(), other) : scenario.there(one.vms(), other);
        }
        boolean cancelled = outcome.story().contains("ended CANCELLED");
        if (one.stop().isPresent() && cancelled != one.stop().equals(Optional.of(Life.OnStop.CANCEL))) {
            outcome.violations().add(one + " did not end as the operator wished");
        }
        if (!trouble.hit()) {
            outcome.violations().add(one + " never came to its row");
        }
        scenario.operations().forEach(id -> note(scenario.world().store.read(new OperationId(id), 0), trouble));
        if (trouble.tooLate()) {
            String table = one.wayHome() ? ReturnTable.NAME : DeployTable.NAME;
            taken.add(table + " " + one.row() + " too late to cancel");
        }
        outcome.violations().replaceAll(v -> one + ": " + v);
        return outcome;
    }

    /** What a journal shows. */
    private void note(List<JournalEntry> journal, RowTrouble trouble) {
        var submitted = (JournalEvent.OperationSubmitted) journal.get(0).event();
        var names = new java.util.TreeMap<String, String>();
        submitted.rows().forEach(r -> names.put(r.id(), submitted.workflow() + " " + r.name()));
        String begun = "";
        boolean back = false;
        for (JournalEntry entry : journal) {
            JournalEvent event = entry.event();
            if (event instanceof JournalEvent.StepIntended e) {
                begun = names.get(e.stepId());
                if (e.attempt() > 1) {
                    taken.add(begun + " retried");
                }
            } else if (event instanceof JournalEvent.StepDone e) {
                taken.add(names.get(e.stepId()) + " done");
                if (trouble.kind == RowTrouble.Kind.LOSE
                        && names.get(e.stepId()).endsWith(" " + trouble.row)) {
                    taken.add(names.get(e.stepId()) + " adopted");
                }
                begun = "";
            } else if (event instanceof JournalEvent.StepFailed e) {
                if (e.retryAt().isEmpty()) {
                    taken.add(names.get(e.stepId()) + " failed");
                }
                begun = "";
            } else if (event instanceof JournalEvent.CancelRequested && !begun.isEmpty()) {
                taken.add(begun + " cancelled");
            } else if (event instanceof JournalEvent.Interrupted && !begun.isEmpty()) {
                taken.add(begun + (back ? " undo crashed" : " crashed"));
            } else if (event instanceof JournalEvent.UndoIntended e) {
                back = true;
                begun = names.get(e.stepId());
                if (e.attempt() > 1) {
                    taken.add(begun + " undo retried");
                }
            } else if (event instanceof JournalEvent.StepUndone e) {
                taken.add(names.get(e.stepId()) + " undone");
                begun = "";
            }
        }
    }
}
