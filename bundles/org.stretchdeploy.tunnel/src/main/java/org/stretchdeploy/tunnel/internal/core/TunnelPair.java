package org.stretchdeploy.tunnel.internal.core;

import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.control.PairConfig;
import org.stretchdeploy.tunnel.control.PairStatus;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.internal.standby.LeaseTimes;
import org.stretchdeploy.tunnel.internal.standby.PairMember;
import org.stretchdeploy.tunnel.internal.standby.Voter;
import org.stretchdeploy.tunnel.internal.wire.LeaseMessage;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * Which agent of each end of one tunnel forwards: connects {@link PairMember}, which decides, with the tunnel's connections
 * and networks. A tunnel whose ends have one agent each has one of these too, which says yes to everything and does nothing.
 *
 * <p>A thread of its own keeps the lease, so that nothing that waits can delay it. Lock order: this object's monitor, then
 * tunnel, then gate; the member's monitor is held while nothing else is locked.
 */
final class TunnelPair {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelPair.class);
    private static final long TICK_NANOS = 20_000_000;
    private static final long INTRODUCTION_NANOS = 1_000_000_000;
    /** An agent that starts anew is not missed. */
    private static final long LACK_NANOS = 5_000_000_000L;

    private static final long FAREWELL_MILLIS = 200;
    private static final int REACHES_THE_ACTIVE_PEER = 1000;

    private final Tunnel tunnel;
    private final PeerSlots slots;
    private final PairConfig config;
    private final PairMember member;
    private final long bornNanos = System.nanoTime();
    private final Stranger stranger = new Stranger();
    private volatile int fitness = 1;
    private volatile long firstReplyNanos;
    private volatile boolean introduced;
    private volatile boolean closed;
    private volatile boolean lacksStandby;
    private long completeNanos = System.nanoTime();
    private boolean forwarded;
    private int term;
    private int servedPeer;

    TunnelPair(Tunnel tunnel, PeerSlots slots, TunnelConfig tunnelConfig, long nonce) {
        this.tunnel = tunnel;
        this.slots = slots;
        this.config = tunnelConfig.pair();
        this.member = config == null
                ? null
                : new PairMember(
                        LeaseTimes.ofMillis(config.leaseMillis()),
                        config.member() - PairConfig.PRIMARY,
                        config.peers().size(),
                        nonce,
                        System.nanoTime(),
                        new Random());
        this.servedPeer = activePeer();
        this.forwarded = mayForward();
    }

    void start() {
        if (member != null) {
            Thread thread = new Thread(this::keep, "lease-" + tunnel.id());
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** See {@link Uplink#mayForward}: by the clock of this moment, for a process may stand still between any two steps. */
    boolean mayForward() {
        return member == null || member.holds(System.nanoTime());
    }

    int term() {
        return member == null ? 0 : member.term();
    }

    /** The agent of the other end that frames go to and are taken from; negative while there is none. */
    int activePeer() {
        return member == null ? 0 : member.activePeer();
    }

    /** See {@link Uplink#isStranger}. */
    boolean isStranger(long nonce) {
        if (member == null) {
            return true;
        }
        if (member.isPartner(nonce)) {
            stranger.known(nonce);
            return false;
        }
        return isIntroduced() && stranger.heard(nonce, System.nanoTime());
    }

    /** The agents of this end have been told of each other: none takes the other's probes for a stranger's. */
    boolean isIntroduced() {
        if (member != null && !introduced) {
            introduced = config.member() == PairConfig.ALONE
                    || firstReplyNanos != 0 && System.nanoTime() - firstReplyNanos > INTRODUCTION_NANOS;
        }
        return member == null || introduced;
    }

    /** True when another agent of the other end may come. */
    boolean peersAreMany() {
        return config != null && config.peers().size() > 1;
    }

    private void keep() {
        while (!closed) {
            try {
                member.tick(fitness, System.nanoTime(), this::post);
                settle();
            } catch (RuntimeException e) {
                LOG.error("event=lease-failed tunnel={}", tunnel.id(), e);
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    /** How fit this agent is: by the segments that it reaches, and by whether it reaches who forwards at the other end. */
    void look(Collection<StretchedNetwork> networks) {
        if (member != null) {
            int linked =
                    (int) networks.stream().filter(StretchedNetwork::isLinked).count();
            boolean reaches = slots.carrier(activePeer(), 0) != null;
            fitness = 1 + linked + (peersAreMany() && reaches ? REACHES_THE_ACTIVE_PEER : 0);
            long now = System.nanoTime();
            if (!status().lacksStandby(peersAreMany())) {
                completeNanos = now;
            }
            lacksStandby = now - completeNanos > LACK_NANOS;
        }
    }

    /** A pair of one of the ends has been without its second agent for some seconds. */
    boolean lacksStandby() {
        return lacksStandby;
    }

    /** Over every connection: where packets are lost, one of them may stand still for longer than a lease. */
    private void post(int peer, LeaseMessage message) {
        slots.all(peer).forEach(connection -> connection.sendDocument(Wire.LEASE, message));
    }

    /** A message about leases came. */
    void arrived(PeerConnection from, LeaseMessage message) {
        if (member == null) {
            return;
        }
        if (message.kind() == LeaseMessage.Kind.REPLY && firstReplyNanos == 0) {
            firstReplyNanos = System.nanoTime();
        }
        member.arrived(from.peer(), from.peerNonce(), message, System.nanoTime(), (peer, said) -> {
            if (said.kind() == LeaseMessage.Kind.REPLY) {
                from.sendDocument(Wire.LEASE, said);
            } else {
                post(peer, said);
            }
        });
        settle();
    }

    /** Makes the networks follow what was decided. */
    private synchronized void settle() {
        int peer = activePeer();
        if (peer != servedPeer) {
            LOG.info("event=peer-active tunnel={} from={} to={}", tunnel.id(), servedPeer + 1, peer + 1);
            servedPeer = peer;
            tunnel.peerChanged();
        }
        boolean forwards = mayForward();
        int now = term();
        if (forwards != forwarded || forwards && now != term) {
            LOG.info(
                    "event=lease tunnel={} member={} active={} term={} age-ms={}",
                    tunnel.id(),
                    config.member(),
                    forwards,
                    now,
                    (System.nanoTime() - bornNanos) / 1_000_000);
            forwarded = forwards;
            term = now;
            tunnel.roleChanged();
        }
    }

    /** Null when both ends have one agent. */
    PairStatus status() {
        if (member == null) {
            return null;
        }
        PairMember.View view = member.view(System.nanoTime());
        boolean alone = config.member() == PairConfig.ALONE;
        PairStatus.Role role =
                alone ? PairStatus.Role.ALONE : mayForward() ? PairStatus.Role.ACTIVE : PairStatus.Role.STANDBY;
        return new PairStatus(
                role,
                config.member(),
                alone ? PairConfig.PRIMARY : view.holder() + 1,
                view.partnerReady(),
                view.takeovers(),
                activePeer() == Voter.NOBODY ? 0 : activePeer() + 1,
                Integer.bitCount(view.peersPresent()),
                view.peerSwitches(),
                config.leaseMillis());
    }

    /** Ends; when this agent held the lease its partner may have it at once. */
    void close() {
        if (member == null || closed) {
            return;
        }
        closed = true;
        boolean held = config.member() != PairConfig.ALONE && mayForward();
        member.release(System.nanoTime(), this::post);
        if (held) {
            List<PeerConnection> told = slots.all();
            CountDownLatch sent = new CountDownLatch(told.size());
            told.forEach(connection -> connection.later(sent::countDown));
            try {
                if (!sent.await(FAREWELL_MILLIS, TimeUnit.MILLISECONDS)) {
                    LOG.debug("event=farewell-unheard tunnel={}", tunnel.id());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
