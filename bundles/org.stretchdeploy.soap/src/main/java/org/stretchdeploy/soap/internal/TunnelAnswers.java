package org.stretchdeploy.soap.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.stretchdeploy.soap.internal.v1.Count;
import org.stretchdeploy.soap.internal.v1.Tunnel;
import org.stretchdeploy.soap.internal.v1.TunnelEnd;
import org.stretchdeploy.soap.internal.v1.TunnelNetwork;
import org.stretchdeploy.soap.internal.v1.TunnelPair;
import org.stretchdeploy.soap.internal.v1.TunnelTraffic;

/** Tunnels, from the API's types to the contract's. Pure. */
final class TunnelAnswers {
    private TunnelAnswers() {}

    static Tunnel tunnel(org.stretchdeploy.api.Tunnel from) {
        var to = new Tunnel();
        to.setId(from.id());
        to.setSource(from.source().value());
        to.setTarget(from.target().value());
        to.setVApp(from.vApp());
        to.setState(from.state());
        from.ends().forEach(end -> to.getEnd().add(end(end)));
        return to;
    }

    private static TunnelEnd end(org.stretchdeploy.api.Tunnel.End from) {
        var to = new TunnelEnd();
        to.setSide(from.side());
        to.setCloud(from.cloud().value());
        to.setAgent(from.agent());
        to.setSoftware(from.software());
        to.setReportedAt(from.reportedAt().orElse(null));
        to.setAgeMillis(from.age().map(Duration::toMillis).orElse(null));
        to.setSilent(from.silent());
        to.setState(from.state());
        to.setReason(from.reason());
        to.setPeer(from.peer());
        to.setTransport(from.transport());
        to.setTransportReason(from.transportReason());
        to.setCrypto(from.crypto());
        to.setConnections(from.connections());
        to.setReconnects(from.reconnects());
        to.setRttMicros(from.rttMicros());
        to.setLoss(from.loss().orElse(null));
        to.setCertificateFrom(from.certificateFrom().orElse(null));
        to.setCertificateUntil(from.certificateUntil().orElse(null));
        to.setStartedAt(from.startedAt().orElse(null));
        to.setResidentBytes(from.residentBytes());
        to.setHeapBytes(from.heapBytes());
        to.getProblem().addAll(from.problems());
        from.networks().forEach(network -> to.getNetwork().add(network(network)));
        to.setPair(from.pair().map(TunnelAnswers::pair).orElse(null));
        return to;
    }

    private static TunnelPair pair(org.stretchdeploy.api.Tunnel.Pair from) {
        var to = new TunnelPair();
        to.setRole(from.role());
        to.setMember(from.member());
        to.setStandbyReady(from.standbyReady());
        to.setTakeovers(from.takeovers());
        to.setPeerActive(from.peerActive());
        to.setLeaseMillis(from.leaseMillis());
        return to;
    }

    private static TunnelNetwork network(org.stretchdeploy.api.Tunnel.StretchedNetwork from) {
        var to = new TunnelNetwork();
        to.setId(from.id());
        to.setForwarding(from.forwarding());
        to.setReason(from.reason());
        to.setLoop(from.loop());
        to.setMtu(from.mtu());
        to.setLocalMachines(from.localMachines());
        to.setRemoteMachines(from.remoteMachines());
        to.getAlarm().addAll(from.alarms());
        to.getFinding().addAll(counts(from.findings()));
        to.setOutbound(traffic(from.outbound()));
        to.setInbound(traffic(from.inbound()));
        return to;
    }

    private static TunnelTraffic traffic(org.stretchdeploy.api.Tunnel.Traffic from) {
        var to = new TunnelTraffic();
        to.setBytes(from.bytes());
        to.setFrames(from.frames());
        to.setGroupFrames(from.groupFrames());
        to.getDrop().addAll(counts(from.drops()));
        to.setBytesPerSecond(from.bytesPerSecond().orElse(null));
        to.setFramesPerSecond(from.framesPerSecond().orElse(null));
        to.setDropsPerSecond(from.dropsPerSecond().orElse(null));
        return to;
    }

    private static List<Count> counts(Map<String, Long> from) {
        return new TreeMap<>(from)
                .entrySet().stream()
                        .map(entry -> {
                            var count = new Count();
                            count.setName(entry.getKey());
                            count.setValue(entry.getValue());
                            return count;
                        })
                        .toList();
    }
}
