package org.stretchdeploy.stretch.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.stretchdeploy.api.Health;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.store.StoreException;
import org.stretchdeploy.workflow.WorkflowException;

/** What the API says while the store is away or full: a sentence and a code of its own instead of a fault of ours. */
final class StoreOutage {
    static final String AWAY = "store-unavailable";
    static final String FULL = "store-full";
    static final String STOPPING = "stopping";

    private static final int MOST_CAUSES = 20;

    private StoreOutage() {}

    /** The same service, which says so. */
    static <T> T telling(Class<T> type, T service) {
        return type.cast(Proxy.newProxyInstance(
                StoreOutage.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return method.invoke(service, arguments);
                    } catch (InvocationTargetException e) {
                        throw of(e.getCause()).<Throwable>map(told -> told).orElse(e.getCause());
                    }
                }));
    }

    /** @param probe throws when the store cannot be used */
    static Health health(Runnable probe) {
        String trouble = "";
        try {
            probe.run();
        } catch (RuntimeException e) {
            trouble = of(e).map(StretchException::getMessage).orElseGet(() -> String.valueOf(e.getMessage()));
        }
        return Health.of(List.of(new Health.Part(Health.STORE, trouble.isEmpty(), trouble)));
    }

    /** A look of those that are repeated every few seconds has failed; what the store says of itself is one line. */
    static void log(Logger log, String what, RuntimeException e) {
        if (of(e).isPresent()) {
            log.warn("event=look-failed what={} reason=\"{}\"", what, e.getMessage());
        } else {
            log.error("event=look-failed what={}", what, e);
        }
    }

    /** Empty for every other failure. */
    static Optional<StretchException> of(Throwable thrown) {
        Optional<StretchException> journal = Optional.empty();
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            if (cause instanceof StoreException store) {
                return of(store, thrown);
            } else if (cause instanceof WorkflowException workflow) {
                journal = of(workflow, thrown);
            }
            cause = cause.getCause();
        }
        return journal;
    }

    private static Optional<StretchException> of(StoreException e, Throwable thrown) {
        return switch (e.code()) {
            case UNAVAILABLE -> Optional.of(away(thrown));
            case FULL ->
                Optional.of(StretchException.unavailable(
                        FULL,
                        "The controller cannot write to its database: " + e.getMessage()
                                + ". Nothing was changed; operations that run wait and go on by themselves.",
                        thrown));
            case CLOSED -> Optional.of(stopping(thrown));
            case INVALID -> Optional.empty();
        };
    }

    private static Optional<StretchException> of(WorkflowException e, Throwable thrown) {
        return switch (e.code()) {
            case JOURNAL_UNAVAILABLE -> Optional.of(away(thrown));
            case CLOSED -> Optional.of(stopping(thrown));
            default -> Optional.empty();
        };
    }

    /** Where the database is, and what it said, is for the log. */
    private static StretchException away(Throwable thrown) {
        return StretchException.unavailable(
                AWAY,
                "The controller's database does not answer. Operations that run wait and go on by themselves when it is"
                        + " back; try again in some seconds. The cause is in the controller's log.",
                thrown);
    }

    private static StretchException stopping(Throwable thrown) {
        return StretchException.unavailable(
                STOPPING, "This node of the controller is stopping; ask another one, or again when it runs.", thrown);
    }
}
