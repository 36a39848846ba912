package org.stretchdeploy.tunnel.internal.standby;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.stretchdeploy.tunnel.internal.wire.LeaseMessage;

/**
 * One agent of a tunnel at least one of whose ends has two agents: as a member of its own end it asks the agents of the
 * other end for the lease, as an agent of the other end's it answers. Knows neither sockets nor clocks: what happens is
 * told to it, with the time ({@link System#nanoTime()}), and what it has to say goes to the {@link Post}.
 *
 * <p>Thread safe. {@link #holds} takes no lock. The post is called with this object's monitor held and must not wait.
 */
public final class PairMember {
    /** The member number of an agent that is alone at its end. */
    public static final int ALONE = -1;

    /** Two voters can contradict each other for as long as a promise lasts; only then is the rival really fitter. */
    private static final int YIELD_LEASES = 1;

    private static final int PAUSE_LEASES = 3;
    private static final int HEAD_START_LEASES = 2;

    private final LeaseTimes times;
    private final int self;
    private final long process;
    private final Random jitter;
    private final Candidate candidate;
    private final Voter voter;
    private final Peer[] peers;
    private final Map<Integer, Long> processes = new HashMap<>();
    private boolean held;
    private long pausedUntil;
    private int fitness;
    private boolean outdone;
    private long outdoneNanos;
    private int lastHolder = Voter.NOBODY;
    private boolean partnerHeld;
    private long takeovers;
    private volatile int activePeer;

    /** Takes messages for an agent of the other end. */
    @FunctionalInterface
    public interface Post {
        void post(int peer, LeaseMessage message);
    }

    /** What an agent of the other end said last. */
    private static final class Peer {
        long askedNanos;
        /** A voter said when it will be free: then it is asked, and not up to a whole interval later. */
        boolean retry;

        long retryNanos;
        long repliedNanos;
        boolean replied;
        int rival = -1;
        int present;
        Set<Long> partners = Set.of();

        boolean isFresh(long now, LeaseTimes times) {
            return replied && now - repliedNanos < times.presenceNanos();
        }
    }

    /**
     * Knows nothing yet.
     *
     * @param self 0 the primary, 1 the secondary, {@link #ALONE}
     * @param peers how many agents the other end has, one or two
     * @param process random number of this process
     */
    public PairMember(LeaseTimes times, int self, int peers, long process, long now, Random jitter) {
        this.times = times;
        this.process = process;
        this.self = self;
        this.jitter = jitter;
        this.candidate = new Candidate(times, peers, self == 1, now);
        this.voter = peers > 1 ? new Voter(times, now) : null;
        this.activePeer = peers > 1 ? Voter.NOBODY : 0;
        this.peers = new Peer[peers];
        for (int peer = 0; peer < peers; peer++) {
            this.peers[peer] = new Peer();
            this.peers[peer].askedNanos = now - times.askNanos();
        }
        // Of two that start together the primary is first: it needs one voter only.
        this.pausedUntil = self == 1 ? now + HEAD_START_LEASES * times.leaseNanos() : now;
    }

    /** Whether this agent may forward now. */
    public boolean holds(long now) {
        return self == ALONE || candidate.holds(now);
    }

    /** Another number for every time that the lease was got anew; 0 before the first time. */
    public int term() {
        return candidate.term();
    }

    /** The agent of the other end that frames go to and are taken from, {@link Voter#NOBODY} before there is one. */
    public int activePeer() {
        return activePeer;
    }

    /**
     * Several times per {@link LeaseTimes#askNanos}.
     *
     * @param fit how fit this agent is to forward, more is better
     */
    public synchronized void tick(int fit, long now, Post post) {
        if (self == ALONE) {
            return;
        }
        fitness = fit;
        if (held && !candidate.holds(now)) {
            stop(now, post);
        }
        for (int peer = 0; peer < peers.length; peer++) {
            Peer each = peers[peer];
            if (now - each.askedNanos >= times.askNanos() || each.retry && now - each.retryNanos >= 0) {
                ask(peer, now, post);
            }
        }
    }

    private void ask(int peer, long now, Post post) {
        peers[peer].askedNanos = now;
        peers[peer].retry = false;
        boolean wants = now - pausedUntil >= 0 && fitness > 0;
        post.post(peer, LeaseMessage.ask(now, wants, candidate.holds(now), fitness));
    }

    /** Gives the lease up, if it is held: the other member may take it at once. */
    public synchronized void release(long now, Post post) {
        if (self != ALONE) {
            pausedUntil = now + PAUSE_LEASES * times.leaseNanos();
            stop(now, post);
        }
    }

    private void stop(long now, Post post) {
        candidate.release(now);
        held = false;
        outdone = false;
        for (int peer = 0; peer < peers.length; peer++) {
            post.post(peer, LeaseMessage.release(now));
        }
    }

    /**
     * A message came.
     *
     * @param peer who sent it
     * @param sender random number of the sender's process
     */
    public synchronized void arrived(int peer, long sender, LeaseMessage message, long now, Post post) {
        switch (message.kind()) {
            case ASK -> answer(peer, sender, message, now, post);
            case REPLY -> {
                if (self != ALONE && message.process() == process) {
                    replied(peer, message, now, post);
                }
            }
            case RELEASE -> {
                if (voter != null) {
                    voter.released(peer, sender, message.stamp(), now);
                }
            }
        }
    }

    private void answer(int peer, long asker, LeaseMessage ask, long now, Post post) {
        if (voter == null) {
            return;
        }
        processes.put(peer, asker);
        Voter.Verdict verdict = voter.asked(peer, asker, ask.stamp(), ask.wants(), ask.holds(), ask.fitness(), now);
        if (verdict.granted()) {
            activePeer = peer;
        }
        post.post(
                peer,
                new LeaseMessage(
                        LeaseMessage.Kind.REPLY,
                        ask.stamp(),
                        false,
                        false,
                        0,
                        asker,
                        verdict.granted(),
                        verdict.holder(),
                        verdict.freeNanos() / 1000,
                        verdict.rival(),
                        verdict.present(),
                        processes.values().stream().map(Long::toHexString).toList()));
    }

    private void replied(int peer, LeaseMessage reply, long now, Post post) {
        Peer from = peers[peer];
        from.replied = true;
        from.repliedNanos = now;
        from.rival = reply.rival();
        from.present = reply.present();
        from.partners = partners(reply.nonces());
        if (reply.granted()) {
            if (candidate.granted(peer, reply.stamp(), now)) {
                held = true;
                takeovers += partnerHeld ? 1 : 0;
                partnerHeld = false;
                for (int each = 0; each < peers.length; each++) {
                    ask(each, now, post);
                }
            }
        } else if (reply.freeMicros() > 0) {
            from.retry = true;
            from.retryNanos = now + reply.freeMicros() * 1000;
        }
        lastHolder = reply.holder();
        partnerHeld |= lastHolder == 1 - self;
        yieldToFitter(now, post);
    }

    private void yieldToFitter(long now, Post post) {
        boolean less = held && isOutdone(now);
        if (less && !outdone) {
            outdoneNanos = now;
        }
        outdone = less;
        if (outdone && now - outdoneNanos >= YIELD_LEASES * times.leaseNanos()) {
            stop(now, post);
            pausedUntil = now + PAUSE_LEASES * times.leaseNanos() + jitter.nextInt((int) (times.leaseNanos() / 2));
        }
    }

    /** Only to somebody who can get the lease: the secondary needs every voter. */
    private boolean isOutdone(long now) {
        int fitter = 0;
        for (Peer peer : peers) {
            fitter += peer.isFresh(now, times) && peer.rival > fitness ? 1 : 0;
        }
        return self == 0 ? fitter == peers.length : fitter > 0;
    }

    private static Set<Long> partners(List<String> nonces) {
        Set<Long> numbers = new HashSet<>();
        for (String nonce : nonces) {
            try {
                numbers.add(Long.parseUnsignedLong(nonce, 16));
            } catch (NumberFormatException e) {
                // Not a process of ours then.
                continue;
            }
        }
        return numbers;
    }

    /** True for the random number of a process at this end. */
    public synchronized boolean isPartner(long process) {
        for (Peer peer : peers) {
            if (peer.partners.contains(process)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What is known about the members of both ends.
     *
     * @param takeovers how often this agent took over from its partner
     * @param partnerReady the other member of this end was heard by the other end and would take the lease
     * @param holder who holds the lease of this end as far as known, {@link Voter#NOBODY}
     * @param peerSwitches how often the other end's lease went from one member to the other
     * @param peersPresent one bit per agent of the other end that would forward, 0 when it is not a pair
     */
    public record View(long takeovers, boolean partnerReady, int holder, int peerSwitches, int peersPresent) {}

    public synchronized View view(long now) {
        boolean ready = false;
        for (Peer peer : peers) {
            ready |= self != ALONE && peer.isFresh(now, times) && (peer.present & 1 << 1 - self) != 0;
        }
        return new View(
                takeovers,
                ready,
                self != ALONE && candidate.holds(now) ? self : lastHolder,
                voter == null ? 0 : voter.switches(),
                voter == null ? 0 : voter.presence(now));
    }
}
