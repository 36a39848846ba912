package org.stretchdeploy.workflow;

import java.time.Duration;

/**
 * How often, and after which wait, a failed step is begun again.
 *
 * @param attempts how many failures are allowed in all, 1 = never retried; {@link Integer#MAX_VALUE} = for ever
 * @param firstWait wait after the first failure
 * @param maxWait the wait doubles with each failure up to this
 */
public record RetryPolicy(int attempts, Duration firstWait, Duration maxWait) {
    /** Five tries, from 1 s to 30 s apart. */
    public static final RetryPolicy STANDARD = new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofSeconds(30));
    /** The first failure is final. */
    public static final RetryPolicy NEVER = new RetryPolicy(1, Duration.ofSeconds(1), Duration.ofSeconds(1));
    /** Never gives up, up to a minute apart. */
    public static final RetryPolicy FOREVER =
            new RetryPolicy(Integer.MAX_VALUE, Duration.ofSeconds(1), Duration.ofMinutes(1));

    public RetryPolicy {
        if (attempts < 1 || firstWait.isNegative() || firstWait.isZero() || maxWait.compareTo(firstWait) < 0) {
            throw new IllegalArgumentException("attempts >= 1 and 0 < firstWait <= maxWait must hold");
        }
    }

    public boolean forever() {
        return attempts == Integer.MAX_VALUE;
    }

    /** Whether another try is allowed after so many failures. */
    public boolean allowsAfter(int failures) {
        return forever() || failures < attempts;
    }

    /** The wait after the given failure, counted from 1. */
    public Duration waitAfter(int failure) {
        Duration wait = firstWait;
        for (int i = 1; i < failure && wait.compareTo(maxWait) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(maxWait) > 0 ? maxWait : wait;
    }
}
