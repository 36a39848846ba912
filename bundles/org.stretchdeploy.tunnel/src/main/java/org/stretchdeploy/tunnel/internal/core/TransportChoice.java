package org.stretchdeploy.tunnel.internal.core;

import org.stretchdeploy.tunnel.control.Transport;

/**
 * Decides what carries the frames, ten times a second, from what is measured. Pure: time and measurements come from
 * outside. Datagrams are left at once when they stop passing, and come back only after having passed for a while; with
 * {@link Transport#AUTO} they are entered on loss over {@link #ENTER_PERMILLE} and left on loss under {@link
 * #LEAVE_PERMILLE}, so that a loss in between changes nothing. One thread.
 */
final class TransportChoice {
    static final int ENTER_PERMILLE = 5;
    static final int ENTER_SECONDS = 20;
    /** Fewer lost probes say nothing. */
    static final int ENTER_LOST = 5;

    static final int LEAVE_PERMILLE = 1;
    static final int LEAVE_SECONDS = 60;
    /** Probes of which the fate must be known before loss counts as gone. */
    static final int LEAVE_COUNTED = 1000;
    /** For how long datagrams must have passed before they are used, and again after they did not. */
    static final long STEADY_NANOS = 1_000_000_000L;

    private static final long STAY_NANOS = LEAVE_SECONDS * 1_000_000_000L;

    private volatile Transport wanted;
    private Transport decided = Transport.TLS;
    private boolean datagrams;
    private boolean passing;
    private long passingSince;
    private long enteredNanos;
    private String reason = "datagrams are not known to pass yet";

    TransportChoice(Transport wanted) {
        this.wanted = wanted;
    }

    /**
     * What is measured.
     *
     * @param pass keys are agreed on, a useful size was proven and probes come back
     * @param why not, for people; empty when they do
     */
    interface Path {
        boolean pass();

        String why();

        /** Probes of the last seconds whose fate is known. */
        long counted(int seconds);

        /** How many of them were lost. */
        long lost(int seconds);
    }

    void want(Transport changed) {
        wanted = changed;
    }

    boolean datagrams() {
        return datagrams;
    }

    String reason() {
        return reason;
    }

    /** Looks at what is measured; true when the answer changed. */
    boolean decide(Path path, long now) {
        boolean before = datagrams;
        Transport wish = wanted;
        if (wish != decided && wish == Transport.AUTO) {
            // It begins with TLS, whatever was before.
            datagrams = false;
        }
        decided = wish;
        if (!path.pass()) {
            passing = false;
            datagrams = false;
            reason = "datagrams do not pass: " + path.why();
            return before;
        }
        if (!passing) {
            passing = true;
            passingSince = now;
        }
        if (wish == Transport.DATAGRAM) {
            datagrams = datagrams || now - passingSince >= STEADY_NANOS;
            reason = datagrams ? "as configured" : "datagrams pass, for less than a second yet";
        } else if (wish == Transport.AUTO) {
            weigh(path, now);
        } else {
            datagrams = false;
            reason = "as configured";
        }
        if (datagrams && !before) {
            enteredNanos = now;
        }
        return before != datagrams;
    }

    private void weigh(Path path, long now) {
        if (!datagrams) {
            long lost = path.lost(ENTER_SECONDS);
            long counted = Math.max(1, path.counted(ENTER_SECONDS));
            datagrams =
                    now - passingSince >= STEADY_NANOS && lost >= ENTER_LOST && lost * 1000 >= counted * ENTER_PERMILLE;
            reason = datagrams
                    ? "measured loss of " + tenths(lost, counted) + " percent is over 0.5"
                    : "measured loss is under 0.5 percent";
            return;
        }
        long counted = path.counted(LEAVE_SECONDS);
        long lost = path.lost(LEAVE_SECONDS);
        if (now - enteredNanos >= STAY_NANOS && counted >= LEAVE_COUNTED && lost * 1000 <= counted * LEAVE_PERMILLE) {
            datagrams = false;
            reason = "measured loss fell under 0.1 percent for a minute";
        }
    }

    private static String tenths(long lost, long counted) {
        long permille = lost * 1000 / counted;
        return permille / 10 + "." + permille % 10;
    }
}
