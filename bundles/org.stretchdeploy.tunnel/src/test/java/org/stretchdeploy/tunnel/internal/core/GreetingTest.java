package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.internal.tap.TapPort;
import org.stretchdeploy.tunnel.internal.testkit.MemoryLink;
import org.stretchdeploy.tunnel.internal.testkit.MemorySegment;
import org.stretchdeploy.tunnel.internal.testkit.TestPki;
import org.stretchdeploy.tunnel.internal.wire.Hello;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/** The protocol against a peer that says anything. */
class GreetingTest {
    private static final ScheduledExecutorService CLOCK = Executors.newScheduledThreadPool(1, task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    private static Tunnel tunnel() {
        PortFactory ports = new PortFactory() {
            @Override
            public TapPort open(NetworkConfig network, int queues) {
                return new MemorySegment().port(queues, 1500);
            }

            @Override
            public void keepOnly(Set<String> networks) {}
        };
        NetworkConfig network = NetworkConfig.of("n", "52:54:00:00:00:01", NetworkSide.SOURCE);
        Tunnel tunnel =
                new Tunnel(TunnelConfig.listen("t", 1, TestPki.uri("b"), java.util.List.of(network)), ports, 7, CLOCK);
        tunnel.start();
        return tunnel;
    }

    private static ByteBuffer message(int type, int network, byte[] body) {
        ByteBuffer message = ByteBuffer.allocate(Wire.HEADER_BYTES + body.length);
        Wire.putHeader(message, type, network, body.length);
        return message.put(body).flip();
    }

    private static Greeting greeting(MemoryLink link, Tunnel tunnel) {
        return new Greeting(link, hello -> {
            if (!hello.tunnel().equals("t")) {
                throw new IOException("no such tunnel");
            }
            return tunnel;
        });
    }

    @Test
    void firstMessageMustBeAHello() throws Exception {
        Tunnel tunnel = tunnel();
        MemoryLink[] links = MemoryLink.pair("b", "a");
        links[1].send(message(Wire.FRAME, 0, new byte[80]));
        assertThatThrownBy(() -> greeting(links[0], tunnel).serve()).hasMessageContaining("no hello");
        assertThat(tunnel.connections()).isEmpty();
        tunnel.close();
    }

    @Test
    void helloOfAnotherVersionOrTunnelOrSlotIsRefused() throws Exception {
        Tunnel tunnel = tunnel();
        for (Hello hello : new Hello[] {
            new Hello(2, "t", "1", 0, 2), new Hello(1, "other", "1", 0, 2), new Hello(1, "t", "1", 9, 2),
            new Hello(1, "t", "not hexadecimal", 0, 2), new Hello(1, "t", null, 0, 2), new Hello(1, "t", "1", -1, 2)
        }) {
            MemoryLink[] links = MemoryLink.pair("b", "a");
            Greeting.send(links[1], hello);
            assertThatThrownBy(() -> greeting(links[0], tunnel).serve())
                    .as(hello.toString())
                    .isNotNull();
        }
        assertThat(tunnel.connections()).isEmpty();
        tunnel.close();
    }

    @Property(tries = 400)
    void anyMessageAfterTheHelloEndsTheLinkAtMost(
            @ForAll @IntRange(max = 255) int type,
            @ForAll @IntRange(max = 65_535) int network,
            @ForAll @Size(max = 200) byte[] body)
            throws Exception {
        Tunnel tunnel = tunnel();
        MemoryLink[] links = MemoryLink.pair("b", "a");
        Greeting.send(links[1], new Hello(1, "t", "1", 0, 2));
        links[1].send(message(type, network, body));
        links[1].send(message(type % 11, network % 3, body));
        links[1].send(message(
                Wire.NETWORKS, 0, "{\"networks\":[{\"number\":99999,\"id\":null}]}".getBytes(StandardCharsets.UTF_8)));
        links[1].close();
        try {
            greeting(links[0], tunnel).serve();
        } catch (IOException refused) {
            assertThat(refused).isNotNull();
        }
        assertThat(tunnel.connections()).isEmpty();
        tunnel.close();
    }
}
