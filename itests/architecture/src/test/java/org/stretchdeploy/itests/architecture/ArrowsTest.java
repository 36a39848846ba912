package org.stretchdeploy.itests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.itests.architecture.fixture.CrossesArrows;

/** The bundles use each other exactly as the table in ARCHITECTURE.md allows, and only what is exported. */
final class ArrowsTest {

    private static final Pattern ROW = Pattern.compile("^\\| (`[^|]+`) \\| [^|]+ \\| ([^|]+) \\|$", Pattern.MULTILINE);
    private static final Pattern WORD = Pattern.compile("`([a-z.]+)`");
    private static final Pattern SIBLING = Pattern.compile(
            "<dependency>\\s*<groupId>org\\.stretchdeploy</groupId>\\s*<artifactId>org\\.stretchdeploy\\.([a-z.]+)"
                    + "</artifactId>(.*?)</dependency>",
            Pattern.DOTALL);

    private final Map<String, Set<String>> allowed =
            table(Checkout.read(Checkout.root().resolve("ARCHITECTURE.md")));

    @Test
    void everyBundleHasItsRow() {
        assertThat(allowed.keySet()).containsExactlyInAnyOrderElementsOf(Checkout.bundles());
    }

    @Test
    void classesFollowTheArrows() {
        judge(Bundles.all().classes(), Bundles.all()::owner).assertClean(3000);
    }

    @Test
    void pomsFollowTheArrows() {
        int looked = 0;
        List<String> violations = new ArrayList<>();
        for (String bundle : Checkout.bundles()) {
            Findings findings =
                    judgePom(bundle, Checkout.read(Checkout.bundle(bundle).resolve("pom.xml")));
            looked += findings.looked();
            violations.addAll(findings.violations());
        }
        new Findings(looked, violations).assertClean(20);
    }

    @Test
    void theDirectorAndTheAdapterShareNothing() {
        Set<String> director = reach("director", new HashSet<>());
        Set<String> linux = reach("director.linux", new HashSet<>());
        Set<String> adapter = reach("vendor.vcd", new HashSet<>());
        assertThat(director).doesNotContainAnyElementsOf(adapter).isNotEmpty();
        assertThat(linux).doesNotContainAnyElementsOf(adapter).contains("director");
    }

    @Test
    void catchesAClassThatCrosses() {
        JavaClasses fixture = new ClassFileImporter().importClasses(CrossesArrows.class);
        Function<JavaClass, Optional<String>> owner = of -> of.isEquivalentTo(CrossesArrows.class)
                ? Optional.of("edge")
                : Bundles.all().owner(of);
        judge(fixture, owner).assertCaught("CrossesArrows", "edge", "workflow");
    }

    @Test
    void catchesAPomThatCrosses() {
        judgePom(
                        "director",
                        "<dependency><groupId>org.stretchdeploy</groupId>"
                                + "<artifactId>org.stretchdeploy.vendor.vcd</artifactId></dependency>")
                .assertCaught("director", "vendor.vcd");
    }

    private Findings judge(JavaClasses classes, Function<JavaClass, Optional<String>> owner) {
        Set<String> violations = new TreeSet<>();
        int[] looked = {0};
        for (JavaClass from : classes) {
            String source = owner.apply(from).orElseThrow();
            from.getDirectDependenciesFromSelf().forEach(dependency -> {
                JavaClass to = dependency.getTargetClass();
                String target = owner.apply(to).orElse(source);
                looked[0]++;
                if (target.equals(source)) {
                    return;
                }
                String sentence = from.getName() + " of " + source + " uses " + to.getName() + " of " + target;
                if (!mayUse(source, target, to.getPackageName())) {
                    violations.add(sentence);
                } else if (to.getPackageName().contains(".internal")) {
                    violations.add(sentence + ", which is internal");
                }
            });
        }
        return new Findings(looked[0], List.copyOf(violations));
    }

    private boolean mayUse(String source, String target, String targetPackage) {
        return allowed.get(source).stream().anyMatch(rule -> {
            int part = rule.indexOf('(');
            return part < 0
                    ? rule.equals(target)
                    : rule.substring(0, part).equals(target)
                            && targetPackage.endsWith("." + rule.substring(part + 1, rule.length() - 1));
        });
    }

    private Findings judgePom(String bundle, String pom) {
        List<String> violations = new ArrayList<>();
        int looked = 0;
        Matcher dependency = SIBLING.matcher(pom);
        while (dependency.find()) {
            looked++;
            String target = dependency.group(1);
            boolean test = dependency.group(2).contains("<scope>test</scope>");
            if (!test
                    && allowed.get(bundle).stream()
                            .noneMatch(rule -> rule.replaceAll("\\(.*", "").equals(target))) {
                violations.add("the pom of " + bundle + " depends on " + target);
            }
        }
        return new Findings(looked, violations);
    }

    private Set<String> reach(String bundle, Set<String> seen) {
        if (seen.add(bundle)) {
            allowed.get(bundle).forEach(rule -> reach(rule.replaceAll("\\(.*", ""), seen));
        }
        return seen;
    }

    private static Map<String, Set<String>> table(String document) {
        Map<String, Set<String>> rows = new HashMap<>();
        ROW.matcher(document).results().forEach(row -> {
            Set<String> targets = new TreeSet<>(List.of(row.group(2).trim().split(" +", -1)));
            targets.remove("–");
            WORD.matcher(row.group(1)).results().forEach(word -> rows.put(word.group(1), targets));
        });
        return rows;
    }
}
