package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StrangersTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Strangers strangers = new Strangers(nanos::get);
    private final List<SocketChannel> all = new ArrayList<>();
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        server = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0), 512);
    }

    @AfterEach
    void closeAll() throws IOException {
        for (SocketChannel channel : all) {
            channel.close();
        }
        server.close();
    }

    private SocketChannel from(int host) throws IOException {
        SocketChannel dialled = SocketChannel.open();
        all.add(dialled);
        dialled.bind(new InetSocketAddress(InetAddress.getByName("127.0.0." + host), 0));
        dialled.connect(server.getLocalAddress());
        SocketChannel accepted = server.accept();
        all.add(accepted);
        return accepted;
    }

    @Test
    void floodOfOneSourcePushesItselfOut() throws IOException {
        SocketChannel peer = from(2);
        assertThat(strangers.admit(peer)).isTrue();
        List<SocketChannel> flood = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            flood.add(from(9));
            assertThat(strangers.admit(flood.get(i))).isTrue();
        }
        assertThat(peer.isOpen()).isTrue();
        assertThat(flood.stream().filter(SocketChannel::isOpen)).hasSize(Strangers.PER_SOURCE);
        assertThat(flood.get(39).isOpen()).isTrue();
        assertThat(strangers.size()).isEqualTo(Strangers.PER_SOURCE + 1);
    }

    @Test
    void sourceOfAPeerIsSparedAmongManySources() throws IOException {
        SocketChannel first = from(2);
        strangers.admit(first);
        strangers.greeted(first);
        SocketChannel second = from(2);
        strangers.admit(second);
        for (int host = 10; host < 60; host++) {
            strangers.admit(from(host));
        }
        assertThat(second.isOpen()).isTrue();
        assertThat(first.isOpen()).isTrue();
        assertThat(strangers.size()).isEqualTo(Strangers.AT_ONCE);
    }

    @Test
    void newOnesAreLimitedPerSourceAndSecond() throws IOException {
        int admitted = 0;
        for (int i = 0; i < 60; i++) {
            admitted += strangers.admit(from(9)) ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(Strangers.NEW_PER_SOURCE_AND_SECOND);
        assertThat(strangers.admit(from(2))).isTrue();
        nanos.addAndGet(1_000_000_000L);
        assertThat(strangers.admit(from(9))).isTrue();
    }

    @Test
    void whatOneSourceMayNotDoIsNotCountedForAll() throws IOException {
        for (int i = 0; i < 2 * Strangers.NEW_PER_SECOND; i++) {
            strangers.admit(from(9));
        }
        assertThat(strangers.admit(from(2))).isTrue();
    }

    @Test
    void whoLeavesMakesRoom() throws IOException {
        for (int i = 0; i < Strangers.PER_SOURCE; i++) {
            SocketChannel channel = from(9);
            strangers.admit(channel);
            strangers.left(channel);
            strangers.left(channel);
        }
        assertThat(strangers.size()).isZero();
    }
}
