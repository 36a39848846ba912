package org.stretchdeploy.rest.internal.gate;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down guessing: after a few failures of one user from one address, or many from one address, further tries are
 * refused for a while, the right password too. Remembers a bounded number of names, the latest. Thread-safe.
 */
public final class LoginThrottle {
    static final int FAILURES_PER_USER = 5;
    static final int FAILURES_PER_ADDRESS = 50;
    static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MAX_ENTRIES = 10_000;

    private final Clock clock;
    private final Map<String, Failures> failures = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    public LoginThrottle(Clock clock) {
        this.clock = clock;
    }

    /** Returns how long this address must wait before it may try this user again; zero when it may now. */
    public synchronized Duration wait(String address, String user) {
        Instant now = clock.instant();
        Duration byUser = left(failures.get(userKey(address, user)), FAILURES_PER_USER, now);
        Duration byAddress = left(failures.get(address), FAILURES_PER_ADDRESS, now);
        return byUser.compareTo(byAddress) > 0 ? byUser : byAddress;
    }

    public synchronized void failed(String address, String user) {
        Instant now = clock.instant();
        failures.merge(userKey(address, user), new Failures(1, now), (old, one) -> old.plusOne(now));
        failures.merge(address, new Failures(1, now), (old, one) -> old.plusOne(now));
    }

    public synchronized void succeeded(String address, String user) {
        failures.remove(userKey(address, user));
    }

    private static Duration left(Failures seen, int limit, Instant now) {
        if (seen == null || seen.count() < limit) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(now, seen.last().plus(PAUSE));
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static String userKey(String address, String user) {
        return address + ' ' + user;
    }

    private record Failures(int count, Instant last) {
        Failures plusOne(Instant now) {
            return last.plus(WINDOW).isBefore(now) ? new Failures(1, now) : new Failures(count + 1, now);
        }
    }
}
