package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.stretchdeploy.tunnel.control.ControlJson;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.internal.tap.TapPort;
import org.stretchdeploy.tunnel.internal.testkit.MemoryLink;
import org.stretchdeploy.tunnel.internal.testkit.MemorySegment;
import org.stretchdeploy.tunnel.internal.wire.Answer;
import org.stretchdeploy.tunnel.internal.wire.Hello;
import org.stretchdeploy.tunnel.internal.wire.Networks;
import org.stretchdeploy.tunnel.internal.wire.Query;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/** What a peer may say: documents one by one, and whole conversations. A broken one ends in an IOException, nothing else. */
final class PeerMessagesFuzz {
    private static final ScheduledExecutorService CLOCK = Executors.newScheduledThreadPool(1, task -> {
        Thread thread = new Thread(task, "fuzz-clock");
        thread.setDaemon(true);
        return thread;
    });
    private static final Tunnel TUNNEL = tunnel();
    private static final byte[] HELLO = ControlJson.write(new Hello(Wire.VERSION, "t", "1f", 0, 2));
    private static final int HEAD = 4;

    private static Tunnel tunnel() {
        PortFactory ports = new PortFactory() {
            @Override
            public TapPort open(NetworkConfig network, int queues) {
                return new MemorySegment().port(queues, 1500);
            }

            @Override
            public void keepOnly(Set<String> networks) {
                // nothing is left over in memory
            }
        };
        NetworkConfig network = NetworkConfig.of("n", "52:54:00:00:00:01", NetworkSide.SOURCE);
        Tunnel tunnel = new Tunnel(TunnelConfig.listen("t", 1, "spiffe://x/b", List.of(network)), ports, 7, CLOCK);
        tunnel.start();
        return tunnel;
    }

    @FuzzTest
    void hello(byte[] json) {
        again(json, Hello.class);
    }

    @FuzzTest
    void networks(byte[] json) {
        again(json, Networks.class);
    }

    @FuzzTest
    void query(byte[] json) {
        again(json, Query.class);
    }

    @FuzzTest
    void answer(byte[] json) {
        again(json, Answer.class);
    }

    /** What can be read can be written, and is then read as the same. */
    private static <T> void again(byte[] json, Class<T> type) {
        Optional<T> document = read(json, type);
        document.ifPresent(one -> assertThat(read(ControlJson.write(one), type)).contains(one));
    }

    private static <T> Optional<T> read(byte[] json, Class<T> type) {
        try {
            return Optional.of(PeerConnection.read(ByteBuffer.wrap(json), type));
        } catch (IOException refused) {
            return Optional.empty();
        }
    }

    /** Messages of a peer that has the right certificate: type, network number, two bytes of length, body. */
    @FuzzTest
    void conversation(byte[] messages) {
        MemoryLink link = MemoryLink.pair("spiffe://x/b", "spiffe://x/a")[0];
        Greeting greeting = new Greeting(link, hello -> {
            if (!hello.tunnel().equals("t")) {
                throw new IOException("no such tunnel");
            }
            return TUNNEL;
        });
        try {
            greeting.message(Wire.HELLO, 0, ByteBuffer.wrap(HELLO));
            converse(greeting, messages);
        } catch (IOException ended) {
            assertThat(ended.getMessage()).isNotNull();
        } finally {
            TUNNEL.connections().forEach(connection -> {
                connection.close();
                TUNNEL.detach(connection, "end of the fuzzed conversation");
            });
        }
    }

    /** The first message of somebody whom TLS let in: anything. */
    @FuzzTest
    void firstMessage(byte[] message) {
        if (message.length == 0) {
            return;
        }
        MemoryLink link = MemoryLink.pair("spiffe://x/b", "spiffe://x/a")[0];
        Greeting greeting = new Greeting(link, hello -> TUNNEL);
        try {
            greeting.message(message[0], 0, ByteBuffer.wrap(message, 1, message.length - 1));
        } catch (IOException ended) {
            assertThat(TUNNEL.connections()).isEmpty();
        } finally {
            TUNNEL.connections().forEach(connection -> {
                connection.close();
                TUNNEL.detach(connection, "end of the fuzzed greeting");
            });
        }
    }

    private static void converse(Greeting greeting, byte[] messages) throws IOException {
        int at = 0;
        while (at + HEAD <= messages.length) {
            int length =
                    Math.min((messages[at + 2] & 0xff) << 8 | messages[at + 3] & 0xff, messages.length - at - HEAD);
            ByteBuffer body = ByteBuffer.wrap(messages, at + HEAD, length).slice();
            greeting.message(messages[at] & 15, messages[at + 1] & 0xff, body);
            at += HEAD + length;
        }
    }
}
