package org.stretchdeploy.rest.internal.gate;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.api.Quoted;
import org.stretchdeploy.rest.internal.problem.Problem;

/** Decides who may come in at all. Knows no servlet. Thread-safe. */
public final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    /** A refusal takes at least this long, so that its time does not tell whether the user exists. */
    private static final Duration REFUSAL_TIME = Duration.ofMillis(300);

    private final PasswordCheck passwords;
    private final LoginThrottle throttle;

    public Gate(PasswordCheck passwords, LoginThrottle throttle) {
        this.passwords = passwords;
        this.throttle = throttle;
    }

    /** Either a caller comes in or is refused. */
    public sealed interface Decision {
        record Welcome(Caller caller) implements Decision {}

        record Refusal(Problem problem, Duration retryAfter) implements Decision {}
    }

    /**
     * @param address       where the request comes from
     * @param authorization the Authorization header, may be null
     */
    public Decision decide(boolean secure, String address, String authorization) {
        if (!secure) {
            return refuse(403, "Not allowed", "tls-required", "Only https is answered here.");
        }
        Optional<BasicCredentials> given = BasicCredentials.parse(authorization);
        if (given.isEmpty()) {
            return refuse(401, "Login needed", "login-needed", "Log in with user and password (HTTP Basic).");
        }
        String user = given.get().user();
        Duration wait = throttle.wait(address, user);
        if (!wait.isZero()) {
            return new Decision.Refusal(
                    Problem.of(
                            429,
                            "Too many failed logins",
                            "too-many-logins",
                            "Too many failed logins; wait and try again."),
                    wait);
        }
        return login(address, given.get());
    }

    private Decision login(String address, BasicCredentials given) {
        long start = System.nanoTime();
        Optional<Caller> caller = passwords.login(given.user(), given.password());
        java.util.Arrays.fill(given.password(), '\0');
        if (caller.isPresent()) {
            throttle.succeeded(address, given.user());
            return new Decision.Welcome(caller.get());
        }
        throttle.failed(address, given.user());
        LOG.warn("event=login-failed user={} address={}", Quoted.quote(given.user()), address);
        long left = start + REFUSAL_TIME.toNanos() - System.nanoTime();
        if (left > 0) {
            LockSupport.parkNanos(left);
        }
        return refuse(401, "Login needed", "wrong-login", "User or password is wrong.");
    }

    private static Decision refuse(int status, String title, String code, String detail) {
        return new Decision.Refusal(Problem.of(status, title, code, detail), Duration.ZERO);
    }
}
