package org.stretchdeploy.stretch.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.ReturnPlan;
import org.stretchdeploy.stretch.internal.plan.StepPlaces;
import org.stretchdeploy.stretch.internal.run.DeployTable;
import org.stretchdeploy.stretch.internal.run.ReturnTable;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.Row;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.WorkflowDiagram;

/**
 * docs/stretch-deploy.md, made from the tables. {@code main} writes it; {@link TablesTest} fails when it is not what the
 * tables say. What a row means for an admin is in {@code row-meanings.properties}.
 */
public final class TablesDocument {
    static final Path FILE = Path.of("../../docs/stretch-deploy.md");

    private TablesDocument() {}

    /** @param args path of the file, none for the one in docs */
    public static void main(String[] args) throws IOException {
        Path file = args.length > 0 ? Path.of(args[0]) : FILE;
        Files.writeString(file, text(Files.createTempDirectory("stretch-tables")));
    }

    /** Rows of an opening deploy of one VM and of its return, which is the last. */
    static String text(Path folder) {
        StretchWorld world = new StretchWorld(folder);
        Operation deployed = world.deploy("web");
        Operation returned = world.bringBack("web");
        Workflow<DeployPlan> deploy = DeployTable.with(world.parts);
        Workflow<ReturnPlan> home = ReturnTable.with(world.parts);
        DeployPlan plan = deploy.decode(input(world, deployed));
        ReturnPlan back = home.decode(input(world, returned));
        Map<Object, Object> meanings = meanings();
        var text = new StringBuilder(INTRODUCTION);
        text.append("\n## Deploy\n\n").append(table(deploy.rows(plan), false, meanings));
        StretchWorld two = new StretchWorld(folder);
        DeployPlan tiers = deploy.decode(input(two, two.deploy("web", "app")));
        text.append(BETWEEN).append(table(gates(deploy.rows(tiers)), false, meanings));
        text.append("\n### Diagram\n\n```mermaid\n")
                .append(WorkflowDiagram.mermaid(deploy, plan))
                .append("```\n");
        text.append("\n## Return\n\n").append(table(home.rows(back), true, meanings));
        ReturnPlan tiersBack = home.decode(input(two, two.bringBack("web", "app")));
        text.append(BETWEEN).append(table(gates(home.rows(tiersBack)), true, meanings));
        text.append("\n### Diagram\n\n```mermaid\n")
                .append(WorkflowDiagram.mermaid(home, back))
                .append("```\n");
        return text.toString();
    }

    private static <I> List<Row<I>> gates(List<Row<I>> rows) {
        return rows.stream().filter(row -> row.name().endsWith("tier-up")).toList();
    }

    private static com.fasterxml.jackson.databind.JsonNode input(StretchWorld world, Operation operation) {
        return world.node
                .engine()
                .find(new OperationId(operation.id().value()))
                .orElseThrow()
                .input();
    }

    static Map<Object, Object> meanings() {
        var properties = new Properties();
        try (var in = TablesDocument.class.getResourceAsStream("/row-meanings.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    /** Key of a row in the meanings: table and name. */
    static String key(boolean home, Row<?> row) {
        return (home ? "return." : "deploy.") + row.name();
    }

    private static <I> String table(List<Row<I>> rows, boolean home, Map<Object, Object> meanings) {
        var text =
                new StringBuilder("| number | step | cloud | undo | what it means for you |\n|---|---|---|---|---|\n");
        boolean wayBack = true;
        for (Row<I> row : rows) {
            wayBack &= !row.pivot();
            String cloud = StepPlaces.cloud(row.id(), row.name(), "source", "target", home);
            text.append("| ")
                    .append(row.id())
                    .append(" | **")
                    .append(row.title())
                    .append("** (`")
                    .append(row.name())
                    .append("`)")
                    .append(row.kind() == Row.Kind.AWAIT ? ", waits" : "")
                    .append(" | ")
                    .append(cloud.isEmpty() ? "both, or the controller" : cloud)
                    .append(" | ")
                    .append(undo(row, wayBack))
                    .append(" | ")
                    .append(Optional.ofNullable(meanings.get(key(home, row))).orElse("?"))
                    .append(" |\n");
        }
        return text.toString();
    }

    private static String undo(Row<?> row, boolean wayBack) {
        if (row.pivot()) {
            return "**no way back from here**";
        }
        if (!wayBack) {
            return "forward only";
        }
        return row.undo().isPresent() ? "yes" : "nothing to take back";
    }

    private static final String BETWEEN = """

            ### Between two start orders

            Before the machines of the next start order are started, after the start of those before:

            """;

    private static final String INTRODUCTION = """
            # Stretch deploy and return, step by step

            <!-- Made from the tables by TablesDocument in the tests of the bundle stretch; do not edit by hand. -->

            A deploy moves running machines of a vApp to another cloud, with their MAC and IP addresses, over a tunnel; a
            return brings them back. Both are tables: each row is journalled before and after, and each row above the pivot
            is taken back when something fails, when somebody cancels or when the controller is killed. Rows of several
            machines have one more number at their end. A deploy that joins a stretch has no rows 1.1 to 1.4.4; a return
            after which other machines stay stretched has no rows 4.
            """;
}
