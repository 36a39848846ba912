package org.stretchdeploy.spi.tck;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs parts of the kit over any subject, inside of a test. Not for several threads. */
final class KitRun {
    private static Supplier<ConformanceSubject> subjects;

    private KitRun() {}

    /** @param ran how many rules ran; @param failed names of the tests that failed */
    record Outcome(int ran, Set<String> failed) {
        boolean failedRule(String rule) {
            return failed.stream().anyMatch(name -> name.startsWith("rule_" + rule.replace('.', '_') + "_"));
        }
    }

    static final List<Class<?>> ALL = List.of(
            Access.class,
            Inventory.class,
            VApps.class,
            Vms.class,
            Catalogs.class,
            Edges.class,
            Tunnels.class,
            Tasks.class);

    static Outcome of(Supplier<ConformanceSubject> subject) {
        return of(subject, ALL);
    }

    /** @param chapter of docs/spi.md, 1 to 8 */
    static Outcome of(Supplier<ConformanceSubject> subject, int chapter) {
        return of(subject, List.of(ALL.get(chapter - 1)));
    }

    private static Outcome of(Supplier<ConformanceSubject> subject, List<Class<?>> roles) {
        subjects = subject;
        var failed = new TreeSet<String>();
        var ran = new int[1];
        var builder = LauncherDiscoveryRequestBuilder.request();
        roles.forEach(role -> builder.selectors(selectClass(role)));
        LauncherDiscoveryRequest request = builder.build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    ran[0]++;
                }
                if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                    failed.add(test.getDisplayName());
                }
            }
        });
        return new Outcome(ran[0], failed);
    }

    static class Access extends AccessConformance {
        @Override
        protected ConformanceSubject subject() {
            return subjects.get();
        }
    }

    static class Inventory extends InventoryConformance {
        @Override
        protected ConformanceSubject subject() {
            return subjects.get();
        }
    }

    static class VApps extends VAppConformance {
        @Override
        protected ConformanceSubject subject() {
            return subjects.get();
        }
    }

    static class Vms extends VmConformance {
        @Override
        protected ConformanceSubject subject() {
            return subjects.get();
        }
    }

    static class Catalogs extends CatalogConformance {
        @Override
        protected ConformanceSubject subject() {
            return subjects.get();
        }
    }

    static class Edges extends EdgeConformance {
        @Override
        protected ConformanceSubject subject() {
            return subjects.get();
        }
    }

    static class Tunnels extends TunnelConformance {
        @Override
        protected ConformanceSubject subject() {
            return subjects.get();
        }
    }

    static class Tasks extends TaskConformance {
        @Override
        protected ConformanceSubject subject() {
            return subjects.get();
        }
    }
}
