package org.stretchdeploy.tunnel.internal.datagram;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsServerProtocol;
import org.stretchdeploy.tunnel.control.AgentIdentity;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;

/**
 * Agrees on the keys of datagrams: one TLS 1.3 handshake (RFC 8446) with the certificates of both ends, whose bytes
 * travel as messages of the tunnel's established connection, and whose exporter (RFC 8446 section 7.5) yields the keys.
 * Nothing is sent under that TLS connection itself. BouncyCastle makes this handshake, because the JDK's TLS has an
 * exporter only since 25; see ADR 0020. One thread at a time.
 */
final class KeyExchange {
    /** More than a handshake of two small certificates ever takes. */
    private static final int LIMIT_BYTES = 64 * 1024;

    private final KeyParty party;
    private final TlsProtocol protocol;
    private int taken;

    private KeyExchange(KeyParty party, TlsProtocol protocol) {
        this.party = party;
        this.protocol = protocol;
    }

    /**
     * Begins as TLS client; the first flight is what {@link #advance} returns for no bytes.
     *
     * @param tunnel goes into the exporter, so that keys of one tunnel are of no use in another
     */
    static KeyExchange client(TlsIdentity identity, Predicate<AgentIdentity> accepted, String tunnel)
            throws IOException {
        KeyParty party = new KeyParty(identity, accepted, tunnel, true);
        TlsClientProtocol protocol = new TlsClientProtocol();
        protocol.connect(new Client(party));
        return new KeyExchange(party, protocol);
    }

    /** Begins as TLS server. */
    static KeyExchange server(TlsIdentity identity, Predicate<AgentIdentity> accepted, String tunnel)
            throws IOException {
        KeyParty party = new KeyParty(identity, accepted, tunnel, false);
        TlsServerProtocol protocol = new TlsServerProtocol();
        protocol.accept(new Server(party));
        return new KeyExchange(party, protocol);
    }

    /**
     * Takes what the peer sent and returns what it is to get.
     *
     * @throws IOException when the handshake failed; there will be no keys
     */
    byte[] advance(byte[] arrived) throws IOException {
        taken += arrived.length;
        if (taken > LIMIT_BYTES) {
            throw new IOException("key exchange too large");
        }
        protocol.offerInput(arrived);
        byte[] leaving = new byte[protocol.getAvailableOutputBytes()];
        protocol.readOutput(leaving, 0, leaving.length);
        return leaving;
    }

    /** The keys once the handshake is complete at this end. */
    Optional<DatagramKeys> keys() {
        return party.keys();
    }

    private static final class Client extends DefaultTlsClient {
        private final KeyParty party;

        Client(KeyParty party) {
            super(party.crypto());
            this.party = party;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.TLSv13.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return KeyParty.suites();
        }

        @Override
        public int getHandshakeTimeoutMillis() {
            return 0;
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate server) throws IOException {
                    party.check(server.getCertificate());
                }

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
                    return party.credentials(context, request.getCertificateRequestContext());
                }
            };
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            party.export(context);
        }
    }

    private static final class Server extends DefaultTlsServer {
        private final KeyParty party;

        Server(KeyParty party) {
            super(party.crypto());
            this.party = party;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.TLSv13.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return KeyParty.suites();
        }

        @Override
        public TlsCredentials getCredentials() throws IOException {
            return party.credentials(context, new byte[0]);
        }

        @Override
        public CertificateRequest getCertificateRequest() throws IOException {
            return new CertificateRequest(new byte[0], KeyParty.signatures(), null, null);
        }

        @Override
        public void notifyClientCertificate(Certificate certificate) throws IOException {
            party.check(certificate);
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            party.export(context);
        }
    }
}
