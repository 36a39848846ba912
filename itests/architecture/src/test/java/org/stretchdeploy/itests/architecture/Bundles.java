package org.stretchdeploy.itests.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The compiled bundles: every class with the bundle that holds it. Read once for all tests. */
final class Bundles {

    private static final Bundles ALL = load();

    private final JavaClasses classes;
    private final Map<String, String> owner;

    private Bundles(JavaClasses classes, Map<String, String> owner) {
        this.classes = classes;
        this.owner = owner;
    }

    static Bundles all() {
        return ALL;
    }

    /** All classes but those that a tool generates (from a WSDL, for instance). */
    JavaClasses classes() {
        return classes;
    }

    /** Bundle of a class by name; empty for what comes from elsewhere. */
    Optional<String> owner(JavaClass of) {
        return Optional.ofNullable(owner.get(outermost(of.getBaseComponentType().getName())));
    }

    private static Bundles load() {
        Map<String, String> owner = new HashMap<>();
        Path[] folders = Checkout.bundles().stream().map(Bundles::output).toArray(Path[]::new);
        for (String bundle : Checkout.bundles()) {
            for (JavaClass each : new ClassFileImporter().importPath(output(bundle))) {
                String before = owner.put(outermost(each.getName()), bundle);
                if (before != null && !before.equals(bundle)) {
                    throw new IllegalStateException(each.getName() + " is in two bundles");
                }
            }
        }
        JavaClasses written = new ClassFileImporter()
                .importPaths(folders)
                .that(DescribedPredicate.describe(
                        "written by hand", each -> written(owner, outermost(each.getName()))));
        return new Bundles(written, owner);
    }

    private static boolean written(Map<String, String> owner, String name) {
        Path source = Checkout.bundle(owner.get(name)).resolve("src/main/java/" + name.replace('.', '/') + ".java");
        return Files.exists(source);
    }

    private static String outermost(String name) {
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    static Path output(String bundle) {
        Path output = Checkout.bundle(bundle).resolve("target/classes");
        if (!Files.isDirectory(output)) {
            throw new IllegalStateException("bundle " + bundle + " is not compiled");
        }
        return output;
    }
}
