package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.internal.frame.Arp;
import org.stretchdeploy.tunnel.internal.frame.Ethernet;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;
import org.stretchdeploy.tunnel.internal.testkit.TestFrames;

class FrameGuardTest {
    private static final String HOST = "52:54:00:00:00:01";
    private static final String PEER = "52:54:00:00:00:02";
    private static final String GATEWAY = "52:54:00:00:00:fe";
    private static final String OWN = "02:53:00:00:00:01";

    private final Recorder own = new Recorder();
    private final Alarms alarms = new Alarms("n");
    private final ForwardingTable table = new ForwardingTable(4, 300);
    private final Sightings sightings = new Sightings(table, alarms);
    private final FrameGuard guard = new FrameGuard(sightings, own);
    private final GuardPolicy source = policy(NetworkSide.SOURCE);
    private final GuardPolicy target = policy(NetworkSide.TARGET);

    private static final class Recorder implements FrameGuard.OwnFrames {
        private int loopProbes;
        private int arps;
        private int packets;

        @Override
        public long mac() {
            return MacAddress.parse(OWN);
        }

        @Override
        public void loopProbe(ByteBuffer buffer, int at) {
            loopProbes++;
        }

        @Override
        public void arp(ByteBuffer buffer, int arpAt) {
            arps++;
        }

        @Override
        public void ipv4(ByteBuffer buffer, int at, int ip, int end) {
            packets++;
        }

        @Override
        public boolean asksForUs(ByteBuffer buffer, int arpAt, boolean local) {
            return local && Arp.targetAddress(buffer, arpAt) == 0x0a00_0063;
        }
    }

    private static GuardPolicy policy(NetworkSide side) {
        NetworkConfig config = new NetworkConfig(
                "n", HOST, side, "10.0.0.254", GATEWAY, "10.0.0.253", List.of("52:54:00:00:00:66"), 0);
        return GuardPolicy.of(config, 1500);
    }

    private String out(GuardPolicy policy, byte[] frame) {
        ByteBuffer buffer = TestFrames.withHeader(frame);
        return name(guard.outbound(policy, buffer, 0, buffer.limit(), 1));
    }

    private String in(GuardPolicy policy, byte[] frame) {
        ByteBuffer buffer = TestFrames.withHeader(frame);
        return name(guard.inbound(policy, buffer, 0, buffer.limit(), 1));
    }

    private static String name(int verdict) {
        return verdict == FrameGuard.PASS ? "pass" : DropReason.of(verdict).key();
    }

    private static byte[] plain(String to, String from) {
        return TestFrames.ethernet(to, from, Ethernet.TYPE_IPV4, new byte[50]);
    }

    @Test
    void ordinaryFramesPassBothWays() {
        assertThat(out(source, plain(PEER, HOST))).isEqualTo("pass");
        assertThat(in(source, plain(HOST, PEER))).isEqualTo("pass");
        assertThat(out(target, TestFrames.arp(1, TestFrames.ANY, HOST, "10.0.0.1", "10.0.0.254")))
                .isEqualTo("pass");
        byte[] tagged = TestFrames.ethernet(PEER, HOST, 0x8100, TestFrames.hex("0005 0800" + "00".repeat(50)));
        assertThat(out(source, tagged)).isEqualTo("pass");
        assertThat(out(source, TestFrames.ethernet(PEER, HOST, 0x1234, new byte[46])))
                .isEqualTo("pass");
    }

    @Test
    void linkControlNeverCrosses() {
        assertThat(out(source, plain("01:80:c2:00:00:00", HOST))).isEqualTo("link-control");
        assertThat(in(source, plain("01:80:c2:00:00:0e", HOST))).isEqualTo("link-control");
        assertThat(out(source, plain("01:00:0c:cc:cc:cd", HOST))).isEqualTo("link-control");
        assertThat(out(source, TestFrames.ethernet(TestFrames.ANY, HOST, Ethernet.TYPE_LLDP, new byte[50])))
                .isEqualTo("link-control");
    }

    @Test
    void malformedAndOversized() {
        assertThat(out(source, new byte[13])).isEqualTo("malformed");
        assertThat(out(source, plain(PEER, "01:00:5e:00:00:01"))).isEqualTo("malformed");
        assertThat(in(source, plain(PEER, "00:00:00:00:00:00"))).isEqualTo("malformed");
        assertThat(out(source, TestFrames.ethernet(PEER, HOST, 0x0800, new byte[1500])))
                .isEqualTo("pass");
        assertThat(out(source, TestFrames.ethernet(PEER, HOST, 0x0800, new byte[1509])))
                .isEqualTo("oversized");
        ByteBuffer lying = TestFrames.withHeader(plain(PEER, HOST));
        lying.put(0, (byte) 1).put(6, (byte) 0xff).put(7, (byte) 0xff);
        assertThat(name(guard.inbound(source, lying, 0, lying.limit(), 1))).isEqualTo("malformed");
    }

    @Test
    void fencedMachineIsSilentHereAndHeardFromThere() {
        assertThat(out(source, plain(PEER, "52:54:00:00:00:66"))).isEqualTo("fenced");
        assertThat(in(source, plain(PEER, "52:54:00:00:00:66"))).isEqualTo("pass");
    }

    @Test
    void targetsGatewayIsSilenced() {
        assertThat(out(target, plain(PEER, GATEWAY))).isEqualTo("gateway");
        assertThat(out(target, TestFrames.arp(2, PEER, HOST, "10.0.0.254", "10.0.0.1")))
                .isEqualTo("gateway");
        assertThat(out(target, TestFrames.arp(2, PEER, HOST, "10.0.0.253", "10.0.0.1")))
                .isEqualTo("gateway");
        assertThat(in(target, plain(GATEWAY, PEER))).isEqualTo("gateway");
        assertThat(in(target, TestFrames.arp(1, TestFrames.ANY, PEER, "10.0.0.2", "10.0.0.253")))
                .isEqualTo("gateway");
        assertThat(in(source, TestFrames.arp(2, HOST, PEER, "10.0.0.254", "10.0.0.1")))
                .isEqualTo("gateway");
        assertThat(out(source, TestFrames.arp(2, PEER, HOST, "10.0.0.254", "10.0.0.1")))
                .isEqualTo("pass");
    }

    @Test
    void dhcpAndRouterOfTheTargetAreSilenced() {
        assertThat(out(target, TestFrames.udp(TestFrames.ANY, HOST, 67, 68))).isEqualTo("dhcp");
        assertThat(out(target, TestFrames.udp(TestFrames.ANY, HOST, 68, 67))).isEqualTo("pass");
        assertThat(in(target, TestFrames.udp(TestFrames.ANY, PEER, 68, 67))).isEqualTo("dhcp");
        assertThat(in(target, TestFrames.udp(TestFrames.ANY, PEER, 67, 68))).isEqualTo("pass");
        assertThat(in(source, TestFrames.udp(TestFrames.ANY, PEER, 67, 68))).isEqualTo("dhcp");
        assertThat(out(target, TestFrames.icmp6("33:33:00:00:00:01", HOST, 134)))
                .isEqualTo("router-advertisement");
        assertThat(out(target, TestFrames.icmp6("33:33:00:00:00:01", HOST, 135)))
                .isEqualTo("pass");
        assertThat(in(target, TestFrames.icmp6("33:33:00:00:00:01", PEER, 134))).isEqualTo("pass");
    }

    @Test
    void framesToTheAgentStayWithIt() {
        assertThat(out(source, TestFrames.arp(2, OWN, HOST, "10.0.0.1", "0.0.0.0")))
                .isEqualTo("own");
        assertThat(own.arps).isEqualTo(1);
        byte[] probe = TestFrames.ethernet(
                TestFrames.ANY, PEER, Ethernet.TYPE_PROBE, TestFrames.hex("5354524554434831" + "00".repeat(40)));
        assertThat(out(source, probe)).isEqualTo("own");
        assertThat(in(source, probe)).isEqualTo("own");
        assertThat(own.loopProbes).isEqualTo(1);
        assertThat(out(source, plain(OWN, HOST))).isEqualTo("own");
        assertThat(out(source, TestFrames.tagged(plain(OWN, HOST), 5))).isEqualTo("own");
        assertThat(own.packets).isEqualTo(1);
    }

    @Test
    void questionsForTheAddressThatTheAgentAsksFromStayWithIt() {
        byte[] question = TestFrames.arp(1, TestFrames.ANY, HOST, "10.0.0.1", "10.0.0.99");
        assertThat(out(source, question)).isEqualTo("own");
        assertThat(out(source, TestFrames.tagged(question, 5))).isEqualTo("pass");
        assertThat(out(source, TestFrames.arp(1, TestFrames.ANY, HOST, "10.0.0.1", "10.0.0.98")))
                .isEqualTo("pass");
        assertThat(in(target, TestFrames.arp(1, TestFrames.ANY, PEER, "10.0.0.2", "10.0.0.99")))
                .isEqualTo("pass");
        assertThat(out(source, TestFrames.arp(1, TestFrames.ANY, "52:54:00:00:00:66", "10.0.0.3", "10.0.0.99")))
                .isEqualTo("fenced");
        assertThat(alarms.counts()).isEmpty();
    }

    @Test
    void stormOfOneMachineLeavesTheOthersAlone() {
        ByteBuffer broadcast = TestFrames.withHeader(plain(TestFrames.ANY, HOST));
        int passed = 0;
        for (int i = 0; i < 60_000; i++) {
            passed += guard.outbound(source, broadcast, 0, broadcast.limit(), 7) == FrameGuard.PASS ? 1 : 0;
        }
        assertThat(passed).isEqualTo(StormLimit.PER_MACHINE);
        assertThat(out(source, plain(TestFrames.ANY, HOST))).isEqualTo("pass");
        byte[] others = TestFrames.arp(1, TestFrames.ANY, PEER, "10.0.0.1", "10.0.0.2");
        ByteBuffer arp = TestFrames.withHeader(others);
        assertThat(guard.outbound(source, arp, 0, arp.limit(), 7)).isEqualTo(FrameGuard.PASS);
        assertThat(guard.outbound(source, broadcast, 0, broadcast.limit(), 8)).isEqualTo(FrameGuard.PASS);
    }

    @Test
    void stormOfManyMachinesLeavesAddressingAlone() {
        StormLimit limit = new StormLimit();
        int passed = 0;
        for (long i = 0; i < 200_000; i++) {
            passed += limit.allows(i % 500, false, 3) ? 1 : 0;
        }
        assertThat(passed).isEqualTo(StormLimit.TOTAL);
        assertThat(limit.allows(1000, true, 3)).isTrue();
        assertThat(limit.allows(1000, false, 3)).isFalse();
        assertThat(limit.allows(1000, false, 4)).isTrue();
    }

    @Test
    void machineAtBothEndsAndAddressAtBothEndsRaiseAlarms() {
        for (int i = 0; i < 3; i++) {
            out(source, plain(PEER, HOST));
            in(source, plain(PEER, HOST));
        }
        out(source, TestFrames.arp(1, TestFrames.ANY, HOST, "10.0.0.9", "10.0.0.8"));
        in(source, TestFrames.arp(1, TestFrames.ANY, PEER, "10.0.0.9", "10.0.0.8"));
        assertThat(alarms.current(2))
                .anySatisfy(alarm -> assertThat(alarm).contains("duplicate-mac").contains(HOST))
                .anySatisfy(alarm -> assertThat(alarm)
                        .contains("duplicate-ip: 10.0.0.9")
                        .contains(HOST)
                        .contains(PEER));
        assertThat(alarms.counts()).containsEntry("duplicate-mac", 1L).containsEntry("duplicate-ip", 1L);
        assertThat(alarms.current(300)).isEmpty();
        assertThat(alarms.counts()).containsKey("duplicate-mac");
    }

    @Test
    void fiveMovesWithinThreeMinutesAreFlapping() {
        int now = 1;
        for (int i = 0; i < ForwardingTable.MOVES; i++) {
            now += 30;
            assertThat(alarms.counts()).isEmpty();
            ByteBuffer frame = TestFrames.withHeader(plain(PEER, HOST));
            guard.outbound(source, frame, 0, frame.limit(), now);
            guard.inbound(source, frame, 0, frame.limit(), now + 1);
            if (i == 2) {
                break;
            }
        }
        assertThat(alarms.current(now))
                .singleElement()
                .asString()
                .contains("mac-flapping")
                .contains("5 times");
    }

    @Test
    void oneMoveIsNoAlarm() {
        out(source, plain(PEER, HOST));
        in(source, plain(PEER, HOST));
        assertThat(alarms.counts()).isEmpty();
    }

    @Test
    void fullTableStillPassesFrames() {
        for (int i = 1; i < 9; i++) {
            assertThat(out(source, plain(PEER, "52:54:00:00:01:0" + i))).isEqualTo("pass");
        }
        assertThat(table.size()).isEqualTo(4);
        assertThat(sightings.unlearned()).isEqualTo(4);
    }

    @Test
    void whoWasStoppedIsTold() {
        TrafficMeter outbound = new TrafficMeter();
        TrafficMeter inbound = new TrafficMeter();
        GuardWatch watch = new GuardWatch(guard, sightings, alarms, outbound, inbound);
        byte[][] offences = {
            TestFrames.udp(TestFrames.ANY, HOST, 67, 68),
            TestFrames.icmp6("33:33:00:00:00:01", HOST, 134),
            TestFrames.arp(2, PEER, HOST, "10.0.0.254", "10.0.0.1"),
            plain(PEER, "52:54:00:00:00:66"),
            plain(PEER, "01:00:5e:00:00:01"),
            plain("01:80:c2:00:00:00", HOST),
            new byte[1600]
        };
        for (byte[] offence : offences) {
            ByteBuffer buffer = TestFrames.withHeader(offence);
            outbound.dropped(guard.outbound(target, buffer, 0, buffer.limit(), 1));
        }
        watch.look(target, 1);
        assertThat(alarms.counts())
                .containsOnlyKeys(
                        "foreign-dhcp",
                        "foreign-router",
                        "duplicate-gateway",
                        "fenced-heard",
                        "malformed",
                        "link-control",
                        "oversized");
        assertThat(alarms.current(1))
                .hasSize(6)
                .anySatisfy(alarm -> assertThat(alarm).contains("foreign-dhcp").contains(HOST))
                .anySatisfy(
                        alarm -> assertThat(alarm).contains("duplicate-gateway").contains(HOST));
        watch.look(target, 2);
        assertThat(alarms.counts()).containsEntry("foreign-dhcp", 1L);
    }

    @Test
    void silencedEdgeOfTheTargetAndQuestionsToItAreNoFinding() {
        TrafficMeter outbound = new TrafficMeter();
        TrafficMeter inbound = new TrafficMeter();
        GuardWatch watch = new GuardWatch(guard, sightings, alarms, outbound, inbound);
        ByteBuffer edge = TestFrames.withHeader(plain(PEER, GATEWAY));
        outbound.dropped(guard.outbound(target, edge, 0, edge.limit(), 1));
        ByteBuffer question = TestFrames.withHeader(TestFrames.udp(TestFrames.ANY, PEER, 68, 67));
        inbound.dropped(guard.inbound(target, question, 0, question.limit(), 1));
        watch.look(target, 1);
        assertThat(alarms.counts()).isEmpty();
    }

    @Property(tries = 3000)
    void garbageNeverThrows(@ForAll @Size(max = 120) byte[] garbage, @ForAll boolean ethernetLooking) {
        if (ethernetLooking && garbage.length > 23) {
            int[] types = {0x0800, 0x0806, 0x86dd, 0x8100, 0x88b5};
            int type = types[Math.floorMod(garbage[0], types.length)];
            garbage[22] = (byte) (type >>> 8);
            garbage[23] = (byte) type;
            garbage[0] = 0;
            garbage[1] = 0;
            garbage[16] = 2;
        }
        ByteBuffer buffer = ByteBuffer.allocate(garbage.length).put(garbage).flip();
        assertThat(guard.outbound(target, buffer, 0, buffer.limit(), 1)).isBetween(-1, DropReason.values().length - 1);
        assertThat(guard.inbound(target, buffer, 0, buffer.limit(), 1)).isBetween(-1, DropReason.values().length - 1);
    }
}
