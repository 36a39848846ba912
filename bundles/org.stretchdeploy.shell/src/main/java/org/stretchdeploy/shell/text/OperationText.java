package org.stretchdeploy.shell.text;

import static org.stretchdeploy.shell.text.Paint.safe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.stretchdeploy.api.ContinuityReport;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationEvent;

/** An operation as lines, and its events and progress as one line each. */
public final class OperationText {
    private OperationText() {}

    public static List<String> lines(Operation operation, Paint paint) {
        var lines = new ArrayList<String>();
        lines.add(paint.bold(operation.id() + "  " + safe(operation.title())));
        lines.add("  " + state(operation, paint) + "  " + operation.source() + " -> " + operation.target() + "  vApp "
                + safe(operation.vApp()) + (operation.vms().isEmpty() ? "" : "  " + safe(String.join(", ", operation.vms()))));
        lines.add("  submitted " + operation.submittedAt() + operation.endedAt().map(at -> ", ended " + at).orElse(""));
        operation.steps().forEach(step -> lines.add(step(step, paint)));
        operation.failure().ifPresent(failure -> lines.add(
                paint.red("  failed in step " + failure.step() + ": " + safe(failure.message()) + " (" + failure.code() + ")")));
        operation.continuity().ifPresent(report -> lines.addAll(continuity(report, paint)));
        operation.notices().forEach(notice -> lines.add("  note: " + safe(notice)));
        if (!operation.remaining().isEmpty()) {
            lines.add(paint.yellow("  for a person to do:"));
            operation.remaining().forEach(todo -> lines.add("    - " + safe(todo)));
        }
        return lines;
    }

    /** The state's word, with what was asked for meanwhile. */
    public static String state(Operation operation, Paint paint) {
        String word = operation.state().name() + (operation.cancelRequested() && !operation.state().ended() ? " (cancel asked for)" : "");
        return switch (operation.state()) {
            case SUCCEEDED -> paint.green(word);
            case NEEDS_OPERATOR -> paint.red(word);
            case COMPENSATING, COMPENSATED, CANCELLED -> paint.yellow(word);
            case QUEUED, RUNNING -> word;
        };
    }

    private static String step(Operation.Step step, Paint paint) {
        String mark =
                switch (step.state()) {
                    case WAITING -> " ";
                    case RUNNING -> ">";
                    case DONE -> paint.green("*");
                    case SKIPPED -> "o";
                    case FAILED -> paint.red("!");
                    case UNDOING -> "<";
                    case UNDONE -> paint.yellow("u");
                };
        return String.format("  %s %-5s %s", mark, step.number(), safe(step.title()))
                + (step.cloud().isEmpty() ? "" : "  [" + step.cloud() + "]")
                + step.progress().map(progress -> "  " + progress(progress)).orElse("");
    }

    /** How far a step is: amount, rate, time left. */
    public static String progress(Operation.Progress progress) {
        var text = new StringBuilder();
        switch (progress.unit()) {
            case "bytes" -> text.append(Amounts.bytes(progress.done())).append(" of ").append(Amounts.bytes(progress.total()));
            case "percent" -> text.append(progress.done()).append(" %");
            default -> text.append(progress.done()).append(" of ").append(progress.total());
        }
        if (progress.ratePerSecond() > 0) {
            text.append(progress.unit().equals("bytes")
                    ? ", " + Amounts.bytes(progress.ratePerSecond()) + "/s"
                    : String.format(Locale.ROOT, ", %.1f/s", progress.ratePerSecond()));
        }
        if (progress.secondsLeft() >= 0) {
            text.append(", ").append(Amounts.seconds(progress.secondsLeft())).append(" left");
        }
        return progress.text().isEmpty() ? text.toString() : text + "  " + safe(progress.text());
    }

    /** What happened, in one line. */
    public static String event(OperationEvent event, Paint paint) {
        String text = String.format("%s  %-5s %s", event.at(), event.step(), safe(event.message()));
        return switch (event.type()) {
            case "step-failed", "stalled" -> paint.red(text);
            case "step-done" -> paint.green(text);
            case "step-undone", "cancel-requested", "notice" -> paint.yellow(text);
            default -> text;
        };
    }

    private static List<String> continuity(ContinuityReport report, Paint paint) {
        var lines = new ArrayList<String>();
        lines.add("  continuity " + (report.proven() ? paint.green("proven") : paint.red("NOT proven")) + " at " + report.measuredAt());
        for (ContinuityReport.Flow flow : report.flows()) {
            String gap = flow.longestGapMillis() < 0 ? "" : "  longest gap " + flow.longestGapMillis() + " ms";
            lines.add("    " + flow.kind() + "  " + safe(flow.name()) + "  before " + answered(flow.answeredBefore()) + ", after "
                    + answered(flow.answersAfter()) + gap + "  " + safe(flow.evidence()));
        }
        return lines;
    }

    private static String answered(boolean answered) {
        return answered ? "yes" : "no";
    }
}
