package org.stretchdeploy.tunnel.internal.datagram;

/** What was agreed on by one {@link KeyExchange}, in use at this end. */
final class Epoch {
    private final DatagramSession session;
    private final DatagramKeys keys;
    private final Opener[] openers = new Opener[DatagramKeys.LANES];
    private final Sealer probes;
    private final ProbeCount count = new ProbeCount();
    private final long bornNanos;
    private volatile boolean proven;

    Epoch(DatagramSession session, DatagramKeys keys, long bornNanos) {
        this.session = session;
        this.keys = keys;
        this.bornNanos = bornNanos;
        this.probes = keys.sealer(DatagramSession.PROBE_LANE);
    }

    DatagramSession session() {
        return session;
    }

    /** In the first four bytes of the datagrams that belong here. */
    int index() {
        return keys.receiveIndex();
    }

    long bornNanos() {
        return bornNanos;
    }

    /** The peer has these keys too: something that it sealed has arrived. */
    boolean isProven() {
        return proven;
    }

    void prove() {
        proven = true;
    }

    /** Used by the receiving thread only. */
    Opener opener(int lane) {
        Opener opener = openers[lane];
        if (opener == null) {
            opener = keys.opener(lane);
            openers[lane] = opener;
        }
        return opener;
    }

    /** A new one each time: whoever asks twice for a lane would use numbers twice. */
    Sealer sealer(int lane) {
        return keys.sealer(lane);
    }

    /** Used under the session's probe lock only. */
    Sealer probeSealer() {
        return probes;
    }

    ProbeCount count() {
        return count;
    }
}
