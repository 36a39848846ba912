package org.stretchdeploy.workflow.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.JournalEntry;
import org.stretchdeploy.workflow.JournalEvent;
import org.stretchdeploy.workflow.JournalEvent.RowSummary;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.Row;
import org.stretchdeploy.workflow.Submission;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.WorkflowException;

/** Takes submissions in: checks them, recognizes repeated ones, writes the first event. Thread-safe. */
final class Desk {
    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

    private final EngineParts parts;
    private final Registry registry;
    private final Supplier<OperationId> ids;

    Desk(EngineParts parts, Registry registry, Supplier<OperationId> ids) {
        this.parts = parts;
        this.registry = registry;
        this.ids = ids;
    }

    /** @param isNew false when the same submission was accepted before */
    record Accepted(OperationId id, boolean isNew) {}

    /** @throws WorkflowException as {@link org.stretchdeploy.workflow.WorkflowEngine#submit} says */
    Accepted accept(Submission submission) {
        Workflow<?> workflow = registry.newest(submission.workflow())
                .orElseThrow(() -> new WorkflowException(
                        WorkflowException.Code.NOT_FOUND,
                        "there is no workflow " + submission.workflow() + "; known: " + registry.all()));
        String digest = Json.digest(submission.workflow(), submission.input());
        Optional<Journal.Header> known = parts.journal.byIdempotencyKey(submission.idempotencyKey());
        if (known.isPresent()) {
            return new Accepted(sameOperation(known.get(), digest, submission), false);
        }
        OperationId id = ids.get();
        JournalEntry first = new JournalEntry(
                1,
                parts.now(),
                new JournalEvent.OperationSubmitted(
                        workflow.name(),
                        workflow.version(),
                        submission.input(),
                        submission.idempotencyKey(),
                        submission.lockKeys(),
                        submission.submittedBy(),
                        summary(workflow, submission.input())));
        Json.write(first.event());
        Journal.Created created = parts.journal.create(id, digest, first);
        if (created instanceof Journal.Created.KeyUsed used) {
            return new Accepted(sameOperation(used.existing(), digest, submission), false);
        } else if (created instanceof Journal.Created.LockHeld held) {
            throw new WorkflowException(
                    WorkflowException.Code.CONFLICT,
                    held.lockKey() + " is in use by operation " + held.holder()
                            + "; wait for its end or cancel it first");
        }
        LOG.info(
                "event=operation-submitted workflow={} operation={} by=\"{}\"",
                workflow.name(),
                id,
                submission.submittedBy());
        parts.events.appended(id, List.of(first));
        return new Accepted(id, true);
    }

    private static OperationId sameOperation(Journal.Header known, String digest, Submission submission) {
        if (known.inputDigest().equals(digest)) {
            return known.id();
        }
        throw new WorkflowException(
                WorkflowException.Code.CONFLICT,
                "the idempotency key " + submission.idempotencyKey() + " was used for operation " + known.id()
                        + " with another input");
    }

    private static <I> List<RowSummary> summary(Workflow<I> workflow, JsonNode json) {
        I input;
        try {
            input = workflow.decode(json);
        } catch (WorkflowException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new WorkflowException(
                    WorkflowException.Code.INVALID,
                    "the input of " + workflow.name() + " is not acceptable: " + e.getMessage(),
                    e);
        }
        return workflow.rows(input).stream()
                .map(row -> new RowSummary(
                        row.id(),
                        row.name(),
                        row.title(),
                        row.kind() == Row.Kind.AWAIT,
                        row.undo().isPresent(),
                        row.pivot()))
                .toList();
    }
}
