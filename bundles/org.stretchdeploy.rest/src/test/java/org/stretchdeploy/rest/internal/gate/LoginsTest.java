package org.stretchdeploy.rest.internal.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Throttling, remembering and reading of logins, with a clock that the test moves. */
class LoginsTest {
    private final MovedClock clock = new MovedClock();

    @Test
    void manyFailuresOfOneUserPauseOnlyThatUserFromThatAddress() {
        var throttle = new LoginThrottle(clock);
        for (int i = 0; i < LoginThrottle.FAILURES_PER_USER; i++) {
            assertThat(throttle.wait("1.2.3.4", "eve")).isZero();
            throttle.failed("1.2.3.4", "eve");
        }
        assertThat(throttle.wait("1.2.3.4", "eve")).isEqualTo(LoginThrottle.PAUSE);
        assertThat(throttle.wait("1.2.3.4", "bob")).isZero();
        assertThat(throttle.wait("5.6.7.8", "eve")).isZero();
        clock.forward(LoginThrottle.PAUSE);
        assertThat(throttle.wait("1.2.3.4", "eve")).isZero();
        throttle.failed("1.2.3.4", "eve");
        assertThat(throttle.wait("1.2.3.4", "eve")).isPositive();
        throttle.succeeded("1.2.3.4", "eve");
        assertThat(throttle.wait("1.2.3.4", "eve")).isZero();
    }

    @Test
    void manyUsersFromOneAddressPauseTheAddress() {
        var throttle = new LoginThrottle(clock);
        for (int i = 0; i < LoginThrottle.FAILURES_PER_ADDRESS; i++) {
            throttle.failed("1.2.3.4", "user" + i);
        }
        assertThat(throttle.wait("1.2.3.4", "somebody")).isPositive();
        assertThat(throttle.wait("5.6.7.8", "somebody")).isZero();
    }

    @Test
    void aProvenLoginIsAskedAgainLaterAndAWrongOneEveryTime() {
        var asked = new AtomicInteger();
        var logins = new RememberedLogins(
                (user, password) -> {
                    asked.incrementAndGet();
                    return new String(password).equals("right")
                            ? Optional.of(new Caller(user, Optional.of(Role.VIEWER)))
                            : Optional.empty();
                },
                clock);
        assertThat(logins.login("ann", "right".toCharArray())).isPresent();
        assertThat(logins.login("ann", "right".toCharArray())).isPresent();
        assertThat(asked).hasValue(1);
        assertThat(logins.login("ann", "wrong".toCharArray())).isEmpty();
        assertThat(logins.login("ann", "wrong".toCharArray())).isEmpty();
        assertThat(asked).hasValue(3);
        clock.forward(RememberedLogins.LIFE);
        assertThat(logins.login("ann", "right".toCharArray())).isPresent();
        assertThat(asked).hasValue(4);
    }

    @Test
    void onlyWellFormedHeadersAreRead() {
        assertThat(BasicCredentials.parse("Basic YW5uOmE6Yg==")).hasValueSatisfying(c -> {
            assertThat(c.user()).isEqualTo("ann");
            assertThat(c.password()).containsExactly('a', ':', 'b');
        });
        for (String bad : new String[] {
            null, "", "Basic", "Basic ", "Basic YW5u", "Basic OmE=", "Bearer YW5uOmE=", "Basic ?", "Basic /////w=="
        }) {
            assertThat(BasicCredentials.parse(bad)).as("%s", bad).isEmpty();
        }
        assertThat(BasicCredentials.parse("Basic " + "A".repeat(5000))).isEmpty();
    }

    @Test
    void aRoleCoversTheOnesBelow() {
        assertThat(new Caller("a", Optional.of(Role.ADMIN)).may(Role.OPERATOR)).isTrue();
        assertThat(new Caller("a", Optional.of(Role.VIEWER)).may(Role.OPERATOR)).isFalse();
        assertThat(new Caller("a", Optional.empty()).may(Role.VIEWER)).isFalse();
    }

    private static final class MovedClock extends Clock {
        private Instant now = Instant.parse("2026-11-23T08:00:00Z");

        void forward(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
