package org.stretchdeploy.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.stretchdeploy.store.Store;

class StoreComponentTest {
    private final AtomicReference<Optional<Store>> published = new AtomicReference<>(Optional.empty());

    /** Karaf does this when several configurations arrive while the features are installed. */
    @RepeatedTest(4)
    void isPublishedAfterItWasStoppedAndStartedInTheMiddleOfItsOpening(@TempDir Path folder) {
        BundleContext bundle = bundle(folder);
        for (int millis = 1; millis < 200; millis *= 2) {
            StoreComponent component = new StoreComponent(bundle, settings());
            await().pollDelay(Duration.ofMillis(millis)).until(() -> true);
            component.close();
            // one that was being published just then is taken back by the thread that did it
            await().until(() -> published.get().isEmpty());
        }
        StoreComponent last = new StoreComponent(bundle, settings());
        await().atMost(Duration.ofSeconds(30)).until(() -> published.get().isPresent());
        published.get().orElseThrow().documents().put("a", "b", "c");
        last.close();
        assertThat(published.get()).isEmpty();
    }

    private BundleContext bundle(Path folder) {
        return proxy(BundleContext.class, (name, arguments) -> switch (name) {
            case "getProperty" -> arguments[0].equals("karaf.data") ? folder.toString() : null;
            case "registerService" -> {
                published.set(Optional.of((Store) arguments[1]));
                yield proxy(ServiceRegistration.class, (unregister, none) -> {
                    published.set(Optional.empty());
                    return null;
                });
            }
            default -> throw new UnsupportedOperationException(name);
        });
    }

    private static StoreComponent.Settings settings() {
        return proxy(StoreComponent.Settings.class, (name, arguments) -> StoreComponent.Settings.class
                .getMethod(name)
                .getDefaultValue());
    }

    private interface Answer {
        Object to(String method, Object[] arguments) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> answer.to(method.getName(), arguments)));
    }
}
