package org.stretchdeploy.stretch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.StretchException.Kind;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.spi.memory.ShopClouds;

/** Wrong input to every method: a code, a sentence, and nothing written. */
final class ApiInputTest {
    private static final OperationId NOBODY = new OperationId("op-99");

    @TempDir
    Path folder;

    private StretchWorld world;

    @BeforeEach
    void shop() {
        world = new StretchWorld(folder);
    }

    private static StretchRequest request(String source, String vApp, String target, String... vms) {
        return StretchRequest.of(new CloudName(source), vApp, List.of(vms), new CloudName(target));
    }

    private void refused(Kind kind, String code, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StretchException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.getMessage()).matches("(?s).{12,}[.]");
        });
        PrecheckTest.nothingWritten(world);
    }

    @Test
    void requestsThatMeanNothing() {
        refused(Kind.USER, "same-cloud", () -> request("private", "shop", "private"));
        refused(Kind.USER, "missing-vapp", () -> request("private", " ", "public"));
        refused(Kind.USER, "missing-vapp", () -> request("private", "x".repeat(129), "public"));
        refused(Kind.USER, "duplicate-vm", () -> request("private", "shop", "public", "web", "web"));
        refused(Kind.USER, "missing-vapp", () -> new ReturnRequest(new CloudName("private"), "", List.of(), List.of()));
    }

    @Test
    void whatIsNotThere() {
        refused(Kind.NOT_FOUND, "unknown-cloud", () -> world.service.plan(request("nowhere", "shop", "public")));
        refused(Kind.NOT_FOUND, "unknown-cloud", () -> world.service.plan(request("private", "shop", "nowhere")));
        refused(Kind.NOT_FOUND, "unknown-vapp", () -> world.service.plan(request("private", "shoppe", "public")));
        refused(
                Kind.NOT_FOUND,
                "unknown-vapp",
                () -> world.service.deploy(request("private", "shop'--\u0000", "public"), Optional.empty()));
        refused(
                Kind.NOT_FOUND,
                "not-stretched",
                () -> world.service.bringBack(
                        new ReturnRequest(new CloudName("private"), "shop", List.of(), List.of()), Optional.empty()));
        refused(Kind.NOT_FOUND, "unknown-operation", () -> world.service.operation(NOBODY));
        refused(Kind.NOT_FOUND, "unknown-operation", () -> world.service.cancel(NOBODY));
        refused(Kind.NOT_FOUND, "unknown-operation", () -> world.service.retry(NOBODY));
        refused(Kind.NOT_FOUND, "unknown-operation", () -> world.service.follow(NOBODY, 0, e -> {}));
    }

    @Test
    void twoVAppsOfOneName() {
        world = new StretchWorld(
                folder,
                ShopClouds.source("private").vdc("other-vdc").vApp("other-vdc", "shop"),
                ShopClouds.target("public"));
        refused(Kind.USER, "ambiguous-vapp", () -> world.service.plan(request("private", "shop", "public")));
    }

    @Test
    void limitsAndKeys() {
        refused(Kind.USER, "invalid-limit", () -> world.service.operations(0));
        refused(Kind.USER, "invalid-limit", () -> world.service.operations(1001));
        for (String key : List.of("", " ", "a b", "x".repeat(101), "é", "a\nb")) {
            refused(
                    Kind.USER,
                    "invalid-idempotency-key",
                    () -> world.service.deploy(StretchWorld.web(), Optional.of(key)));
        }
    }

    @Test
    void keysNameOneWish() {
        OperationId id = world.service.deploy(StretchWorld.web(), Optional.of("k"));
        assertThat(world.service.deploy(StretchWorld.web(), Optional.of("k"))).isEqualTo(id);
        refused(
                Kind.CONFLICT,
                "idempotency-key-reused",
                () -> world.service.deploy(request("private", "shop", "public", "db"), Optional.of("k")));
        assertThat(world.service.operations(10)).hasSize(1);
    }

    @Test
    void whatComesTooLate() {
        OperationId id = world.service.deploy(StretchWorld.web(), Optional.empty());
        refused(Kind.CONFLICT, "wrong-state", () -> world.service.retry(id));
        while (!world.service.operation(id).pivotPassed()) {
            world.node.dispatcher().runNext();
        }
        world.source.clearCalls();
        world.target.clearCalls();
        if (!world.service.operation(id).state().ended()) {
            assertThatThrownBy(() -> world.service.cancel(id))
                    .isInstanceOfSatisfying(
                            StretchException.class, e -> assertThat(e.code()).isEqualTo("too-late"));
        }
        assertThat(world.run(id).state()).isEqualTo(Operation.State.SUCCEEDED);
        assertThatThrownBy(() -> world.service.cancel(id))
                .isInstanceOfSatisfying(
                        StretchException.class, e -> assertThat(e.code()).isEqualTo("already-ended"));
    }

    @Test
    void aCloudThatDoesNotAnswer() {
        world.target.reachable(false);
        refused(Kind.EXTERNAL, "unreachable", () -> world.service.plan(StretchWorld.web()));
    }
}
