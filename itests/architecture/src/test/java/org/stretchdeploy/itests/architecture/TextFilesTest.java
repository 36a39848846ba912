package org.stretchdeploy.itests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Files of the tree: no machine's paths, no package registry's host, an owner for each, and links that lead somewhere. */
final class TextFilesTest {

    /** Put together here, so that this file does not name what it looks for. */
    private static final Pattern MACHINE =
            Pattern.compile("(?<![\\w.}$-])/(" + String.join("|", "ro" + "ot", "wo" + "rk", "ho" + "me")
                    + ")/[\\w.]|"
                    + String.join(
                            "|",
                            "repo1?\\.mav" + "en\\.",
                            "mav" + "en\\.org/maven2",
                            "registry\\.n" + "pmjs",
                            "files\\.python" + "hosted",
                            "deb\\.deb" + "ian\\.org",
                            "proxy\\.go" + "lang"));

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s#]+)(#[^)]*)?\\)");

    private static final Set<String> LEFTOVERS = Set.of("target", "node_modules", ".jqwik-database");

    @Test
    void noFileNamesAMachine() {
        List<String> violations = new ArrayList<>();
        int looked = 0;
        for (Path file : Checkout.files()) {
            String text = Checkout.read(file);
            if (text.indexOf('\0') < 0) {
                looked++;
                violations.addAll(machines(file, text));
            }
        }
        new Findings(looked, violations).assertClean(700);
    }

    @Test
    void catchesMachines() {
        Path file = Path.of("a.txt");
        new Findings(1, machines(file, "see /wo" + "rk/here")).assertCaught("a.txt");
        new Findings(1, machines(file, "from https://repo.mav" + "en.apache.org/x")).assertCaught("a.txt");
        assertThat(machines(file, "a path /api/work/x and docs/home/page")).isEmpty();
    }

    @Test
    void everyFileOfTheBundlesHasAnOwner() {
        List<String> modules = Checkout.modules(Checkout.read(Path.of("bundles/pom.xml")));
        List<Path> files = Checkout.files().stream()
                .filter(file -> file.startsWith("bundles"))
                .toList();
        new Findings(files.size(), strays(modules, files)).assertClean(700);
        assertThat(modules).allSatisfy(module -> assertThat(Checkout.read(Path.of("bundles", module, "pom.xml")))
                .contains("<artifactId>" + module + "</artifactId>"));
    }

    @Test
    void catchesStrays() {
        List<Path> files =
                List.of(Path.of("bundles/org.stretchdeploy.gone/A.java"), Path.of("bundles/a/.jqwik-database"));
        Findings findings = new Findings(2, strays(List.of("a"), files));
        findings.assertCaught("org.stretchdeploy.gone");
        findings.assertCaught(".jqwik-database");
    }

    @Test
    void linksLeadSomewhere() {
        List<String> violations = new ArrayList<>();
        int looked = 0;
        for (Path file : Checkout.files(".md")) {
            Findings findings = links(file, Checkout.read(file));
            looked += findings.looked();
            violations.addAll(findings.violations());
        }
        new Findings(looked, violations).assertClean(8);
    }

    @Test
    void catchesADeadLink() {
        links(Path.of("docs/a.md"), "see [here](nowhere.md#x)").assertCaught("docs/a.md", "nowhere.md");
    }

    private static List<String> machines(Path file, String text) {
        return MACHINE.matcher(text)
                .results()
                .map(found -> file + " names " + found.group())
                .toList();
    }

    private static List<String> strays(List<String> modules, List<Path> files) {
        List<String> violations = new ArrayList<>();
        for (Path file : files) {
            boolean owned = file.getNameCount() == 2
                    ? file.endsWith("pom.xml")
                    : modules.contains(file.getName(1).toString());
            boolean leftover = false;
            for (Path part : file) {
                leftover |= LEFTOVERS.contains(part.toString());
            }
            if (!owned || leftover) {
                violations.add(file + (leftover ? " is made by a tool" : " belongs to no module"));
            }
        }
        return violations;
    }

    private static Findings links(Path file, String text) {
        List<String> violations = new ArrayList<>();
        int looked = 0;
        Matcher link = LINK.matcher(text);
        while (link.find()) {
            String target = link.group(1);
            if (target.matches("[a-z]+:.*")) {
                continue;
            }
            looked++;
            if (!Files.exists(Checkout.root().resolve(file).resolveSibling(target))) {
                violations.add(file + " links to " + target + ", which is not there");
            }
        }
        return new Findings(looked, violations);
    }
}
