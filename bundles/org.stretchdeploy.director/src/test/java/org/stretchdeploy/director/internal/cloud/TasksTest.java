package org.stretchdeploy.director.internal.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.director.internal.http.Principal;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.Ref;
import org.stretchdeploy.director.internal.model.Role;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.store.Store;

class TasksTest {
    private static final Principal BY = new Principal("s", "u", "user", "o", "org", Role.ORG_ADMIN, "");

    @TempDir
    private Path folder;

    @Test
    void anErrorOfItsThreadFailsATaskAndFreesItsLocks() throws IOException {
        Store store = Store.open(folder.resolve("state.json"));
        try (Tasks tasks = new Tasks(store)) {
            Tasks.Spec spec = Tasks.Spec.of(
                    "vappDeploy", "Starting", "Started", "machine", new Ref(Kind.VM, "v", "vm"), List.of("v"));
            String id = store.update(s -> tasks.start(s, BY, spec, run -> {
                        throw new NoClassDefFoundError("gone");
                    })
                    .id);
            Awaitility.await().until(() -> store.read(s -> !s.tasks.get(id).running()));
            assertThat(store.<Task.Status>read(s -> s.tasks.get(id).status)).isEqualTo(Task.Status.ERROR);
            assertThat(store.<Boolean>read(s -> s.busy("v"))).isFalse();
        }
    }

    @Test
    void anErrorInsideAChangeLeavesTheStateAsItWas() throws IOException {
        Store store = Store.open(folder.resolve("state.json"));
        try {
            store.change(s -> {
                s.nextRuleId = 42;
                throw new StackOverflowError();
            });
        } catch (StackOverflowError expected) {
            assertThat(store.<Boolean>read(s -> s.nextRuleId == 42)).isFalse();
            return;
        }
        throw new AssertionError("the error was swallowed");
    }
}
