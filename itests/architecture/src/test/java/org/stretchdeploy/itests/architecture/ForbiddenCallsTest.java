package org.stretchdeploy.itests.architecture;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.itests.architecture.fixture.CallsForbidden;

/** Nobody sleeps, reads the wall clock past an injected one, prints, or logs past slf4j, but for the places listed here. */
final class ForbiddenCallsTest {

    private static final String SLEEP = "Thread.sleep";
    private static final String CLOCK = "System.currentTimeMillis";
    private static final String PRINT = "System.out/err";
    private static final String TRACE = "printStackTrace";
    private static final String LOGGING = "java.util.logging";

    /** Class, what it may do, and why. */
    private static final Map<String, Map<String, String>> PLACES = Map.of(
            "org.stretchdeploy.cli.CommandLineMain", Map.of(PRINT, "a command line prints"),
            "org.stretchdeploy.cli.Follower", Map.of(SLEEP, "polls an operation in a process of its own"),
            "org.stretchdeploy.director.linux.internal.Cleanup", Map.of(PRINT, "a command line prints"),
            "org.stretchdeploy.director.internal.Main", Map.of(PRINT, "a command line prints"),
            "org.stretchdeploy.director.internal.DirectorComponent",
                    Map.of(PRINT, "generated passwords are shown once, and never logged"),
            "org.stretchdeploy.tunnel.internal.agent.AgentMain", Map.of(PRINT, "a command line prints"),
            "org.stretchdeploy.vendor.vcd.internal.ShortWaits",
                    Map.of(SLEEP, "the one place that waits, replaced in tests"),
            "org.stretchdeploy.vendor.vcd.internal.http.Retries",
                    Map.of(SLEEP, "the pause between tries, replaced in tests"));

    /** The director stands for another product: its times are facts of that product, not of an operation. */
    private static final Set<String> OWN_CLOCK = Set.of("director");

    @Test
    void bundlesKeepToThem() {
        judge(Bundles.all().classes()).assertClean(20000);
    }

    @Test
    void everyListedPlaceIsNeeded() {
        Set<String> used = new TreeSet<>();
        for (JavaClass each : Bundles.all().classes()) {
            each.getAccessesFromSelf()
                    .forEach(access -> forbidden(access).ifPresent(what -> used.add(place(each) + " " + what)));
        }
        Set<String> listed = new TreeSet<>();
        PLACES.forEach((place, reasons) -> reasons.keySet().forEach(what -> listed.add(place + " " + what)));
        listed.removeAll(used);
        new Findings(
                        used.size(),
                        listed.stream()
                                .map(each -> each + " is listed but not there")
                                .toList())
                .assertClean(5);
    }

    @Test
    void catchesEachOfThem() {
        Findings findings = judge(new ClassFileImporter().importClasses(CallsForbidden.class));
        for (String what : List.of(SLEEP, CLOCK, PRINT, TRACE, LOGGING)) {
            findings.assertCaught("CallsForbidden", what);
        }
    }

    private static Findings judge(JavaClasses classes) {
        Set<String> violations = new TreeSet<>();
        int looked = 0;
        for (JavaClass each : classes) {
            String bundle = Bundles.all().owner(each).orElse("fixture");
            for (JavaAccess<?> access : each.getAccessesFromSelf()) {
                looked++;
                Optional<String> what = forbidden(access);
                if (what.isPresent() && !allowed(bundle, place(each), what.get())) {
                    violations.add(
                            each.getName() + " uses " + what.get() + " (" + access.getSourceCodeLocation() + ")");
                }
            }
        }
        return new Findings(looked, List.copyOf(violations));
    }

    private static boolean allowed(String bundle, String place, String what) {
        return PLACES.getOrDefault(place, Map.of()).containsKey(what)
                || (what.equals(CLOCK) && OWN_CLOCK.contains(bundle));
    }

    private static String place(JavaClass of) {
        return of.getName().replaceAll("\\$.*", "");
    }

    private static Optional<String> forbidden(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        if (owner.startsWith("java.util.logging.")) {
            return Optional.of(LOGGING);
        }
        if (owner.equals("java.lang.Thread") && name.equals("sleep")) {
            return Optional.of(SLEEP);
        }
        if (name.equals("printStackTrace")) {
            return Optional.of(TRACE);
        }
        if (!owner.equals("java.lang.System")) {
            return Optional.empty();
        }
        return switch (name) {
            case "currentTimeMillis" -> Optional.of(CLOCK);
            case "out", "err" -> Optional.of(PRINT);
            default -> Optional.empty();
        };
    }
}
