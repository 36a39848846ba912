package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class StaggeredConnectTest {
    private final List<IOException> failures = new CopyOnWriteArrayList<>();

    @Test
    void portThatOpensLateIsReached() throws Exception {
        InetSocketAddress address;
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            address = (InetSocketAddress) probe.getLocalAddress();
        }
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            StaggeredConnect attempts = new StaggeredConnect(address, 20, () -> false, failure -> {
                failures.add(failure);
                if (failures.size() == 3) {
                    bind(server, address);
                }
            });
            try (SocketChannel channel = attempts.connect()) {
                assertThat(channel.isConnected()).isTrue();
                assertThat(channel.isBlocking()).isTrue();
                assertThat(channel.getRemoteAddress()).isEqualTo(address);
            }
            assertThat(failures).hasSizeGreaterThanOrEqualTo(3);
        }
    }

    private static void bind(ServerSocketChannel server, InetSocketAddress address) {
        try {
            server.bind(address);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A server whose queue is full loses the first SYNs, as a path does: a later attempt is not one of them. */
    @Test
    void lostSynIsNotWaitedFor() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
            List<SocketChannel> fillers = new CopyOnWriteArrayList<>();
            try {
                for (int i = 0; i < 8; i++) {
                    SocketChannel filler = SocketChannel.open();
                    filler.configureBlocking(false);
                    filler.connect(address);
                    fillers.add(filler);
                }
                Thread emptier = new Thread(() -> empty(server));
                emptier.setDaemon(true);
                StaggeredConnect attempts = new StaggeredConnect(address, 50, () -> false, failures::add);
                emptier.start();
                attempts.connect().close();
            } finally {
                for (SocketChannel filler : fillers) {
                    filler.close();
                }
            }
        }
    }

    private static void empty(ServerSocketChannel server) {
        try {
            while (server.isOpen()) {
                server.accept().close();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    @Test
    void endsWhenItIsNotWantedAnyMore() {
        InetSocketAddress nobody = new InetSocketAddress("127.0.0.1", 1);
        StaggeredConnect attempts = new StaggeredConnect(nobody, 10, () -> failures.size() >= 2, failures::add);
        assertThatThrownBy(attempts::connect).isInstanceOf(IOException.class);
        assertThat(failures).hasSize(2);
    }
}
