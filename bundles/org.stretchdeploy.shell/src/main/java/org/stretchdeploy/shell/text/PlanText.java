package org.stretchdeploy.shell.text;

import static org.stretchdeploy.shell.text.Paint.safe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.Plan;

/** A plan as lines: findings, losses, steps, and the difference per object and rule. */
public final class PlanText {
    private PlanText() {}

    public static List<String> lines(Plan plan, Paint paint) {
        var lines = new ArrayList<String>();
        lines.add(paint.bold(safe(plan.summary())));
        if (!plan.findings().isEmpty()) {
            lines.add("");
            lines.add("Precheck");
            plan.findings().forEach(finding -> lines.addAll(finding(finding, paint)));
        }
        if (!plan.losses().isEmpty()) {
            lines.add("");
            lines.add("Will not survive");
            plan.losses().forEach(loss -> lines.add("  " + paint.yellow(safe(loss.id())) + "  " + safe(loss.sentence())));
        }
        lines.add("");
        lines.add("Steps");
        plan.steps().forEach(step -> lines.add(String.format("  %-5s %s%s", step.number(), safe(step.title()), at(step.cloud()))));
        lines.add("");
        lines.add("Changes");
        plan.changes().forEach(change -> lines.addAll(change(change, paint)));
        lines.add("");
        lines.add("Copies " + Amounts.bytes(plan.estimate().bytes()) + ", takes about " + time(plan.estimate().duration())
                + ", of which the machine is off " + time(plan.estimate().outage()) + ".");
        lines.add(plan.executable() ? "Digest " + plan.digest() : paint.red("This cannot be executed: the precheck has blocking findings."));
        return lines;
    }

    /** One finding: what is wrong and what to do. */
    public static List<String> finding(Finding finding, Paint paint) {
        String severity =
                switch (finding.severity()) {
                    case INFO -> "info   ";
                    case WARNING -> paint.yellow("warning");
                    case BLOCKER -> paint.red("blocker");
                };
        return List.of(
                "  " + severity + "  " + finding.id() + at(finding.cloud()) + "  " + safe(finding.subject()),
                "           " + safe(finding.message()) + " " + safe(finding.remedy()));
    }

    private static List<String> change(Plan.ObjectChange change, Paint paint) {
        var lines = new ArrayList<String>();
        String sign =
                switch (change.action()) {
                    case CREATE -> paint.green("+");
                    case CHANGE -> paint.yellow("~");
                    case DELETE -> paint.red("-");
                };
        lines.add("  " + sign + " " + change.cloud() + "  " + change.kind() + " " + safe(change.name())
                + (change.temporary() ? "  (gone again at the end)" : ""));
        change.lines().forEach(line -> lines.add("      " + diff(line, paint)));
        return lines;
    }

    private static String diff(Plan.DiffLine line, Paint paint) {
        String text = line.sign() + " " + safe(line.text());
        return switch (line.sign()) {
            case '+' -> paint.green(text);
            case '-' -> paint.red(text);
            case '~' -> paint.yellow(text);
            default -> text;
        };
    }

    private static String at(String cloud) {
        return cloud.isEmpty() ? "" : "  [" + cloud + "]";
    }

    private static String time(Duration duration) {
        return Amounts.seconds(duration.toSeconds());
    }
}
