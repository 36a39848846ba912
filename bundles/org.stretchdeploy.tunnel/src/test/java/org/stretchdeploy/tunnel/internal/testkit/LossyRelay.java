package org.stretchdeploy.tunnel.internal.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** A way between two agents on this machine, TCP and UDP of one port, like a NAT: it can lose, block and rebind UDP. */
public final class LossyRelay implements Closeable {
    private final InetSocketAddress target;
    private final ServerSocket server;
    private final DatagramChannel inside;
    private final AtomicLong largeDatagrams = new AtomicLong();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile DatagramChannel outside;
    private volatile SocketAddress client;
    private volatile double loss;
    private volatile boolean closed;

    public LossyRelay(int targetPort) throws IOException {
        InetAddress local = InetAddress.getLoopbackAddress();
        target = new InetSocketAddress(local, targetPort);
        server = new ServerSocket(0, 50, local);
        inside = DatagramChannel.open().bind(new InetSocketAddress(local, server.getLocalPort()));
        rebind();
        daemon(this::acceptAll);
        daemon(this::fromClient);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Loses this share of the datagrams in each direction; 1 blocks UDP. */
    public void lose(double share) {
        loss = share;
    }

    /** From now on the client's datagrams come from another port. */
    public void rebind() throws IOException {
        DatagramChannel before = outside;
        DatagramChannel next = DatagramChannel.open().bind(new InetSocketAddress(target.getAddress(), 0));
        outside = next;
        daemon(() -> toClient(next));
        if (before != null) {
            before.close();
        }
    }

    /** Datagrams too large for a probe that went through. */
    public long largeDatagrams() {
        return largeDatagrams.get();
    }

    private boolean isLost(ByteBuffer datagram) {
        boolean lost = ThreadLocalRandom.current().nextDouble() < loss;
        if (!lost && datagram.remaining() > 100) {
            largeDatagrams.incrementAndGet();
        }
        return lost;
    }

    private void fromClient() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(70_000);
        while (!closed) {
            buffer.clear();
            client = inside.receive(buffer);
            buffer.flip();
            if (!isLost(buffer)) {
                outside.send(buffer, target);
            }
        }
    }

    private void toClient(DatagramChannel from) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(70_000);
        while (!closed) {
            buffer.clear();
            from.receive(buffer);
            buffer.flip();
            if (!isLost(buffer) && client != null) {
                inside.send(buffer, client);
            }
        }
    }

    private void acceptAll() throws IOException {
        while (!closed) {
            Socket one = server.accept();
            try {
                relay(one, new Socket(target.getAddress(), target.getPort()));
            } catch (IOException nobodyThere) {
                one.close();
            }
        }
    }

    private void relay(Socket one, Socket other) throws IOException {
        one.setTcpNoDelay(true);
        other.setTcpNoDelay(true);
        sockets.add(one);
        sockets.add(other);
        daemon(() -> pump(one, other));
        daemon(() -> pump(other, one));
    }

    private static void pump(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException ended) {
                        // Closed under the thread: that is how it ends.
                    }
                },
                "relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        inside.close();
        outside.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
