package org.stretchdeploy.itests.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.itests.architecture.fixture.loop.one.First;
import org.stretchdeploy.itests.architecture.fixture.loop.two.Second;

/**
 * Packages of a bundle do not use each other in a circle. That a public package calls what is internal in its bundle
 * does not count: there it makes the objects that are how it is done.
 */
final class CyclesTest {

    /** Arrows that close a circle today, and what would turn them; nothing is added here, an entry that is done goes. */
    private static final Map<String, String> OWED = Map.of(
            "director.internal.ovf > director.internal.cloud", "addresses and NIC requests belong below both",
            "director.internal.view > director.internal.cloud", "addresses and the OVF environment belong below both",
            "rest.internal.gate > rest.internal", "JSON and settings belong below the gate");

    @Test
    void packagesHaveNoCycles() {
        judge(Bundles.all().classes()).assertClean(40);
    }

    @Test
    void everyOwedArrowIsThere() {
        Map<String, Set<String>> uses = uses(Bundles.all().classes(), new TreeMap<>());
        List<String> done = OWED.keySet().stream()
                .filter(arrow -> !uses.getOrDefault(full(arrow, 0), Set.of()).contains(full(arrow, 1)))
                .map(arrow -> arrow + " is gone: take it off the list")
                .toList();
        new Findings(OWED.size(), done).assertClean(0);
    }

    @Test
    void catchesACycle() {
        judge(new ClassFileImporter().importClasses(First.class, Second.class)).assertCaught("loop.one", "loop.two");
    }

    private static Findings judge(JavaClasses classes) {
        Map<String, String> examples = new TreeMap<>();
        Map<String, Set<String>> uses = uses(classes, examples);
        OWED.keySet().forEach(arrow -> uses.getOrDefault(full(arrow, 0), new TreeSet<>())
                .remove(full(arrow, 1)));
        return new Findings(uses.size(), rings(uses, examples));
    }

    private static String full(String arrow, int end) {
        return Checkout.PREFIX + arrow.split(" > ", -1)[end];
    }

    private static Map<String, Set<String>> uses(JavaClasses classes, Map<String, String> examples) {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass from : classes) {
            Set<String> targets = uses.computeIfAbsent(part(from), name -> new TreeSet<>());
            from.getDirectDependenciesFromSelf().forEach(dependency -> {
                String to = part(dependency.getTargetClass());
                targets.add(to);
                examples.putIfAbsent(part(from) + " > " + to, from.getSimpleName());
            });
        }
        uses.forEach((part, targets) -> {
            targets.removeIf(
                    target -> target.equals(part) || (!part.contains(".internal") && target.contains(".internal")));
            targets.retainAll(uses.keySet());
        });
        return uses;
    }

    private static String part(JavaClass of) {
        return of.getBaseComponentType().getPackageName();
    }

    /** Packages from which one gets back to themselves, each ring once. */
    private static List<String> rings(Map<String, Set<String>> uses, Map<String, String> examples) {
        Map<String, Set<String>> reach = new HashMap<>();
        uses.keySet().forEach(start -> reach.put(start, reachable(start, uses)));
        Set<Set<String>> rings = new LinkedHashSet<>();
        for (String start : uses.keySet()) {
            Set<String> ring = new TreeSet<>(reach.get(start));
            ring.removeIf(other -> !reach.get(other).contains(start));
            if (!ring.isEmpty()) {
                rings.add(ring);
            }
        }
        List<String> sentences = new ArrayList<>();
        for (Set<String> ring : rings) {
            List<String> arrows = new ArrayList<>();
            for (String from : ring) {
                uses.get(from).stream()
                        .filter(ring::contains)
                        .map(to -> from + " > " + to)
                        .forEach(arrow -> arrows.add(arrow + " (" + examples.get(arrow) + ")"));
            }
            sentences.add("these packages use each other in a circle: " + String.join(", ", arrows));
        }
        return sentences;
    }

    private static Set<String> reachable(String start, Map<String, Set<String>> uses) {
        Set<String> seen = new TreeSet<>();
        Deque<String> open = new ArrayDeque<>(uses.get(start));
        while (!open.isEmpty()) {
            String next = open.pop();
            if (seen.add(next)) {
                open.addAll(uses.get(next));
            }
        }
        return seen;
    }
}
