package org.stretchdeploy.spi.tck;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kit consists of. */
public final class ConformanceKit {
    /** The kit's test classes, in the order of docs/spi.md. */
    public static final List<Class<? extends ConformanceTest>> ROLES = List.of(
            AccessConformance.class,
            InventoryConformance.class,
            VAppConformance.class,
            VmConformance.class,
            CatalogConformance.class,
            EdgeConformance.class,
            TunnelConformance.class,
            TaskConformance.class);

    /** Rules that the kit has at least; a kit with less has lost some. */
    public static final int RULE_FLOOR = 100;

    private static final Pattern RULE = Pattern.compile("rule_(\\d+)_(\\d+)_(\\w+)");

    private ConformanceKit() {}

    /** @param chapter of docs/spi.md; @param name the rest of the test's name */
    public record Rule(int chapter, int number, String name) {
        /** As in docs/spi.md. */
        public String text() {
            return chapter + "." + number;
        }
    }

    /** All rules, in order. */
    public static List<Rule> rules() {
        return ROLES.stream()
                .flatMap(role -> Arrays.stream(role.getDeclaredMethods()))
                .map(method -> RULE.matcher(method.getName()))
                .filter(Matcher::matches)
                .map(match ->
                        new Rule(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)), match.group(3)))
                .sorted(Comparator.comparingInt(Rule::chapter).thenComparingInt(Rule::number))
                .toList();
    }
}
