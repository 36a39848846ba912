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
    private static final long HANDSHAKE_MILLIS = 3000;

    private final TlsIdentity identity;
    private final ScheduledExecutorService clock;

    public TlsConnector(TlsIdentity identity, ScheduledExecutorService clock) {
        this.identity = identity;
        this.clock = clock;
    }

    /** Handshake as client. */
    public TlsLink connect(SocketChannel channel, Predicate<AgentIdentity> accepted) throws IOException {
        return handshake(channel, accepted, true);
    }

    /** Handshake as server. */
    public TlsLink accept(SocketChannel channel, Predicate<AgentIdentity> accepted) throws IOException {
        return handshake(channel, accepted, false);
    }

    private TlsLink handshake(SocketChannel channel, Predicate<AgentIdentity> accepted, boolean client)
            throws IOException {
        ScheduledFuture<?> deadline = clock.schedule(
                () -> {
                    channel.close();
                    return null;
                },
                HANDSHAKE_MILLIS,
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
