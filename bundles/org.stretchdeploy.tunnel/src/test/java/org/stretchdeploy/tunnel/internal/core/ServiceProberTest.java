package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.control.ServiceRequest;
import org.stretchdeploy.tunnel.control.ServiceResult;
import org.stretchdeploy.tunnel.control.ServiceResult.Answer;
import org.stretchdeploy.tunnel.control.TunnelConfig;
import org.stretchdeploy.tunnel.internal.frame.Ipv4Address;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;
import org.stretchdeploy.tunnel.internal.testkit.MemoryEdge;
import org.stretchdeploy.tunnel.internal.testkit.MemoryGuest;
import org.stretchdeploy.tunnel.internal.testkit.TestFrames;
import org.stretchdeploy.tunnel.internal.testkit.TestPki;

/** Whole engines that ask machines on segments in memory. */
class ServiceProberTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String GUEST = "52:54:00:00:00:01";
    private static final String OTHER = "52:54:00:00:00:02";
    private static final String ADDRESS = "10.0.0.11";
    private static final List<String> FROM = List.of("10.0.0.99", "10.0.0.98");

    private static final TestPki PKI = new TestPki();

    private final MemoryEdge a = new MemoryEdge(PKI.identity("a"), false);
    private final MemoryEdge b = new MemoryEdge(PKI.identity("b"), false);
    private final List<byte[]> wire = new CopyOnWriteArrayList<>();
    private final int port = freePort();
    private MemoryGuest guest;

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NetworkConfig network(NetworkSide side) {
        return NetworkConfig.of("n", "52:54:00:aa:00:01", side);
    }

    @BeforeEach
    void guestIsThere() {
        guest = new MemoryGuest(a.segment("n"), GUEST, ADDRESS);
        guest.open.add(22);
        guest.dropped.add(23);
        a.segment("n").listen(wire::add);
    }

    @AfterEach
    void everythingEnds() {
        a.close();
        b.close();
    }

    private static ServiceRequest request(String id, int port) {
        return new ServiceRequest(id, "n", ADDRESS, GUEST, port, FROM);
    }

    private void ask(ServiceRequest... requests) {
        TunnelConfig listen = TunnelConfig.listen("t", port, TestPki.uri("b"), List.of(network(NetworkSide.SOURCE)));
        a.engine().apply(new DesiredState(1, List.of(listen), null, null, List.of(requests)));
    }

    private ServiceResult result(String id) {
        await().atMost(PATIENCE).until(() -> found(id).findAny().isPresent());
        return found(id).findAny().orElseThrow();
    }

    private Stream<ServiceResult> found(String id) {
        return a.engine().requests().services().stream().filter(r -> r.id().equals(id));
    }

    @Test
    void aMachineThatKnowsTheAddressAsALostAgentsIsToldBetter() {
        guest.knows(FROM.get(0), "52:54:00:aa:00:99");
        ask(request("open", 22), request("ping", 0));
        assertThat(result("open").answer()).isEqualTo(Answer.OPEN);
        assertThat(result("ping").answer()).isEqualTo(Answer.OPEN);
    }

    @Test
    void openClosedSilentAndPing() {
        new MemoryGuest(a.segment("n"), OTHER, "10.0.0.12").pings = false;
        ask(
                request("open", 22),
                request("closed", 80),
                request("silent", 23),
                request("ping", 0),
                new ServiceRequest("no-ping", "n", "10.0.0.12", OTHER, 0, FROM));
        assertThat(result("open").answer()).isEqualTo(Answer.OPEN);
        assertThat(result("open").from()).isEqualTo("10.0.0.99");
        assertThat(result("open").micros()).isPositive();
        assertThat(result("closed").answer()).isEqualTo(Answer.CLOSED);
        assertThat(result("ping").answer()).isEqualTo(Answer.OPEN);
        assertThat(result("silent").answer()).isEqualTo(Answer.SILENT);
        assertThat(result("no-ping").answer()).isEqualTo(Answer.SILENT);
        await().atMost(PATIENCE).until(() -> guest.heard.contains("22 4"));
        assertThat(guest.heard).containsOnlyOnce("22 2", "80 2").doesNotContain("80 4");
        assertThat(guest.heard.stream().filter("23 2"::equals)).hasSize(3);
        // the same ids again: nobody is asked again
        int heard = guest.heard.size();
        ask(request("open", 22), request("closed", 80), request("silent", 23), request("ping", 0), request("new", 22));
        assertThat(result("new").answer()).isEqualTo(Answer.OPEN);
        await().atMost(PATIENCE).until(() -> guest.heard.size() == heard + 2);
        ask(request("new", 22));
        assertThat(a.engine().requests().services())
                .as("what is wanted no more")
                .hasSize(1);
    }

    /** Only the machine that is asked hears of the address, only while it is asked, and no guard takes it for a fault. */
    @Test
    void nobodyElseIsToldAnything() {
        String question = "10.0.0.99";
        ask(request("open", 22), request("silent", 23));
        assertThat(result("open").answer()).isEqualTo(Answer.OPEN);
        a.segment("n").send(TestFrames.arp(1, TestFrames.ANY, OTHER, "10.0.0.12", question));
        a.segment("n").send(TestFrames.arp(1, TestFrames.ANY, OTHER, ADDRESS, question));
        assertThat(result("silent").answer()).isEqualTo(Answer.SILENT);
        a.segment("n").send(TestFrames.arp(1, TestFrames.ANY, GUEST, ADDRESS, question));
        // frames of a segment are read in order: what comes after this was answered already
        ask(request("later", 22), request("open", 22), request("silent", 23));
        assertThat(result("later").answer()).isEqualTo(Answer.OPEN);
        List<byte[]> replies = wire.stream()
                .filter(frame -> ByteBuffer.wrap(frame).getShort(12) == 0x0806)
                .filter(frame -> ByteBuffer.wrap(frame).getShort(20) == 2)
                .filter(frame -> ByteBuffer.wrap(frame).getInt(28) == Ipv4Address.parse(question))
                .toList();
        assertThat(replies).hasSize(1).allMatch(frame -> MacAddress.format(
                        ByteBuffer.wrap(frame).getLong(0) >>> 16)
                .equals(GUEST));
        String asker = MacAddress.format(ByteBuffer.wrap(replies.get(0)).getLong(6) >>> 16);
        assertThat(asker).startsWith("02:");
        NetworkStatus status = a.network("n");
        assertThat(status.findings()).isEmpty();
        assertThat(status.localMacs()).doesNotContain(asker);
    }

    @Test
    void anAddressThatSomebodyHasIsNotUsed() {
        MemoryGuest owner = new MemoryGuest(a.segment("n"), OTHER, "10.0.0.99");
        owner.pings = false;
        ask(request("second", 22));
        assertThat(result("second"))
                .matches(r -> r.answer() == Answer.OPEN && r.from().equals("10.0.0.98"));
        MemoryGuest more = new MemoryGuest(a.segment("n"), "52:54:00:00:00:03", "10.0.0.98");
        more.pings = false;
        ask(request("none", 22));
        assertThat(result("none")).matches(r -> r.answer() == Answer.NOT_ASKED).matches(r -> r.reason()
                .contains("no free address"));
    }

    @Test
    void anAddressThatSomebodyTakesMeanwhileIsLetGo() {
        for (byte[] claim : List.of(
                TestFrames.arp(1, TestFrames.ANY, OTHER, "10.0.0.99", "10.0.0.99"),
                TestFrames.arp(1, TestFrames.ANY, OTHER, "0.0.0.0", "10.0.0.99"))) {
            guest.heard.clear();
            String id = "id-" + claim[28];
            ask(request(id, 23));
            await().atMost(PATIENCE).until(() -> guest.heard.contains("23 2"));
            a.segment("n").send(claim);
            assertThat(result(id)).matches(r -> r.answer() == Answer.NOT_ASKED).matches(r -> r.reason()
                    .contains("10.0.0.99 came into use"));
        }
        ask(request("again", 22));
        assertThat(result("again").answer()).isEqualTo(Answer.OPEN);
        assertThat(a.network("n").findings()).isEmpty();
    }

    @Test
    void whatIsNotExactlyTheAnswerIsNone() {
        List<UnaryOperator<byte[]>> tricks = List.of(
                frame -> with(frame, 34 + 11, 1),
                frame -> with(frame, 34 + 17, 1),
                frame -> with(frame, 35, 1),
                frame -> with(frame, 11, 1),
                frame -> with(frame, 14, 0x10),
                frame -> with(frame, 20, 0x20),
                frame -> Arrays.copyOf(frame, 40),
                frame -> Arrays.copyOf(frame, 15),
                frame -> TestFrames.tagged(frame, 7));
        guest.tampering = frame -> {
            int trick = (ByteBuffer.wrap(frame).getShort(34) & 0xffff) - 1000;
            return trick < 0 ? frame : tricks.get(trick).apply(frame);
        };
        List<ServiceRequest> requests = new ArrayList<>(List.of(request("honest", 22)));
        for (int trick = 0; trick < tricks.size(); trick++) {
            guest.open.add(1000 + trick);
            requests.add(request("trick-" + trick, 1000 + trick));
        }
        ask(requests.toArray(ServiceRequest[]::new));
        assertThat(result("honest").answer()).isEqualTo(Answer.OPEN);
        for (int trick = 0; trick < tricks.size(); trick++) {
            assertThat(result("trick-" + trick).answer()).as("trick %d", trick).isEqualTo(Answer.SILENT);
            assertThat(guest.heard).contains(1000 + trick + " 2").doesNotContain(1000 + trick + " 4");
        }
    }

    private static byte[] with(byte[] frame, int at, int flip) {
        byte[] changed = frame.clone();
        changed[at] ^= (byte) flip;
        return changed;
    }

    @Test
    void requestsThatMeanNothing() {
        ask(
                new ServiceRequest("network", "other", ADDRESS, GUEST, 22, FROM),
                new ServiceRequest("address", "n", "fd00::1", GUEST, 22, FROM),
                new ServiceRequest("from", "n", ADDRESS, GUEST, 22, List.of("x")),
                new ServiceRequest("nobody", "n", ADDRESS, null, 22, FROM),
                new ServiceRequest("group", "n", ADDRESS, TestFrames.ANY, 22, FROM),
                new ServiceRequest("port", "n", ADDRESS, GUEST, 65_536, FROM),
                new ServiceRequest("nowhere", "n", ADDRESS, GUEST, 22, null),
                new ServiceRequest("another", "n", ADDRESS, OTHER, 22, FROM));
        for (String id : List.of("network", "address", "from", "nobody", "group", "port", "nowhere")) {
            assertThat(result(id))
                    .matches(r -> r.answer() == Answer.NOT_ASKED && !r.reason().isEmpty());
        }
        assertThat(result("another").answer()).as("nobody has that MAC address").isEqualTo(Answer.SILENT);
        assertThat(guest.heard).isEmpty();
    }

    /** An address that is in use at the other end is in use; what the asked machine asks back does not cross. */
    @Test
    void theOtherEndHasASayButHearsNothing() {
        new MemoryGuest(b.segment("n"), OTHER, "10.0.0.99");
        List<byte[]> there = new CopyOnWriteArrayList<>();
        b.segment("n").listen(there::add);
        ask();
        b.apply(TunnelConfig.dial("t", "127.0.0.1", port, TestPki.uri("a"), List.of(network(NetworkSide.TARGET))));
        await().atMost(PATIENCE)
                .until(() -> a.network("n").forwards() && b.network("n").forwards());
        ask(request("second", 22));
        assertThat(result("second"))
                .matches(r -> r.answer() == Answer.OPEN && r.from().equals("10.0.0.98"));
        byte[] after = TestFrames.ethernet(TestFrames.ANY, GUEST, 0x88b6, new byte[46]);
        a.segment("n").send(after);
        await().atMost(PATIENCE).until(() -> there.stream().anyMatch(frame -> Arrays.equals(frame, after)));
        int spare = Ipv4Address.parse("10.0.0.98");
        assertThat(there.stream()
                        .map(ByteBuffer::wrap)
                        .filter(frame -> frame.getShort(12) == 0x0806)
                        .filter(frame -> frame.getInt(28) != 0 && frame.getInt(38) == spare))
                .isEmpty();
        assertThat(a.network("n").findings()).isEmpty();
        assertThat(b.network("n").findings()).isEmpty();
    }
}
