package org.stretchdeploy.stretch.internal.sim;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.Inventory;

/** A cloud whose look-up of tags gives whatever the operation has made, for every step: adoption without comparing. */
final class AnyTag {
    private AnyTag() {}

    static Cloud cloud(Cloud sound) {
        return proxy(
                Cloud.class,
                sound,
                (method, result) -> method.getName().equals("inventory")
                        ? proxy(Inventory.class, (Inventory) result, AnyTag::loose)
                        : result);
    }

    private static Object loose(Method method, Object result) {
        if (!method.getName().equals("tagged")) {
            return result;
        }
        List<Inventory.Tagged> loose = new ArrayList<>();
        List<?> found = (List<?>) result;
        for (Object one : found) {
            for (Object other : found) {
                Inventory.Tagged thing = (Inventory.Tagged) one;
                loose.add(
                        new Inventory.Tagged(thing.kind(), thing.id(), thing.name(), ((Inventory.Tagged) other).tag()));
            }
        }
        return loose;
    }

    /** What becomes of an answer. */
    interface Change {
        Object of(Method method, Object result);
    }

    static <T> T proxy(Class<T> type, T sound, Change change) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, words) -> {
            try {
                return change.of(method, method.invoke(sound, words));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
