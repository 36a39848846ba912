package org.stretchdeploy.spi.elsewhere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.stretchdeploy.spi.memory.ShopClouds;
import org.stretchdeploy.spi.tck.AccessConformance;
import org.stretchdeploy.spi.tck.ConformanceKit;
import org.stretchdeploy.spi.tck.ConformanceSubject;
import org.stretchdeploy.spi.tck.MemorySubject;

/** An adapter's tests are in a package of their own: the rules are found and run there too. */
class KitInAnotherPackageTest {
    static class Access extends AccessConformance {
        @Override
        protected ConformanceSubject subject() {
            return new MemorySubject(ShopClouds.target("public")
                    .template("packages", "tiny", "guest")
                    .build());
        }
    }

    @Test
    void allRulesOfAChapterRun() {
        var summary = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(Access.class))
                                .build(),
                        summary);
        long rules = ConformanceKit.rules().stream()
                .filter(rule -> rule.chapter() == 1)
                .count();
        assertThat(summary.getSummary().getTestsSucceededCount()).isEqualTo(rules);
    }
}
