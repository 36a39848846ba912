package org.stretchdeploy.workflow.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.JournalEvent.RowSummary;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.Phase;
import org.stretchdeploy.workflow.Row;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.WorkflowException;

/** Claims an operation, gives it a turn, hands it back. What the dispatcher calls. */
final class TurnRunner {
    private static final Logger LOG = LoggerFactory.getLogger(TurnRunner.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
    private static final Duration LOOK_MUCH_LATER = Duration.ofMinutes(5);
    /** While the journal is away: short enough for a dispatcher to keep its lease meanwhile. */
    private static final Duration LOOK_SOON = Duration.ofSeconds(1);

    private final EngineParts parts;
    private final Registry registry;
    private final String node;
    private final Journal.Claimant claimant;
    private final BooleanSupplier closing;
    /** Operations that wait for the journal, so that it is said once. */
    private final Set<OperationId> waiting = ConcurrentHashMap.newKeySet();

    private final Ongoing.Shelf shelf = new Ongoing.Shelf();

    TurnRunner(EngineParts parts, Registry registry, String node, BooleanSupplier closing) {
        this.parts = parts;
        this.registry = registry;
        this.node = node;
        this.claimant = new Journal.Claimant(node, UUID.randomUUID().toString());
        this.closing = closing;
    }

    Optional<Instant> run(OperationId id) {
        try {
            Optional<Instant> next = runOrThrow(id);
            if (waiting.remove(id)) {
                LOG.info("event=journal-back operation={} node={}", id, node);
            }
            return next;
        } catch (Journal.FencedException e) {
            LOG.info("event=operation-lost operation={} node={} reason=\"taken over\"", id, node);
            return Optional.of(parts.now().plus(LOOK_AGAIN));
        } catch (WorkflowException e) {
            if (e.code() == WorkflowException.Code.JOURNAL_UNAVAILABLE) {
                if (waiting.add(id)) {
                    LOG.error("event=journal-away operation={} node={} reason=\"{}\"", id, node, e.getMessage());
                }
                return Optional.of(parts.now().plus(LOOK_SOON));
            }
            LOG.error("event=turn-failed operation={} code={} reason=\"{}\"", id, e.code(), e.getMessage());
            boolean lasting = e.code() == WorkflowException.Code.JOURNAL_CORRUPT;
            return Optional.of(parts.now().plus(lasting ? LOOK_MUCH_LATER : LOOK_AGAIN));
        }
    }

    private Optional<Instant> runOrThrow(OperationId id) {
        Optional<Journal.Header> header = parts.journal.header(id);
        if (header.isEmpty() || header.get().phase().isEnd()) {
            shelf.forget(id);
            return Optional.empty();
        }
        Optional<Workflow<?>> workflow =
                registry.find(header.get().workflow(), header.get().version());
        if (workflow.isEmpty() || !registry.beginTurn(workflow.get())) {
            return Optional.of(parts.now().plus(LOOK_AGAIN));
        }
        try {
            Journal.Claim claim = parts.journal.claim(id, claimant);
            return turn(workflow.get(), claim);
        } finally {
            registry.endTurn(workflow.get());
        }
    }

    private <I> Optional<Instant> turn(Workflow<I> workflow, Journal.Claim claim) {
        Optional<Instant> wakeAt = Optional.empty();
        try {
            Optional<Ongoing<I>> found = shelf.take(claim.id(), workflow).or(() -> read(workflow, claim));
            if (found.isEmpty()) {
                return Optional.empty();
            }
            Ongoing<I> ongoing = found.get();
            OperationFold fold = ongoing.fold();
            parts.journal.read(fold.id, fold.lastSeq).forEach(fold::apply);
            OperationTurn<I> turn = new OperationTurn<>(
                    parts,
                    workflow,
                    claim,
                    fold,
                    ongoing.input(),
                    ongoing.rows(),
                    () -> closing.getAsBoolean() || !registry.holds(workflow));
            Optional<Instant> next = turn.run();
            wakeAt = turn.wakeAt().get();
            if (next.isEmpty()) {
                ended(fold);
            } else {
                shelf.keep(ongoing);
            }
            return next;
        } catch (Journal.StaleException e) {
            return Optional.of(parts.now());
        } finally {
            parts.journal.release(claim, wakeAt);
        }
    }

    /** The operation from its journal; empty when this version of the code cannot go on with it. */
    private <I> Optional<Ongoing<I>> read(Workflow<I> workflow, Journal.Claim claim) {
        OperationFold fold = OperationFold.of(claim.id(), parts.journal.read(claim.id(), 0));
        try {
            I input = workflow.decode(fold.submitted.input());
            List<Row<I>> rows = workflow.rows(input);
            requireSameTable(fold, rows);
            return Optional.of(new Ongoing<>(workflow, fold, input, rows));
        } catch (RuntimeException e) {
            endUnreadable(claim, fold, e);
            return Optional.empty();
        }
    }

    private void ended(OperationFold fold) {
        parts.progress.forget(fold.id);
        parts.cancels.forget(fold.id);
        LOG.info(
                "event=operation-ended workflow={} operation={} phase={}",
                fold.submitted.workflow(),
                fold.id,
                fold.phase);
    }

    private static <I> void requireSameTable(OperationFold fold, List<Row<I>> rows) {
        List<String> before = fold.submitted.rows().stream().map(RowSummary::id).toList();
        List<String> now = rows.stream().map(Row::id).toList();
        if (!before.equals(now)) {
            throw new WorkflowException(
                    WorkflowException.Code.INVALID,
                    "the table is not the one it was submitted to: it had the rows " + before + " and has now " + now);
        }
    }

    private void endUnreadable(Journal.Claim claim, OperationFold fold, RuntimeException why) {
        LOG.error("event=operation-unreadable operation={}", fold.id, why);
        String sentence = "the installed version cannot go on with this operation: " + why.getMessage()
                + "; install the version that accepted it, then retry";
        parts.append(
                fold.id,
                OptionalLong.of(claim.epoch()),
                fold.lastSeq,
                List.of(new JournalEvent.Ended(
                        Phase.NEEDS_OPERATOR, "workflow-changed", sentence, RemainingSteps.of(fold))));
    }
}
