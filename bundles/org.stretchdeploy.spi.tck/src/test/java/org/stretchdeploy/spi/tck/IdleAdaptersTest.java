package org.stretchdeploy.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tunnels;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.spi.memory.ShopClouds;
import org.stretchdeploy.spi.tck.Spoilt.Wrong;

/**
 * Every writing method, one at a time: an adapter that says "done" and does nothing, and one that does its work and
 * then says that it is broken. The kit must find both.
 */
class IdleAdaptersTest {
    private static final Map<Class<?>, List<Integer>> CHAPTERS = Map.of(
            VApps.class, List.of(3, 4),
            Catalogs.class, List.of(5),
            Edges.class, List.of(6),
            Tunnels.class, List.of(7));

    static Stream<Arguments> writingMethods() {
        return Stream.of(VApps.class, Catalogs.class, Edges.class, Tunnels.class)
                .flatMap(role -> Arrays.stream(role.getMethods())
                        .filter(IdleAdaptersTest::writes)
                        .sorted(java.util.Comparator.comparing(Method::getName))
                        .map(method -> Arguments.of(role, method.getName())));
    }

    private static boolean writes(Method method) {
        return method.getReturnType() == CloudTask.class
                || method.getReturnType() == void.class
                || method.getName().equals("beginUpload");
    }

    @Test
    void thereIsEnoughToTry() {
        assertThat(writingMethods().count()).isGreaterThanOrEqualTo(28);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("writingMethods")
    void doingNothingIsFound(Class<?> role, String method) {
        List<String> failed = failures(
                role,
                (called, arguments, real) ->
                        called.getName().equals(method) ? nothing(called, arguments) : real.with(arguments));
        assertThat(failed).as("idle " + method).isNotEmpty();
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("writingMethods")
    void failingAfterTheWorkIsFound(Class<?> role, String method) {
        List<String> failed = failures(role, (called, arguments, real) -> {
            Object result = real.with(arguments);
            if (called.getName().equals(method)) {
                throw new CloudException("broken", CloudException.Category.EXTERNAL, "Broken.");
            }
            return result;
        });
        assertThat(failed).as("broken " + method).isNotEmpty();
    }

    private static List<String> failures(Class<?> role, Wrong wrong) {
        var failed = new ArrayList<String>();
        for (int chapter : CHAPTERS.get(role)) {
            failed.addAll(KitRun.of(
                            () -> Spoilt.subject(
                                    ShopClouds.target("public")
                                            .with(Capability.L2_VPN)
                                            .template("packages", "tiny", "guest")
                                            .build(),
                                    role,
                                    wrong),
                            chapter)
                    .failed());
        }
        return failed;
    }

    private static Object nothing(Method method, Object[] arguments) {
        if (method.getReturnType() == void.class) {
            return null;
        }
        ObjectId first = arguments[0] instanceof ObjectId id ? id : new ObjectId("none");
        return method.getReturnType() == ObjectId.class ? first : new CloudTask(Optional.empty(), Optional.of(first));
    }
}
