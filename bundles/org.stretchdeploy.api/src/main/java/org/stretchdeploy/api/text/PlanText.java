package org.stretchdeploy.api.text;

import java.util.List;
import org.stretchdeploy.api.Finding;
import org.stretchdeploy.api.Plan;

/** A plan as text: findings, then every step, then the difference per object, which reads like a diff. */
public final class PlanText {
    private PlanText() {}

    public static String of(Plan plan, Ink ink) {
        var text = new StringBuilder();
        text.append(ink.bold(Printable.of(plan.summary()))).append('\n');
        if (!plan.findings().isEmpty()) {
            text.append("\nFindings\n").append(findings(plan.findings(), ink));
        }
        if (!plan.executable()) {
            return text.append("\nNothing would be done: mend the blocking findings first.\n")
                    .toString();
        }
        if (!plan.meanwhile().isEmpty()) {
            text.append("\nChanged at home since the deploy, by others\n");
            plan.meanwhile().forEach(change -> text.append(change(change, ink)));
        }
        text.append("\nSteps\n");
        for (Plan.PlannedStep step : plan.steps()) {
            text.append(String.format(
                    "  %-8s %-62s %s%n",
                    step.number(), Printable.of(step.title()), ink.faint(Printable.of(step.cloud()))));
        }
        text.append("\nChanges\n");
        plan.changes().forEach(change -> text.append(change(change, ink)));
        if (!plan.losses().isEmpty()) {
            text.append("\nWill not survive\n");
            plan.losses().forEach(loss -> text.append("  ")
                    .append(loss.id())
                    .append("  ")
                    .append(Printable.of(loss.subject()))
                    .append(": ")
                    .append(Printable.of(loss.sentence()))
                    .append('\n'));
        }
        text.append("\nTo copy: ")
                .append(Quantities.bytes(plan.estimate().bytes()))
                .append(", about ")
                .append(Quantities.duration(plan.estimate().duration()))
                .append("; the machines are off for about ")
                .append(Quantities.duration(plan.estimate().outage()))
                .append(".\n");
        return text.toString();
    }

    /** One line a finding: severity, id, subject, sentence and remedy. */
    public static String findings(List<Finding> findings, Ink ink) {
        var text = new StringBuilder();
        for (Finding f : findings) {
            String word = String.format("%-8s", f.severity());
            text.append("  ")
                    .append(
                            f.blocks()
                                    ? ink.red(word)
                                    : f.severity() == Finding.Severity.WARNING ? ink.yellow(word) : word)
                    .append(f.id())
                    .append("  ")
                    .append(f.cloud().isEmpty() ? "" : f.cloud() + "/")
                    .append(Printable.of(f.subject()))
                    .append(": ")
                    .append(Printable.of(f.message()))
                    .append(' ')
                    .append(Printable.of(f.remedy()))
                    .append('\n');
        }
        return text.toString();
    }

    private static String change(Plan.ObjectChange change, Ink ink) {
        var text = new StringBuilder();
        String sign =
                switch (change.action()) {
                    case CREATE -> "+";
                    case CHANGE -> "~";
                    case DELETE -> "-";
                };
        text.append("  ")
                .append(line(sign.charAt(0), change.cloud() + "  " + change.kind() + " " + change.name(), ink))
                .append(change.temporary() ? ink.faint("  (temporary)") : "")
                .append('\n');
        change.lines().forEach(l -> text.append("      ")
                .append(line(l.sign(), l.text(), ink))
                .append('\n'));
        return text.toString();
    }

    private static String line(char sign, String text, Ink ink) {
        String whole = sign + " " + Printable.of(text);
        return switch (sign) {
            case '+' -> ink.green(whole);
            case '-' -> ink.red(whole);
            case '~' -> ink.yellow(whole);
            default -> whole;
        };
    }
}
