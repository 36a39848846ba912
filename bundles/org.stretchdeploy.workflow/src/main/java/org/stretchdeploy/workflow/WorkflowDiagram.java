package org.stretchdeploy.workflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Draws a table as Mermaid text. A pure function, so that a test can compare the drawing in the documents with it. */
public final class WorkflowDiagram {
    private WorkflowDiagram() {}

    /** The rows that an input gives, top to bottom: forward on the left, the way back on the right. */
    public static <I> String mermaid(Workflow<I> workflow, I input) {
        return mermaid(workflow.name(), workflow.version(), workflow.rows(input));
    }

    public static <I> String mermaid(String name, int version, List<Row<I>> rows) {
        List<String> lines = new ArrayList<>();
        lines.add("flowchart TD");
        lines.add("    %% " + name + " version " + version);
        lines.add("    begin([" + quoted(name) + "])");
        String from = "begin";
        Optional<String> condition = Optional.empty();
        boolean wayBack = true;
        List<String> undos = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            Row<I> row = rows.get(i);
            wayBack &= !row.pivot();
            String node = "r" + i;
            lines.add("    " + node + shape(row));
            lines.add("    " + from + " -->"
                    + condition.map(c -> "|" + quoted(c) + "| ").orElse(" ") + node);
            row.condition()
                    .ifPresent(c ->
                            lines.add("    " + node + " -.- " + node + "c>" + quoted("only when " + c.name()) + "]"));
            if (wayBack && row.undo().isPresent()) {
                lines.add("    u" + i + "[" + quoted("undo " + row.id() + " " + row.name()) + "]");
                undos.add("u" + i);
            }
            if (row.pivot()) {
                condition = Optional.of("no way back");
            } else {
                condition = Optional.empty();
            }
            from = node;
        }
        lines.add("    " + from + " --> SUCCEEDED([SUCCEEDED])");
        lines.addAll(wayBack(rows, undos));
        return String.join("\n", lines) + "\n";
    }

    private static <I> List<String> wayBack(List<Row<I>> rows, List<String> undos) {
        List<String> lines = new ArrayList<>();
        for (int i = undos.size() - 1; i > 0; i--) {
            lines.add("    " + undos.get(i) + " --> " + undos.get(i - 1));
        }
        if (!undos.isEmpty()) {
            lines.add("    " + undos.get(0) + " --> COMPENSATED([COMPENSATED or CANCELLED])");
            lines.add("    " + undos.get(0) + " -.->|" + quoted("an undo fails for good")
                    + "| NEEDS_OPERATOR([NEEDS_OPERATOR])");
        }
        String undo = "";
        for (int i = 0; i < rows.size() && !rows.get(i).pivot(); i++) {
            undo = undos.contains("u" + i) ? "u" + i : undo;
            lines.add("    r" + i + " -.->|" + quoted("failure, cancel, crash") + "| "
                    + (undo.isEmpty() ? "COMPENSATED" : undo));
        }
        if (rows.stream().anyMatch(Row::pivot)) {
            int last = rows.size() - 1;
            lines.add("    r" + last + " -.->|" + quoted("fails for good") + "| NEEDS_OPERATOR");
        }
        return lines;
    }

    private static String shape(Row<?> row) {
        String text = quoted(row.id() + " " + row.name());
        if (row.pivot()) {
            return "{{" + text + "}}";
        }
        return row.kind() == Row.Kind.AWAIT ? "[/" + text + "/]" : "[" + text + "]";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "#quot;") + '"';
    }
}
