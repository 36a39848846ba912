package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.Metric;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.StretchDeploy;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.spi.memory.Pace;
import org.stretchdeploy.spi.memory.ShopClouds;
import org.stretchdeploy.store.StoreException;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.WorkflowException;

/** The database goes away while the controller runs. */
class StoreOutageTest {
    private static final String INTERNAL = "jdbc:postgresql://db.internal/stretch";

    @TempDir
    private Path folder;

    private final AtomicReference<StoreException> outage = new AtomicReference<>();

    private StretchWorld world() {
        return new StretchWorld(
                StretchWorld.appliance(folder),
                ShopClouds.source("private").pace(Pace.polls(2)).build(),
                ShopClouds.target("public").pace(Pace.polls(2)).build(),
                StretchWorld.Variant.SOUND.withJournal(this::failing));
    }

    private Journal failing(Journal store) {
        return (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (proxy, method, arguments) -> {
                    StoreException now = outage.get();
                    if (now != null) {
                        throw new WorkflowException(WorkflowException.Code.JOURNAL_UNAVAILABLE, now.getMessage(), now);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void away() {
        outage.set(new StoreException(
                StoreException.Code.UNAVAILABLE, "the database " + INTERNAL + " cannot be used: refused"));
    }

    private static double storeUp(StretchDeploy api) {
        return api.metrics().stream()
                .filter(metric -> metric.name().equals("stretch_store_up"))
                .map(metric -> metric.samples().get(0).value())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyCallSaysThatTheStoreIsAwayAndTellsNothingInternal() {
        StretchDeploy api = StoreOutage.telling(StretchDeploy.class, world().service);
        away();
        for (Runnable call : List.<Runnable>of(
                () -> api.operations(10),
                () -> api.operation(new OperationId("op-1")),
                () -> api.deploy(StretchWorld.web(), Optional.empty()),
                () -> api.cancel(new OperationId("op-1")))) {
            StretchException told = catchThrowableOfType(StretchException.class, call::run);
            assertThat(told.kind()).isEqualTo(StretchException.Kind.UNAVAILABLE);
            assertThat(told.code()).isEqualTo("store-unavailable");
            assertThat(told.getMessage()).contains("try again").doesNotContain(INTERNAL);
        }
        outage.set(new StoreException(StoreException.Code.FULL, "the disk of the database has only 3 MiB left"));
        assertThatThrownBy(() -> api.deploy(StretchWorld.web(), Optional.empty()))
                .hasMessageContaining("only 3 MiB left")
                .isInstanceOfSatisfying(
                        StretchException.class, told -> assertThat(told.code()).isEqualTo("store-full"));
    }

    @Test
    void otherFailuresStayWhatTheyAre() {
        StretchDeploy api = StoreOutage.telling(StretchDeploy.class, world().service);
        assertThatThrownBy(() -> api.operation(new OperationId("op-77")))
                .isInstanceOfSatisfying(StretchException.class, told -> assertThat(told.kind())
                        .isEqualTo(StretchException.Kind.NOT_FOUND));
    }

    @Test
    void metricsAndHealthAnswerWithoutTheStore() {
        StretchWorld world = world();
        assertThat(world.deploy("web").state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThat(storeUp(world.service)).isEqualTo(1);
        assertThat(world.service.health().up()).isTrue();
        away();
        assertThat(storeUp(world.service)).isZero();
        assertThat(world.service.metrics())
                .as("what this node has counted itself")
                .filteredOn(metric -> metric.name().equals("stretch_operations_ended_total"))
                .flatExtracting(Metric::samples)
                .contains(new Metric.Sample(Map.of("kind", "deploy", "state", "SUCCEEDED"), 1));
        assertThat(world.service.health().up()).isFalse();
        assertThat(world.service.health().parts().get(0).message()).contains("does not answer");
    }
}
