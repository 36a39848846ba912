package org.stretchdeploy.api;

import java.time.Instant;

/**
 * Something that a person should look at now. It goes away by itself when its cause does.
 *
 * @param code    {@code stalled}: no progress; {@code trial-overdue}: a trial has ended and its machines are not home;
 *                {@code fence-broken}: somebody started or plugged in a copy of a machine that may live elsewhere only; {@code
 *                no-standby}: an end of a tunnel that is to have two agents has nobody who would take over
 * @param since   when the cause began, as far as it is known
 * @param message a sentence: what is wrong and what to do
 */
public record Alarm(String code, Instant since, String message) {
    public static final String STALLED = "stalled";
    public static final String TRIAL_OVERDUE = "trial-overdue";
    public static final String FENCE_BROKEN = "fence-broken";
    public static final String NO_STANDBY = "no-standby";
}
