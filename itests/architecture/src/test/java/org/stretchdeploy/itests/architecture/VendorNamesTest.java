package org.stretchdeploy.itests.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.PackageTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePathScanner;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A vendor's name stays in its adapter, in the director that speaks its API, and where a format itself carries it. */
final class VendorNamesTest {

    private static final Pattern VENDOR = Pattern.compile("vcd|vcloud|vmware|nsx", Pattern.CASE_INSENSITIVE);

    /** Words that a format or an example carries; they are not code about a vendor. */
    private static final Pattern INNOCENT = Pattern.compile("https://vcd\\.example\\S*");

    private static final Set<String> HOMES = Set.of("vendor.vcd", "director", "director.linux");

    /** File (end of its path) and the reason why it may say the name. */
    private static final Map<String, String> PLACES = Map.of(
            "ovf/OvfNamespaces.java", "the namespaces of OVF extensions, as packages carry them",
            "ovf/OvfWriter.java", "declares those namespaces",
            "ovf/Disk.java", "the published address of a disk format",
            "spi/memory/OvfWriter.java", "the cloud in memory writes packages as real clouds do",
            "cli/CommandLineMain.java", "default of --vendor",
            "cli/Commands.java", "default of --vendor",
            "shell/internal/CloudAddCommand.java", "default of --vendor",
            "rest/internal/resource/CloudBody.java", "default of the vendor field");

    @Test
    void vendorsLiveInTheirAdapters() {
        judge(Sources.ours()).assertClean(20000);
    }

    @Test
    void catchesNames() {
        Findings findings = judge(Sources.of(
                "bundles/org.stretchdeploy.edge/src/main/java/A.java",
                "package a.vmware; class NsxEdge { int vcdPort; String s = \"vCloud\"; void askVcd() {} }"));
        for (String name : Set.of("a.vmware", "NsxEdge", "vcdPort", "vCloud", "askVcd")) {
            findings.assertCaught("A.java", name);
        }
    }

    private static Findings judge(Sources sources) {
        Set<String> violations = new TreeSet<>();
        int[] looked = {0};
        for (Sources.Unit unit : sources.units()) {
            String path = unit.path().toString();
            if (!path.startsWith("bundles/") || !path.contains("/src/main/") || excused(path)) {
                continue;
            }
            new Names(name -> {
                        looked[0]++;
                        if (VENDOR.matcher(INNOCENT.matcher(name).replaceAll(""))
                                .find()) {
                            violations.add(path + " says " + name.strip());
                        }
                    })
                    .scan(unit.tree(), null);
        }
        return new Findings(looked[0], violations.stream().toList());
    }

    private static boolean excused(String path) {
        return HOMES.stream().anyMatch(home -> path.startsWith("bundles/" + Checkout.PREFIX + home + "/"))
                || PLACES.keySet().stream().anyMatch(place -> path.endsWith("/" + place));
    }

    /** Declared names and text literals of a file. */
    private static final class Names extends TreePathScanner<Void, Void> {

        private final Consumer<String> heard;

        Names(Consumer<String> heard) {
            this.heard = heard;
        }

        @Override
        public Void visitPackage(PackageTree tree, Void unused) {
            heard.accept(tree.getPackageName().toString());
            return super.visitPackage(tree, unused);
        }

        @Override
        public Void visitClass(ClassTree tree, Void unused) {
            heard.accept(tree.getSimpleName().toString());
            return super.visitClass(tree, unused);
        }

        @Override
        public Void visitMethod(MethodTree tree, Void unused) {
            heard.accept(tree.getName().toString());
            return super.visitMethod(tree, unused);
        }

        @Override
        public Void visitVariable(VariableTree tree, Void unused) {
            heard.accept(tree.getName().toString());
            return super.visitVariable(tree, unused);
        }

        @Override
        public Void visitLiteral(LiteralTree tree, Void unused) {
            if (tree.getValue() instanceof String text) {
                heard.accept(text);
            }
            return super.visitLiteral(tree, unused);
        }
    }
}
