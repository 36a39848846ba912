package org.stretchdeploy.itests.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Sizes and names: a class fits on a few screens, a method on one, and a name says what a thing is. */
final class TidyTest {

    private static final int FILE_LINES = 500;
    private static final int METHOD_LINES = 80;

    private static final Pattern VAGUE =
            Pattern.compile("(Manager|Helper|Utils?|Context)$|^(Manager|Helper|Utils?|Context)(?=[A-Z])");

    /** File (end of its path) or method that may be longer, and why. */
    private static final Map<String, String> LONGER = Map.of(
            "ovf/HostileDescriptorTest.java hostile", "a table of hostile inputs, one line each",
            "internal/StretchFlowTest.java machineMovesWithItsIdentity", "one machine's way, call by call");

    @Test
    void filesAndMethodsAreShort() {
        lengths(Sources.ours()).assertClean(3000);
    }

    @Test
    void namesSayWhatAThingIs() {
        names(Sources.ours()).assertClean(700);
    }

    @Test
    void catchesALongMethodAndALongFile() {
        String method = "class A { void grow() {\n" + "int x;\n".repeat(METHOD_LINES) + "} }";
        lengths(Sources.of("bundles/A.java", method)).assertCaught("A.java", "grow", "lines");
        lengths(Sources.of("bundles/B.java", "class B {\n" + "int x;\n".repeat(FILE_LINES) + "}"))
                .assertCaught("B.java", "lines");
    }

    @Test
    void catchesVagueNames() {
        names(Sources.of("bundles/A.java", "class CloudManager { record Utils() {} }"))
                .assertCaught("CloudManager");
        names(Sources.of("bundles/A.java", "class CloudManager { record Utils() {} }"))
                .assertCaught("Utils");
    }

    private static Findings lengths(Sources sources) {
        List<String> violations = new ArrayList<>();
        int[] looked = {0};
        for (Sources.Unit unit : sources.units()) {
            long lines = unit.line(sources.positions().getEndPosition(unit.tree(), unit.tree()));
            looked[0]++;
            judge(unit.path().toString(), lines, FILE_LINES).ifPresent(violations::add);
            new TreePathScanner<Void, Void>() {
                @Override
                public Void visitMethod(MethodTree tree, Void unused) {
                    long start = sources.positions().getStartPosition(unit.tree(), tree);
                    long end = sources.positions().getEndPosition(unit.tree(), tree);
                    looked[0]++;
                    // Positions of members that the compiler adds (constructors, accessors) are not real.
                    if (start >= 0 && end >= 0) {
                        judge(unit.path() + " " + tree.getName(), unit.line(end) - unit.line(start) + 1, METHOD_LINES)
                                .ifPresent(violations::add);
                    }
                    return super.visitMethod(tree, unused);
                }
            }.scan(unit.tree(), null);
        }
        return new Findings(looked[0], violations);
    }

    private static Optional<String> judge(String what, long lines, int limit) {
        boolean excused = LONGER.keySet().stream().anyMatch(what::endsWith);
        return lines > limit && !excused
                ? Optional.of(what + " has " + lines + " lines, more than " + limit)
                : Optional.empty();
    }

    private static Findings names(Sources sources) {
        List<String> violations = new ArrayList<>();
        int[] looked = {0};
        for (Sources.Unit unit : sources.units()) {
            new TreePathScanner<Void, Void>() {
                @Override
                public Void visitClass(ClassTree tree, Void unused) {
                    looked[0]++;
                    if (VAGUE.matcher(tree.getSimpleName()).find()) {
                        violations.add(
                                unit.path() + " declares " + tree.getSimpleName() + ", a name that says nothing");
                    }
                    return super.visitClass(tree, unused);
                }
            }.scan(unit.tree(), null);
        }
        return new Findings(looked[0], violations);
    }
}
