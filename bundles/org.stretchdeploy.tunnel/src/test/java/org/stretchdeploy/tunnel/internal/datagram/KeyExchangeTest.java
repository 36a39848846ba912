package org.stretchdeploy.tunnel.internal.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;
import org.stretchdeploy.tunnel.internal.testkit.TestPki;

/** The handshake that yields the keys of datagrams, and who gets none. */
class KeyExchangeTest {
    private final TestPki pki = new TestPki();
    private final TlsIdentity a = pki.identity("a");
    private final TlsIdentity b = pki.identity("b");

    private static KeyExchange client(TlsIdentity own, String peer, String tunnel) throws IOException {
        return KeyExchange.client(own, id -> id.uri().equals(TestPki.uri(peer)), tunnel);
    }

    private static KeyExchange server(TlsIdentity own, String peer, String tunnel) throws IOException {
        return KeyExchange.server(own, id -> id.uri().equals(TestPki.uri(peer)), tunnel);
    }

    static void run(KeyExchange client, KeyExchange server) throws IOException {
        byte[] leaving = client.advance(new byte[0]);
        while (leaving.length > 0) {
            byte[] reply = server.advance(leaving);
            leaving = reply.length == 0 ? reply : client.advance(reply);
        }
    }

    private static boolean open(DatagramKeys sender, DatagramKeys receiver, int lane) throws GeneralSecurityException {
        byte[] sealed = new byte[100];
        int bytes = sender.sealer(lane).seal(new byte[] {7, 8}, 2, sealed, 0);
        byte[] plain = new byte[64];
        return Sealer.indexOf(sealed, 0) == receiver.receiveIndex()
                && receiver.opener(lane).open(sealed, 0, bytes, plain) == 2
                && plain[0] == 7
                && plain[1] == 8;
    }

    @Test
    void bothEndsGetTheSameKeysInBothDirections() throws Exception {
        KeyExchange client = client(b, "a", "t");
        KeyExchange server = server(a, "b", "t");
        run(client, server);
        DatagramKeys one = client.keys().orElseThrow();
        DatagramKeys other = server.keys().orElseThrow();
        for (int lane = 0; lane < DatagramKeys.LANES; lane++) {
            assertThat(open(one, other, lane)).isTrue();
            assertThat(open(other, one, lane)).isTrue();
        }
        assertThat(open(one, one, 1)).isFalse();
    }

    @Test
    void everyExchangeAndEveryTunnelHasKeysOfItsOwn() throws Exception {
        KeyExchange first = client(b, "a", "t");
        run(first, server(a, "b", "t"));
        KeyExchange second = server(a, "b", "t");
        run(client(b, "a", "t"), second);
        assertThat(open(first.keys().orElseThrow(), second.keys().orElseThrow(), 1))
                .isFalse();
        KeyExchange ours = client(b, "a", "t");
        KeyExchange theirs = server(a, "b", "another");
        run(ours, theirs);
        assertThat(ours.keys().orElseThrow().receiveIndex())
                .isNotEqualTo(theirs.keys().orElseThrow().receiveIndex());
    }

    @Test
    void anotherIdentityGetsNoKeys() throws Exception {
        KeyExchange pickyServer = server(a, "somebody-else", "t");
        KeyExchange client = client(b, "a", "t");
        assertThatThrownBy(() -> run(client, pickyServer)).isInstanceOf(IOException.class);
        assertThat(pickyServer.keys()).isEmpty();
        KeyExchange pickyClient = client(b, "somebody-else", "t");
        assertThatThrownBy(() -> run(pickyClient, server(a, "b", "t"))).isInstanceOf(IOException.class);
        assertThat(pickyClient.keys()).isEmpty();
    }

    @Test
    void anotherAuthorityGetsNoKeys() throws Exception {
        TlsIdentity stranger = new TestPki().identity("b");
        KeyExchange server = server(a, "b", "t");
        assertThatThrownBy(() -> run(client(stranger, "a", "t"), server)).isInstanceOf(IOException.class);
        assertThat(server.keys()).isEmpty();
    }

    @Test
    void garbageEndsTheExchange() throws Exception {
        KeyExchange server = server(a, "b", "t");
        assertThatThrownBy(() ->
                        server.advance("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> server(a, "b", "t").advance(new byte[100_000])).isInstanceOf(IOException.class);
    }
}
