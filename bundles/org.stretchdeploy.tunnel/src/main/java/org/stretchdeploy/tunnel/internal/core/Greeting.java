package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import org.stretchdeploy.tunnel.control.ControlJson;
import org.stretchdeploy.tunnel.internal.link.Link;
import org.stretchdeploy.tunnel.internal.wire.Hello;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * Serves one link from its first message to its end. The first message must be a hello that names a tunnel of ours;
 * then the connection is attached to that tunnel and gets all further messages.
 */
final class Greeting implements Link.Sink {
    private static final Pattern NONCE = Pattern.compile("[0-9a-fA-F]{1,16}");

    private final Link link;
    private final Reception reception;
    private Tunnel tunnel;
    private volatile PeerConnection connection;

    /** Decides whose connection it is. */
    interface Reception {
        /**
         * The tunnel that a hello belongs to; may send our own hello.
         *
         * @throws IOException when there is none, or the peer is not the one configured for it
         */
        Tunnel greeted(Hello hello) throws IOException;
    }

    Greeting(Link link, Reception reception) {
        this.link = link;
        this.reception = reception;
    }

    /** True once the peer said hello. */
    boolean isDone() {
        return connection != null;
    }

    /** Receives until the link ends. */
    void serve() throws IOException {
        String why = "closed by the peer";
        try {
            link.receive(this);
        } catch (IOException | RuntimeException e) {
            why = Cause.of(e);
            throw e;
        } finally {
            link.close();
            if (connection != null) {
                connection.close();
                tunnel.detach(connection, why);
            }
        }
    }

    @Override
    public void message(int type, int network, ByteBuffer body) throws IOException {
        if (connection != null) {
            connection.message(type, network, body);
            return;
        }
        if (type != Wire.HELLO) {
            throw new IOException("no hello");
        }
        Hello hello = PeerConnection.read(body, Hello.class);
        if (hello.version() != Wire.VERSION || hello.tunnel() == null || hello.nonce() == null || hello.slot() < 0) {
            throw new IOException("hello of another version");
        }
        if (!NONCE.matcher(hello.nonce()).matches()) {
            throw new IOException("hello whose nonce is no number");
        }
        tunnel = reception.greeted(hello);
        PeerConnection greeted = new PeerConnection(tunnel, link, hello, tunnel.peerNumber(link.peerIdentity()));
        // The peer must know our network numbers before the first frame can take this connection.
        send(link, Wire.NETWORKS, tunnel.networksDocument());
        connection = greeted;
        tunnel.attach(greeted);
        link.assist(tunnel.lane(greeted));
    }

    static void send(Link link, Hello hello) throws IOException {
        send(link, Wire.HELLO, hello);
    }

    private static void send(Link link, int type, Object document) throws IOException {
        byte[] json = ControlJson.write(document);
        ByteBuffer message = ByteBuffer.allocate(Wire.HEADER_BYTES + json.length);
        Wire.putHeader(message, type, 0, json.length);
        message.put(json).flip();
        link.send(message);
    }
}
