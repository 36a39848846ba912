package org.stretchdeploy.rest.internal.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** A path that the web server remembers for the fallback is forgotten once the surface is there. */
class FallbackServletTest {
    private final Set<String> there = ConcurrentHashMap.newKeySet();
    private final AtomicInteger registered = new AtomicInteger();
    private final AtomicInteger unregistered = new AtomicInteger();

    private final BundleContext bundle =
            proxy(BundleContext.class, (self, method, arguments) -> switch (method.getName()) {
                case "registerService" -> {
                    registered.incrementAndGet();
                    yield proxy(ServiceRegistration.class, (s, m, a) -> {
                        assertThat(m.getName()).isEqualTo("unregister");
                        return unregistered.incrementAndGet();
                    });
                }
                case "getServiceReferences" ->
                    there.stream().anyMatch(name -> arguments[1].toString().endsWith("=" + name + ")"))
                            ? List.of(proxy(ServiceReference.class, (s, m, a) -> null))
                            : List.of();
                default -> throw new UnsupportedOperationException(method.getName());
            });

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    Object answer = handler.invoke(self, method, arguments);
                    return method.getReturnType() == void.class ? null : answer;
                }));
    }

    @Test
    void isRegisteredAnewWhenWhatItStandsForIsThere() {
        try (var fallback = new FallbackServlet(bundle)) {
            fallback.asked("/api/v1/operations");
            there.add("stretch-soap");
            fallback.asked("/api/v1/operations");
            assertThat(registered).hasValue(1);
            there.add("stretch-rest");
            fallback.asked("/api/v1/operations");
            await().until(() -> registered.get() == 2);
            fallback.asked("/api/v1/operations");
            assertThat(unregistered).hasValue(1);
        }
        assertThat(unregistered).hasValue(2);
        assertThat(registered).hasValue(2);
    }
}
