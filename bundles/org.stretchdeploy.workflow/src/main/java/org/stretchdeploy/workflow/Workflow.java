package org.stretchdeploy.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.stretchdeploy.workflow.internal.Json;

/**
 * A table of numbered rows: the specification of an operation, readable by an admin, and what the engine runs.
 *
 * <pre>{@code
 * static final Workflow<Plan> MOVE = Workflow.define("move", version(1)).input(Plan.class)
 *         .step("1.1", "create-vapp", "Create the empty vApp", this::createVApp).undo(this::deleteVApp)
 *         .await("1.2", "vapp-started", "Wait until it runs", this::vappStarted, Duration.ofMinutes(5))
 *         .forEach(Plan::machines, (machine, rows) -> rows
 *                 .step("2." + machine.number(), "copy-machine", "Copy " + machine.name(), copy(machine))
 *                 .undo(delete(machine)))
 *         .pivot("3.1", "start-target", "Start the machines", this::start)
 *         .step("3.2", "retire-source", "Retire the source", this::retire).retryForever()
 *         .build();
 * }</pre>
 *
 * Rows may depend on the input, and only on the input: the table is worked out again from the journalled input after a
 * restart and must come out the same.
 */
public final class Workflow<I> {
    private final String name;
    private final int version;
    private final InputCodec<I> codec;
    private final InterruptionPolicy interruptionPolicy;
    private final Predicate<I> stopsOnFailure;
    private final Function<Exception, StepResult.Failed> failureMapper;
    private final Function<I, List<Row<I>>> table;

    Workflow(
            String name,
            int version,
            InputCodec<I> codec,
            InterruptionPolicy interruptionPolicy,
            Predicate<I> stopsOnFailure,
            Function<Exception, StepResult.Failed> failureMapper,
            Function<I, List<Row<I>>> table) {
        this.name = name;
        this.version = version;
        this.codec = codec;
        this.interruptionPolicy = interruptionPolicy;
        this.stopsOnFailure = stopsOnFailure;
        this.failureMapper = failureMapper;
        this.table = table;
    }

    /** Reads and writes the input. {@code decode(encode(x))} equals {@code x}. */
    public interface InputCodec<I> {
        JsonNode encode(I input);

        /** Throws any RuntimeException, with a sentence, for an input that is not acceptable. */
        I decode(JsonNode json);
    }

    /** The version, as a word of the table. It changes with every change of the rows that old journals would notice. */
    public record Version(int number) {
        public Version {
            if (number < 1) {
                throw new WorkflowException(WorkflowException.Code.INVALID, "a workflow version is 1 or more");
            }
        }
    }

    public static Version version(int number) {
        return new Version(number);
    }

    /** Starts a definition. */
    public static Definition define(String name, Version version) {
        if (name == null || !name.matches("[a-z0-9][a-z0-9._-]{0,99}")) {
            throw new WorkflowException(WorkflowException.Code.INVALID, "not a workflow name: " + name);
        }
        return new Definition(name, version.number());
    }

    /** A definition that has no input type yet. */
    public record Definition(String name, int version) {
        /** The input is read and written as plain JSON of the class (records, java.time and Optional work). */
        public <I> WorkflowTable<I> input(Class<I> type) {
            return input(Json.codec(type));
        }

        public <I> WorkflowTable<I> input(InputCodec<I> codec) {
            return new WorkflowTable<>(name, version, Objects.requireNonNull(codec, "codec"));
        }
    }

    public String name() {
        return name;
    }

    public int version() {
        return version;
    }

    public InterruptionPolicy interruptionPolicy() {
        return interruptionPolicy;
    }

    /** Whether an operation with this input stops, instead of going back, when a row before the pivot fails for good. */
    public boolean stopsOnFailure(I input) {
        return stopsOnFailure.test(input);
    }

    public JsonNode encode(I input) {
        return codec.encode(input);
    }

    public I decode(JsonNode json) {
        return codec.decode(json);
    }

    /** What a step answers when its action throws. */
    public StepResult.Failed failureOf(Exception exception) {
        return failureMapper.apply(exception);
    }

    /**
     * The rows for an input, checked.
     *
     * @throws WorkflowException INVALID when ids repeat or a row or undo could never be reached
     */
    public List<Row<I>> rows(I input) {
        List<Row<I>> rows = List.copyOf(table.apply(input));
        TableRules.check(name, rows);
        return rows;
    }

    @Override
    public String toString() {
        return name + " version " + version;
    }
}
