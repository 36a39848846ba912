package org.stretchdeploy.workflow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The words in which a table is written. {@link #undo}, {@link #when}, {@link #retry}, {@link #retryForever},
 * {@link #within} and {@link #heartbeat} say more about the row before them. Not thread-safe; used once.
 */
public final class WorkflowTable<I> {
    private final String name;
    private final int version;
    private final Workflow.InputCodec<I> codec;
    private final List<Object> parts = new ArrayList<>();
    private InterruptionPolicy interruptionPolicy = InterruptionPolicy.COMPENSATE;
    private Predicate<I> stopsOnFailure = input -> false;
    private RetryPolicy retry = RetryPolicy.STANDARD;
    private RetryPolicy undoRetry = RetryPolicy.STANDARD;
    private Function<Exception, StepResult.Failed> failureMapper = WorkflowTable::plainFailure;

    WorkflowTable(String name, int version, Workflow.InputCodec<I> codec) {
        this.name = name;
        this.version = version;
        this.codec = codec;
    }

    /** Rows that depend on the input. */
    private record Expansion<I>(Function<I, List<Row<I>>> rows) {}

    /** How patient rows are that do not say it themselves: of {@code step}, {@code await} and {@code pivot} after this. */
    public WorkflowTable<I> patience(RetryPolicy retry, RetryPolicy undoRetry) {
        this.retry = retry;
        this.undoRetry = undoRetry;
        return this;
    }

    private Row<I> patient(Row<I> row) {
        return row.withRetry(retry).withUndoRetry(undoRetry);
    }

    /** A row that acts. */
    public WorkflowTable<I> step(String id, String rowName, String title, StepAction<I> action) {
        return row(patient(Row.step(id, rowName, title, action)));
    }

    /** A row that waits until its condition answers Done. */
    public WorkflowTable<I> await(String id, String rowName, String title, StepAction<I> condition, Duration deadline) {
        return row(patient(Row.await(id, rowName, title, condition, deadline)));
    }

    /** A row that acts, and from whose begin on there is no way back: it and all that follow are only retried. */
    public WorkflowTable<I> pivot(String id, String rowName, String title, StepAction<I> action) {
        return row(patient(Row.step(id, rowName, title, action)).asPivot());
    }

    /** A ready-made row. */
    public WorkflowTable<I> row(Row<I> row) {
        parts.add(row);
        return this;
    }

    /** Rows for each element of a list that the input has. Ids must differ: build them from the element. */
    public <E> WorkflowTable<I> forEach(Function<I, List<E>> elements, BiConsumer<E, WorkflowTable<I>> rows) {
        return rows(input -> {
            WorkflowTable<I> inner = new WorkflowTable<I>(name, version, codec).patience(retry, undoRetry);
            elements.apply(input).forEach(element -> rows.accept(element, inner));
            return inner.expand(input);
        });
    }

    /** Rows that are worked out from the input; the same rows for the same input, always. */
    public WorkflowTable<I> rows(Function<I, List<Row<I>>> rows) {
        parts.add(new Expansion<>(rows));
        return this;
    }

    /** How the last row is taken back. Journalled as owed before the row runs. */
    public WorkflowTable<I> undo(StepAction<I> undo) {
        return change(row -> row.withUndo(undo));
    }

    /** The last row is skipped unless this holds when it is reached. */
    public WorkflowTable<I> when(String condition, Predicate<StepScope<I>> test) {
        return change(row -> row.withCondition(condition, test));
    }

    public WorkflowTable<I> retry(int attempts, Duration firstWait, Duration maxWait) {
        return change(row -> row.withRetry(new RetryPolicy(attempts, firstWait, maxWait)));
    }

    public WorkflowTable<I> undoRetry(int attempts, Duration firstWait, Duration maxWait) {
        return change(row -> row.withUndoRetry(new RetryPolicy(attempts, firstWait, maxWait)));
    }

    /** The last row is begun again after every failure, also after those that call themselves final. */
    public WorkflowTable<I> retryForever() {
        return change(row -> row.withRetry(RetryPolicy.FOREVER));
    }

    /** Deadline of the last row, from its first begin. */
    public WorkflowTable<I> within(Duration deadline) {
        return change(row -> row.withDeadline(deadline));
    }

    /** Longest time without progress of the last row before the stall alarm. */
    public WorkflowTable<I> heartbeat(Duration heartbeat) {
        return change(row -> row.withHeartbeat(heartbeat));
    }

    /** Default: {@link InterruptionPolicy#COMPENSATE}. */
    public WorkflowTable<I> onInterruption(InterruptionPolicy policy) {
        this.interruptionPolicy = policy;
        return this;
    }

    /**
     * For these inputs a row that fails for good before the pivot is not taken back: the operation ends
     * {@link Phase#NEEDS_OPERATOR}, a retry goes on forward, a cancel goes back. Default: none.
     */
    public WorkflowTable<I> stopOnFailure(Predicate<I> inputs) {
        this.stopsOnFailure = inputs;
        return this;
    }

    /** What a step answers when its action throws. Default: I/O trouble is retryable, anything else is not. */
    public WorkflowTable<I> failures(Function<Exception, StepResult.Failed> mapper) {
        this.failureMapper = mapper;
        return this;
    }

    /** @throws WorkflowException INVALID when the fixed rows break a rule of the table */
    public Workflow<I> build() {
        TableRules.checkPart(name, fixedRows());
        if (parts.isEmpty()) {
            throw new WorkflowException(WorkflowException.Code.INVALID, "workflow " + name + ": the table has no rows");
        }
        List<Object> frozen = List.copyOf(parts);
        return new Workflow<>(
                name,
                version,
                codec,
                interruptionPolicy,
                stopsOnFailure,
                failureMapper,
                input -> expand(frozen, input));
    }

    private List<Row<I>> expand(I input) {
        return expand(parts, input);
    }

    @SuppressWarnings("unchecked")
    private static <I> List<Row<I>> expand(List<Object> parts, I input) {
        List<Row<I>> rows = new ArrayList<>();
        for (Object part : parts) {
            if (part instanceof Expansion<?> expansion) {
                rows.addAll(((Expansion<I>) expansion).rows().apply(input));
            } else {
                rows.add((Row<I>) part);
            }
        }
        return rows;
    }

    @SuppressWarnings("unchecked")
    private List<Row<I>> fixedRows() {
        List<Row<I>> rows = new ArrayList<>();
        for (Object part : parts) {
            if (part instanceof Row<?> row) {
                rows.add((Row<I>) row);
            }
        }
        return rows;
    }

    @SuppressWarnings("unchecked")
    private WorkflowTable<I> change(UnaryOperator<Row<I>> change) {
        int last = parts.size() - 1;
        if (last < 0 || !(parts.get(last) instanceof Row<?> row)) {
            throw new WorkflowException(
                    WorkflowException.Code.INVALID, "workflow " + name + ": there is no row before this word");
        }
        parts.set(last, change.apply((Row<I>) row));
        return this;
    }

    private static StepResult.Failed plainFailure(Exception exception) {
        boolean io = exception instanceof IOException || exception instanceof UncheckedIOException;
        String text = exception.getMessage() == null ? exception.getClass().getSimpleName() : exception.getMessage();
        return io ? StepResult.retry("io", text) : StepResult.failed("unexpected", text);
    }
}
