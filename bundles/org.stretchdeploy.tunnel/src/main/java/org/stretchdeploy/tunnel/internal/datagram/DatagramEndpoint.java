package org.stretchdeploy.tunnel.internal.datagram;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One UDP port and the thread that receives on it, for the sessions of one or more tunnels. A datagram that does not
 * open with the keys of a session costs a look at its first bytes (at most one attempt to open it) and nothing else: no
 * answer, no log, no state.
 */
public final class DatagramEndpoint implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(DatagramEndpoint.class);
    private static final int WAIT_MILLIS = 100;

    private final UdpSocket socket;
    private final UdpInbox inbox;
    private final byte[] sealed = new byte[UdpInbox.DATA_BYTES];
    private final byte[] plain = new byte[SizeSearch.MAX_BYTES];
    private volatile Epoch[] epochs = {};
    private final LongAdder refused = new LongAdder();
    private UdpAddress checked;

    private DatagramEndpoint(UdpSocket socket) {
        this.socket = socket;
        this.inbox = new UdpInbox(socket);
    }

    /**
     * Opens a port, 0 for any.
     *
     * @throws IOException when it is taken or this system has no such sockets
     */
    public static DatagramEndpoint open(int port) throws IOException {
        try {
            DatagramEndpoint endpoint = new DatagramEndpoint(UdpSocket.open(port));
            Thread thread = new Thread(endpoint::receiveAll, "datagrams-" + endpoint.socket.port());
            thread.setDaemon(true);
            thread.start();
            return endpoint;
        } catch (LinkageError e) {
            throw new IOException("no UDP sockets of the kind we need: " + e.getMessage(), e);
        }
    }

    UdpSocket socket() {
        return socket;
    }

    public int port() {
        return socket.port();
    }

    /** Datagrams that were not sealed for us, or not opened for the first time. */
    public long refused() {
        return refused.sum();
    }

    /** From now on datagrams of this epoch are received; false when its number is taken. */
    synchronized boolean add(Epoch epoch) {
        List<Epoch> next = new ArrayList<>(List.of(epochs));
        if (find(epoch.index()) != null) {
            return false;
        }
        next.add(epoch);
        epochs = next.toArray(new Epoch[0]);
        return true;
    }

    synchronized void remove(Epoch epoch) {
        List<Epoch> next = new ArrayList<>(List.of(epochs));
        next.remove(epoch);
        epochs = next.toArray(new Epoch[0]);
    }

    private Epoch find(int index) {
        for (Epoch epoch : epochs) {
            if (epoch.index() == index) {
                return epoch;
            }
        }
        return null;
    }

    private void receiveAll() {
        while (!socket.isClosed()) {
            try {
                int bytes = inbox.receive(sealed);
                if (bytes < 0) {
                    for (Epoch epoch : epochs) {
                        epoch.session().idle();
                    }
                    inbox.await(WAIT_MILLIS);
                } else {
                    batch(bytes);
                }
            } catch (IOException | RuntimeException e) {
                LOG.error("event=datagrams-failed port={}", socket.port(), e);
            }
        }
    }

    private void batch(int bytes) throws IOException {
        checked = null;
        int each = inbox.each();
        for (int at = 0; at < bytes; at += each) {
            if (!datagram(at, Math.min(each, bytes - at))) {
                refused.increment();
            }
        }
    }

    private boolean datagram(int at, int bytes) throws IOException {
        if (bytes < Sealer.OVERHEAD_BYTES) {
            return false;
        }
        Epoch epoch = find(Sealer.indexOf(sealed, at));
        int lane = sealed[at + 4] & 0xff;
        if (epoch == null || lane >= DatagramKeys.LANES) {
            return false;
        }
        Opener opener = epoch.opener(lane);
        int opened = opener.open(sealed, at, bytes, plain);
        if (opened < 0) {
            return false;
        }
        DatagramSession session = epoch.session();
        UdpAddress peer = session.peer();
        if (opener.isNewest() && (peer == null || peer != checked)) {
            if (!inbox.isFrom(peer)) {
                session.moved(inbox.sender());
            }
            checked = session.peer();
        }
        session.arrived(epoch, lane, plain, opened);
        return true;
    }

    @Override
    public void close() {
        socket.close();
    }
}
