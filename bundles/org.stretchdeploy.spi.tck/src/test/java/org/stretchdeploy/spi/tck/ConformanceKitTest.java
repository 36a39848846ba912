package org.stretchdeploy.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.memory.Fault;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.spi.memory.MemoryCloudBuilder;
import org.stretchdeploy.spi.memory.Pace;
import org.stretchdeploy.spi.memory.ShopClouds;
import org.stretchdeploy.spi.tck.ConformanceKit.Rule;

/** The kit as a whole: nothing is lost, nothing is skipped, and every shape of the cloud in memory passes. */
class ConformanceKitTest {
    private static KitRun.Outcome run(UnaryOperator<MemoryCloudBuilder> shape, Fault fault) {
        return KitRun.of(() -> {
            MemoryCloud cloud = shape.apply(ShopClouds.target("public").with(Capability.L2_VPN))
                    .template("packages", "tiny", "guest")
                    .build();
            cloud.faults(call -> fault);
            return new MemorySubject(cloud);
        });
    }

    private static void assertAllPassed(KitRun.Outcome outcome) {
        assertThat(outcome.failed()).isEmpty();
        assertThat(outcome.ran()).isEqualTo(ConformanceKit.rules().size());
    }

    @Test
    void thereAreAsManyRulesAsThereWere() {
        List<Rule> rules = ConformanceKit.rules();
        System.out.println("conformance rules=" + rules.size() + " floor=" + ConformanceKit.RULE_FLOOR);
        assertThat(rules).hasSizeGreaterThanOrEqualTo(ConformanceKit.RULE_FLOOR);
        assertThat(rules).extracting(Rule::text).doesNotHaveDuplicates();
    }

    @Test
    void everyTestIsARule() {
        long tests = ConformanceKit.ROLES.stream()
                .flatMap(role -> Arrays.stream(role.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class))
                .count();
        assertThat(tests).isEqualTo(ConformanceKit.rules().size());
    }

    @Test
    void numbersHaveNoGaps() {
        var expected = new AtomicInteger();
        var chapter = new AtomicInteger();
        for (Rule rule : ConformanceKit.rules()) {
            if (rule.chapter() != chapter.getAndSet(rule.chapter())) {
                expected.set(0);
            }
            assertThat(rule.number()).as(rule.text()).isEqualTo(expected.incrementAndGet());
        }
        assertThat(chapter).hasValue(ConformanceKit.ROLES.size());
    }

    @ParameterizedTest
    @EnumSource(Capability.class)
    void aCloudWithoutACapabilityPassesByRefusing(Capability capability) {
        assertAllPassed(run(builder -> builder.without(capability), Fault.NONE));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7})
    void theCloudInMemoryPassesAtAnyPace(int polls) {
        assertAllPassed(run(builder -> builder.pace(Pace.polls(polls)), Fault.NONE));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"DUPLICATE", "SLOW"})
    void theCloudInMemoryPassesOverASlowOrStutteringNetwork(Fault fault) {
        assertAllPassed(run(builder -> builder, fault));
    }
}
