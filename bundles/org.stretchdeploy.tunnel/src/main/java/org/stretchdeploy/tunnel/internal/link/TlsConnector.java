package org.stretchdeploy.tunnel.internal.link;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import org.stretchdeploy.tunnel.control.AgentIdentity;

/** Turns connected channels into links. A handshake that takes too long loses its channel. */
public final class TlsConnector {
    /**
     * A handshake of a machine that has just started and has no hardware acceleration takes ten seconds. How many may be
     * under way is bounded elsewhere.
     */
    private static final int ACCEPT_MILLIS = 24_000;

    private final TlsIdentity identity;
    private final ScheduledExecutorService clock;

    public TlsConnector(TlsIdentity identity, ScheduledExecutorService clock) {
        this.identity = identity;
        this.clock = clock;
    }

    /**
     * Handshake as client.
     *
     * @param millis longest time that it may take; the channel is closed then
     */
    public TlsLink connect(SocketChannel channel, Predicate<AgentIdentity> accepted, int millis) throws IOException {
        return handshake(channel, accepted, true, millis);
    }

    /** Handshake as server. */
    public TlsLink accept(SocketChannel channel, Predicate<AgentIdentity> accepted) throws IOException {
        return handshake(channel, accepted, false, ACCEPT_MILLIS);
    }

    private TlsLink handshake(SocketChannel channel, Predicate<AgentIdentity> accepted, boolean client, int millis)
            throws IOException {
        ScheduledFuture<?> deadline = clock.schedule(
                () -> {
                    channel.close();
                    return null;
                },
                millis,
                TimeUnit.MILLISECONDS);
        try {
            PeerTrust trust = identity.trust(accepted);
            SSLEngine engine = TlsIdentity.engine(identity.context(trust), client);
            return TlsLink.handshake(channel, engine, trust);
        } catch (GeneralSecurityException e) {
            throw new IOException("no TLS: " + e.getMessage(), e);
        } finally {
            deadline.cancel(false);
        }
    }
}
