package org.stretchdeploy.tunnel.internal.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.stretchdeploy.tunnel.control.AgentIdentity;
import org.stretchdeploy.tunnel.control.ControlJson;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.StatusReport;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.internal.core.PortFactory;
import org.stretchdeploy.tunnel.internal.core.TunnelEngine;
import org.stretchdeploy.tunnel.internal.link.TlsIdentity;
import org.stretchdeploy.tunnel.internal.tap.BridgedTap;
import org.stretchdeploy.tunnel.internal.tap.Tap;
import org.stretchdeploy.tunnel.internal.tap.TapPort;

/**
 * Does once, with itself over the loopback, what an agent does when it starts, so that Java can keep the classes of it in an
 * archive ({@code -XX:ArchiveClassesAtExit}, JEP 350). Needs no privilege, touches no device, speaks to nobody else.
 */
final class Rehearsal {
    private static final String NETWORK = "rehearsal";
    private static final String NO_NIC = "02:00:00:00:00:01";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private Rehearsal() {}

    /** True when two engines found each other and opened their network. */
    static boolean succeeds() throws IOException, GeneralSecurityException {
        TlsIdentity identity = ThrowawayIdentity.of(new AgentIdentity("rehearsal", "edge"));
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        String peer = identity.identity().uri();
        try (TunnelEngine one = new TunnelEngine(new QuietPorts(), identity);
                TunnelEngine other = new TunnelEngine(new QuietPorts(), identity)) {
            one.apply(asTold(TunnelConfig.listen(NETWORK, port, peer, networks(NetworkSide.SOURCE))));
            other.apply(asTold(TunnelConfig.dial(NETWORK, "127.0.0.1", port, peer, networks(NetworkSide.TARGET))));
            touchDevices();
            long start = System.nanoTime();
            while (!forwards(one, identity) || !forwards(other, identity)) {
                if (System.nanoTime() - start > PATIENCE_NANOS) {
                    return false;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            return true;
        }
    }

    private static List<NetworkConfig> networks(NetworkSide side) {
        return List.of(NetworkConfig.of(NETWORK, NO_NIC, side));
    }

    /** As it comes from the controller and from the disk. */
    private static DesiredState asTold(TunnelConfig tunnel) throws IOException {
        return ControlJson.read(
                ControlJson.write(new DesiredState(1, List.of(tunnel), List.of(), List.of())), DesiredState.class);
    }

    private static boolean forwards(TunnelEngine engine, TlsIdentity identity) {
        StatusReport report = new StatusReport(
                NETWORK,
                Agent.version(),
                Instant.now(),
                Instant.now(),
                engine.appliedVersion(),
                engine.status(),
                engine.requests().announced(),
                engine.requests().results(),
                engine.problems(),
                identity.notAfter(),
                identity.notBefore(),
                ProcessFigures.now(),
                engine.requests().services());
        ControlJson.write(report);
        return report.tunnels().stream()
                .flatMap(tunnel -> tunnel.networks().stream())
                .anyMatch(network -> network.forwards());
    }

    /** Up to the point where a device would be made. */
    private static void touchDevices() {
        try {
            Class.forName("org.stretchdeploy.tunnel.internal.tap.Libc");
            Class.forName("org.stretchdeploy.tunnel.internal.tap.LinuxTap");
            BridgedTap.open(NETWORK, NO_NIC, 0, 1).close();
        } catch (IOException | ReflectiveOperationException | LinkageError expected) {
            // There is no such NIC; the classes are loaded.
        }
    }

    private static final class QuietPorts implements PortFactory {
        @Override
        public TapPort open(NetworkConfig network, int queues) {
            return new QuietPort(queues);
        }

        @Override
        public void keepOnly(Set<String> networks) {}
    }

    /** A segment with nobody on it. */
    private record QuietPort(int queues) implements TapPort {
        @Override
        public Tap queue(int number) {
            return new QuietTap();
        }

        @Override
        public int mtu() {
            return 1500;
        }

        @Override
        public boolean takesUdpSuperFrames() {
            return false;
        }

        @Override
        public void useUdpSuperFrames(boolean wanted) {}

        @Override
        public void close() {}
    }

    private static final class QuietTap implements Tap {
        @Override
        public int read(ByteBuffer into) {
            return 0;
        }

        @Override
        public boolean write(ByteBuffer frame) {
            frame.position(frame.limit());
            return true;
        }

        @Override
        public void await(int timeoutMillis) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
        }

        @Override
        public void close() {}
    }
}
