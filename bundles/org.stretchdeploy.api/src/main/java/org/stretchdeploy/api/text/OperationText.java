package org.stretchdeploy.api.text;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stretchdeploy.api.ContinuityReport;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.TargetWrites;
import org.stretchdeploy.api.Trial;

/** An operation as text: as a line, as a page, and as a line that is drawn over and over while it runs. */
public final class OperationText {
    private static final int BAR = 24;
    private static final Map<String, String> PHASES =
            Map.of("0", "prepare: ", "1", "infrastructure: ", "2", "copy: ", "3", "deploy: ", "4", "clean up: ");

    private OperationText() {}

    /** One line of a list. */
    public static String line(Operation operation, Ink ink) {
        return String.format(
                "%-18s %-9s %-16s %s",
                operation.id(),
                operation.kind(),
                state(operation.state(), ink),
                Printable.of(operation.title()) + ", " + direction(operation) + flags(operation, ink));
    }

    /** From where to where the machines go; a return's source is where they are at home. */
    private static String direction(Operation operation) {
        return operation.kind() == Operation.Kind.RETURN
                ? operation.target() + " -> " + operation.source()
                : operation.source() + " -> " + operation.target();
    }

    /** What a list says of an operation besides its state: its alarms, and the end of its trial. */
    public static String flags(Operation operation, Ink ink) {
        var text = new StringBuilder();
        operation.alarms().forEach(a -> text.append("  ").append(ink.red("ALARM " + a.code())));
        operation.trial().ifPresent(t -> text.append("  ").append(trial(t, ink)));
        return text.toString();
    }

    /** A trial in a few words. */
    public static String trial(Trial trial, Ink ink) {
        String end = trial.endsAt()
                .map(at -> " until " + at.truncatedTo(ChronoUnit.SECONDS))
                .orElse("");
        String writes = trial.writes() == TargetWrites.DISCARD ? ", then its writes are lost" : "";
        return switch (trial.state()) {
            case PENDING -> ink.yellow("on trial once it is through" + writes);
            case RUNNING -> ink.yellow("on trial" + end + writes);
            case COMMITTED -> ink.green("trial committed");
            case RETURNING -> ink.yellow("trial over, returning");
            case RETURNED -> "trial over, returned";
            case OVERDUE -> ink.red("trial over" + end.replace(" until", " since") + ", NOT returned");
        };
    }

    private static String state(Operation.State state, Ink ink) {
        String word = String.format("%-16s", state);
        return switch (state) {
            case SUCCEEDED -> ink.green(word);
            case NEEDS_OPERATOR -> ink.red(word);
            case COMPENSATED, CANCELLED, COMPENSATING -> ink.yellow(word);
            default -> word;
        };
    }

    /** The whole operation. */
    public static String page(Operation operation, Ink ink) {
        var text = new StringBuilder();
        text.append(ink.bold(Printable.of(operation.title()))).append('\n');
        text.append("  id        ").append(operation.id()).append('\n');
        text.append("  state     ")
                .append(state(operation.state(), ink).strip())
                .append('\n');
        text.append("  clouds    ").append(direction(operation)).append('\n');
        text.append("  submitted ").append(operation.submittedAt()).append('\n');
        operation.endedAt().ifPresent(at -> text.append("  ended     ")
                .append(at)
                .append(", after ")
                .append(Quantities.duration(Duration.between(operation.submittedAt(), at)))
                .append('\n'));
        operation.trial().ifPresent(t -> text.append("  trial     ")
                .append(trial(t, ink))
                .append('\n'));
        operation.alarms().forEach(a -> text.append("  ")
                .append(ink.red("ALARM " + a.code() + " since " + a.since().truncatedTo(ChronoUnit.SECONDS) + ": "
                        + Printable.of(a.message())))
                .append('\n'));
        List<String> nodes = nodes(operation);
        text.append(nodes.isEmpty() ? "" : "  node      " + Printable.of(String.join(", ", nodes)) + "\n");
        text.append("\nSteps\n");
        operation.steps().forEach(step -> text.append("  ")
                .append(step(step, nodes.size() > 1, ink))
                .append('\n'));
        operation.failure().ifPresent(f -> text.append('\n')
                .append(ink.red("Failed " + (f.step().isEmpty() ? "" : "at " + f.step() + " ") + "(" + f.code() + "): "
                        + Printable.of(f.message())))
                .append('\n'));
        operation.remaining().forEach(r -> text.append(ink.red("  to do: "))
                .append(Printable.of(r))
                .append('\n'));
        operation.notices().forEach(n -> text.append(ink.yellow("  notice: "))
                .append(Printable.of(n))
                .append('\n'));
        operation.continuity().ifPresent(c -> text.append('\n').append(continuity(c, ink)));
        return text.toString();
    }

    /** Who had a hand in it, in the order of the steps. */
    private static List<String> nodes(Operation operation) {
        return operation.steps().stream()
                .flatMap(step -> step.node().stream())
                .distinct()
                .toList();
    }

    private static String step(Operation.Step step, boolean withNode, Ink ink) {
        String word = String.format("%-8s", step.state());
        String mark =
                switch (step.state()) {
                    case DONE -> ink.green(word);
                    case FAILED -> ink.red(word);
                    case RUNNING, UNDOING, UNDONE -> ink.yellow(word);
                    default -> ink.faint(word);
                };
        String time = step.startedAt().isPresent() && step.endedAt().isPresent()
                ? seconds(step.startedAt().get(), step.endedAt().get())
                : "";
        String node = withNode ? step.node().map(n -> "  on " + Printable.of(n)).orElse("") : "";
        return String.format(
                        "%-8s %s %-62s %-10s %s", step.number(), mark, Printable.of(step.title()), step.cloud(), time)
                + node;
    }

    private static String seconds(Instant from, Instant to) {
        return String.format(
                java.util.Locale.ROOT, "%.1f s", Duration.between(from, to).toMillis() / 1000.0);
    }

    /** What runs now, with a bar when it is known how far it is; empty when nothing runs. */
    public static Optional<String> progress(Operation operation) {
        return operation.steps().stream()
                .filter(s -> s.state() == Operation.StepState.RUNNING || s.state() == Operation.StepState.UNDOING)
                .findFirst()
                .map(step -> head(operation, step)
                        + step.progress().map(OperationText::measured).orElse(""));
    }

    private static String head(Operation operation, Operation.Step step) {
        long done = operation.steps().stream()
                .filter(s -> s.state() == Operation.StepState.DONE || s.state() == Operation.StepState.SKIPPED)
                .count();
        String undo = step.state() == Operation.StepState.UNDOING ? "undo " : "";
        String phase = PHASES.getOrDefault(step.number().substring(0, 1), "");
        return Quantities.bar(done, operation.steps().size(), BAR) + " " + done + "/"
                + operation.steps().size() + "  " + phase + undo + step.number() + " " + Printable.of(step.title());
    }

    private static String measured(Operation.Progress p) {
        var text = new StringBuilder();
        if (p.unit().equals("bytes")) {
            text.append("  ").append(Quantities.bytes(p.done()));
            if (p.total() > 0) {
                text.append(" of ").append(Quantities.bytes(p.total()));
            }
            if (p.ratePerSecond() > 0) {
                text.append(", ").append(Quantities.bytes(p.ratePerSecond())).append("/s");
            }
            if (p.secondsLeft() >= 0) {
                text.append(", ")
                        .append(Quantities.duration(Duration.ofSeconds(p.secondsLeft())))
                        .append(" left");
            }
        } else if (p.total() > 0) {
            text.append("  ").append(p.done()).append(p.unit().equals("percent") ? " %" : " of " + p.total());
        }
        return p.text().isEmpty() ? text.toString() : text + " (" + Printable.of(p.text()) + ")";
    }

    /** The continuity report: one line a flow. */
    public static String continuity(ContinuityReport report, Ink ink) {
        var text = new StringBuilder(
                        report.proven() ? ink.green("Continuity proven") : ink.red("Continuity NOT proven"))
                .append('\n');
        for (ContinuityReport.Flow flow : report.flows()) {
            boolean lost = flow.answeredBefore() && !flow.answersAfter();
            String mark = lost ? ink.red("lost") : flow.answersAfter() ? ink.green("ok  ") : ink.faint("-   ");
            text.append("  ")
                    .append(mark)
                    .append("  ")
                    .append(Printable.of(flow.name()))
                    .append(flow.longestGapMillis() >= 0 ? ", longest gap " + flow.longestGapMillis() + " ms" : "")
                    .append(": ")
                    .append(Printable.of(flow.evidence()))
                    .append('\n');
        }
        return text.toString();
    }
}
