package org.stretchdeploy.spi.tck;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudAccount;
import org.stretchdeploy.spi.CloudVendor;
import org.stretchdeploy.spi.memory.MemoryCloud;

/** Adapters that are good but for one thing. */
final class Spoilt {
    private Spoilt() {}

    /** One wrong thing. */
    @FunctionalInterface
    interface Wrong {
        Object call(Method method, Object[] arguments, Real real) throws Throwable;
    }

    /** What a good adapter would do with these arguments. */
    @FunctionalInterface
    interface Real {
        Object with(Object... arguments) throws Throwable;
    }

    /** A subject whose role has one wrong thing. @param role Cloud, CloudVendor or one of a cloud's roles */
    static ConformanceSubject subject(MemoryCloud good, Class<?> role, Wrong wrong) {
        Cloud cloud = (Cloud) Proxy.newProxyInstance(
                Spoilt.class.getClassLoader(), new Class<?>[] {Cloud.class}, (proxy, method, arguments) -> {
                    if (role == Cloud.class) {
                        return spoil(good, method, arguments, wrong);
                    }
                    Object result = invoke(good, method, arguments);
                    if (result instanceof Optional<?> optional
                            && optional.filter(role::isInstance).isPresent()) {
                        return Optional.of(spoilt(role, optional.get(), wrong));
                    }
                    return method.getReturnType() == role ? spoilt(role, result, wrong) : result;
                });
        return new MemorySubject(good) {
            @Override
            public Cloud cloud() {
                return cloud;
            }

            @Override
            public CloudVendor vendor() {
                CloudVendor vendor = super.vendor();
                return role == CloudVendor.class ? (CloudVendor) spoilt(role, vendor, wrong) : vendor;
            }

            @Override
            public CloudAccount account() {
                return super.account();
            }

            @Override
            public int mostPolls() {
                return 100;
            }

            @Override
            public Duration callBudget() {
                return Duration.ofMillis(500);
            }
        };
    }

    private static Object spoilt(Class<?> role, Object good, Wrong wrong) {
        return Proxy.newProxyInstance(
                Spoilt.class.getClassLoader(),
                new Class<?>[] {role},
                (proxy, method, arguments) -> spoil(good, method, arguments, wrong));
    }

    private static Object spoil(Object good, Method method, Object[] arguments, Wrong wrong) throws Throwable {
        return wrong.call(method, arguments, changed -> invoke(good, method, changed));
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
