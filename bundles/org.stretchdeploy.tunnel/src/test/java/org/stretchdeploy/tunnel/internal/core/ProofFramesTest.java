package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkSide;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;
import org.stretchdeploy.tunnel.internal.frame.ProofFrames;
import org.stretchdeploy.tunnel.internal.frame.ProofFrames.Proof;
import org.stretchdeploy.tunnel.internal.wire.Wire;

class ProofFramesTest {
    private static final long SOURCE = MacAddress.parse("02:53:00:00:00:01");

    private final List<byte[]> sent = new ArrayList<>();
    private final List<String> verdicts = new ArrayList<>();
    private final FrameProofs proofs = new FrameProofs((type, network, body) -> sent.add(body));

    @ParameterizedTest
    @ValueSource(ints = {576, 1280, 1500, 9000, 9216})
    void everyKindPassesTheGuardsOfBothSides(int mtu) {
        for (NetworkSide side : NetworkSide.values()) {
            for (Proof proof : ProofFrames.of(mtu, SOURCE)) {
                assertThat(verdict(side, mtu, proof))
                        .as("%s at the %s, MTU %d", proof.name(), side, mtu)
                        .isEqualTo(FrameGuard.PASS);
            }
        }
    }

    @Test
    void aGuardThatKnowsASmallerSegmentRefusesTheLargeKinds() {
        Set<String> refused = ProofFrames.of(1500, SOURCE).stream()
                .filter(proof -> verdict(NetworkSide.SOURCE, 1400, proof) == DropReason.OVERSIZED.ordinal())
                .map(Proof::name)
                .collect(Collectors.toSet());
        assertThat(refused)
                .contains("an IPv4 packet", "an IPv6 packet", "a VLAN-tagged frame", "an IPv4 super-frame")
                .doesNotContain("the smallest frame", "an ARP broadcast");
    }

    @Test
    void kindsAreDistinctAndFitIntoAMessage() {
        List<Proof> all = ProofFrames.of(9216, SOURCE);
        assertThat(all).extracting(Proof::name).doesNotHaveDuplicates().hasSize(9);
        assertThat(all).allSatisfy(proof -> assertThat(proof.bytes().length + 9).isLessThanOrEqualTo(Wire.MAX_BODY));
    }

    @Test
    void onlyAFewAreOutAtATimeAndEachAnswerLetsTheNextGo() {
        List<Proof> all = ProofFrames.of(1500, SOURCE);
        for (int i = 0; i < 3; i++) {
            all.forEach(proof -> proofs.show(0, proof, verdicts::add));
        }
        assertThat(sent).hasSizeLessThan(10);
        for (int next = 0; next < sent.size(); next++) {
            proofs.answered(answer(sent.get(next), 0));
        }
        assertThat(sent).hasSize(27);
        assertThat(verdicts).hasSize(27).containsOnly("");
    }

    @Test
    void aRefusalAndAChangedFrameAreToldByName() {
        Proof proof = ProofFrames.of(1500, SOURCE).get(0);
        proofs.show(0, proof, verdicts::add);
        proofs.show(0, proof, verdicts::add);
        proofs.answered(answer(sent.get(0), 1 + DropReason.OVERSIZED.ordinal()));
        byte[] changed = answer(sent.get(1), 0);
        changed[changed.length - 1] ^= 1;
        proofs.answered(changed);
        assertThat(verdicts)
                .containsExactly(
                        "the peer refuses the smallest frame: oversized", "the smallest frame came back changed");
    }

    @Test
    void answersNobodyAskedForAndTornOnesChangeNothing() {
        proofs.answered(new byte[0]);
        proofs.answered(new byte[8]);
        proofs.answered(new byte[100]);
        proofs.shown(null, new byte[100]);
        assertThat(verdicts).isEmpty();
        assertThat(sent).isEmpty();
    }

    private static byte[] answer(byte[] shown, int verdict) {
        return ByteBuffer.allocate(shown.length + 1)
                .put(shown, 0, 8)
                .put((byte) verdict)
                .put(shown, 8, shown.length - 8)
                .array();
    }

    private static int verdict(NetworkSide side, int mtu, Proof proof) {
        var config = new NetworkConfig("n", "52:54:00:00:00:01", side, "192.0.2.254", null, null, List.of(), mtu);
        var sightings = new Sightings(new ForwardingTable(16, 300), new Alarms("n"));
        var guard = new FrameGuard(sightings, new FrameGuard.OwnFrames() {
            @Override
            public long mac() {
                return 1;
            }

            @Override
            public void loopProbe(ByteBuffer buffer, int at) {
                throw new AssertionError("taken for a loop probe");
            }

            @Override
            public void arp(ByteBuffer buffer, int arpAt) {
                throw new AssertionError("taken for an answer");
            }

            @Override
            public void ipv4(ByteBuffer buffer, int at, int ip, int end) {
                throw new AssertionError("taken for an answer");
            }

            @Override
            public boolean asksForUs(ByteBuffer buffer, int arpAt, boolean local) {
                return false;
            }
        });
        return guard.inbound(GuardPolicy.of(config, mtu), ByteBuffer.wrap(proof.bytes()), 0, proof.bytes().length, 1);
    }
}
