package org.stretchdeploy.itests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a bundle exports is versioned by hand and documented; what is internal stays inside. */
final class ExportsTest {

    private static final Pattern CLAUSE =
            Pattern.compile("(org\\.stretchdeploy[a-zA-Z0-9_.]*)((?:;[^,\"]*(?:\"[^\"]*\")?)*)");

    @Test
    void exportedPackagesCarryAVersion() throws IOException {
        int looked = 0;
        List<String> violations = new ArrayList<>();
        for (String bundle : Checkout.bundles()) {
            Findings findings = judge(bundle, exported(Bundles.output(bundle).resolve("META-INF/MANIFEST.MF")));
            looked += findings.looked();
            violations.addAll(findings.violations());
        }
        new Findings(looked, violations).assertClean(15);
    }

    @Test
    void catchesAnInternalPackageAndAMissingVersion() {
        Findings findings =
                judge("edge", "org.stretchdeploy.edge.internal;version=\"1.0.0\",org.stretchdeploy.nowhere");
        findings.assertCaught("edge.internal", "is internal");
        findings.assertCaught("org.stretchdeploy.nowhere", "no @Version");
    }

    private static String exported(Path manifest) throws IOException {
        assertThat(manifest).exists();
        try (InputStream in = Files.newInputStream(manifest)) {
            String header = new Manifest(in).getMainAttributes().getValue("Export-Package");
            return header == null ? "" : header;
        }
    }

    private static Findings judge(String bundle, String header) {
        List<String> violations = new ArrayList<>();
        // The uses: directive names packages too; they are not clauses.
        List<String> names = CLAUSE.matcher(header.replaceAll("uses:=\"[^\"]*\"", ""))
                .results()
                .map(clause -> clause.group(1))
                .toList();
        for (String name : names) {
            if (name.contains(".internal")) {
                violations.add(bundle + " exports " + name + ", which is internal");
            }
            Path file =
                    Checkout.bundle(bundle).resolve("src/main/java/" + name.replace('.', '/') + "/package-info.java");
            if (!Files.exists(file) || !Checkout.read(file).contains("Version(\"")) {
                violations.add(bundle + " exports " + name + " with no @Version in its package-info");
            }
        }
        return new Findings(names.size(), violations);
    }
}
