package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.control.ForwardingState;
import org.stretchdeploy.tunnel.control.NetworkConfig;
import org.stretchdeploy.tunnel.control.NetworkStatus;
import org.stretchdeploy.tunnel.internal.frame.Ethernet;
import org.stretchdeploy.tunnel.internal.frame.LoopProbeFrame;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;
import org.stretchdeploy.tunnel.internal.link.MessageSender;
import org.stretchdeploy.tunnel.internal.tap.TapPort;

/**
 * One network at one edge: its port, guards, counters and whether frames may cross. {@link NetworkGate} decides the
 * latter.
 *
 * <p>Threads: one {@link SegmentReader} per queue; the receiving thread of every connection calls {@link #deliver}; the
 * tunnel's clock calls {@link #tick} ten times a second. Lock order: tunnel, then gate, then forwarding table or
 * alarms.
 */
final class StretchedNetwork implements FrameGuard.OwnFrames {
    private static final Logger LOG = LoggerFactory.getLogger(StretchedNetwork.class);
    private static final int TABLE_BOUND = 8192;
    private static final int TABLE_AGE_SECONDS = 300;
    private static final int PROBE_FRAME_BYTES = 128;
    private static final int TICKS_PER_SECOND = 10;

    private final int number;
    private final TapPort port;
    private final Uplink uplink;
    private final long nonce;
    private final long mac;
    private final long networkHash;
    private final long startNanos = System.nanoTime();
    private final ForwardingTable table = new ForwardingTable(TABLE_BOUND, TABLE_AGE_SECONDS);
    private final TrafficMeter outbound = new TrafficMeter();
    private final TrafficMeter inbound = new TrafficMeter();
    private final Alarms alarms;
    private final FrameGuard guard;
    private final GuardWatch watch;
    private final SegmentProber prober = new SegmentProber(this);
    private final ServiceProber services = new ServiceProber(this);
    private final NetworkGate gate;
    private final List<SegmentReader> readers;
    private volatile NetworkConfig config;
    private volatile GuardPolicy policy;
    private volatile int nowSeconds = 1;
    private volatile boolean closed;
    private volatile String lost = "";
    private volatile int probeAlarmSecond;
    private volatile boolean announceDue;
    private volatile boolean peerTakesUdpSuperFrames;
    private int ticks;

    StretchedNetwork(int number, NetworkConfig config, TapPort port, Uplink uplink, long nonce) {
        this.number = number;
        this.config = config;
        this.port = port;
        this.uplink = uplink;
        this.nonce = nonce;
        this.policy = GuardPolicy.of(config, port.mtu());
        this.networkHash = LoopProbeFrame.networkHash(config.id());
        this.mac = 0x0253_0000_0000L | (nonce ^ networkHash) & 0xffff_ffffL;
        this.alarms = new Alarms(config.id());
        Sightings sightings = new Sightings(table, alarms);
        this.guard = new FrameGuard(sightings, this);
        this.watch = new GuardWatch(guard, sightings, alarms, outbound, inbound);
        this.gate = new NetworkGate(this, uplink);
        this.readers = IntStream.range(0, port.queues())
                .mapToObj(queue -> new SegmentReader(this, port.queue(queue), queue))
                .toList();
    }

    void start() {
        readers.forEach(SegmentReader::start);
    }

    /** Who reads the queue with this number. */
    Optional<SegmentReader> reader(int queue) {
        return queue < readers.size() ? Optional.of(readers.get(queue)) : Optional.empty();
    }

    String id() {
        return config.id();
    }

    int number() {
        return number;
    }

    int mtu() {
        return port.mtu();
    }

    NetworkConfig config() {
        return config;
    }

    GuardPolicy policy() {
        return policy;
    }

    FrameGuard guard() {
        return guard;
    }

    TrafficMeter outbound() {
        return outbound;
    }

    ForwardingTable table() {
        return table;
    }

    SegmentProber prober() {
        return prober;
    }

    ServiceProber services() {
        return services;
    }

    NetworkGate gate() {
        return gate;
    }

    int nowSeconds() {
        return nowSeconds;
    }

    boolean isClosed() {
        return closed;
    }

    boolean takesOutbound() {
        return gate.isOpenBothWays() && uplink.mayForward();
    }

    /** See {@link Uplink#mayForward}. */
    boolean mayForward() {
        return uplink.mayForward();
    }

    int term() {
        return uplink.term();
    }

    boolean isLinked() {
        return !isLost() && port.isLinked();
    }

    /** This agent forwards from now on, or no longer does: who is where is learned anew. */
    void roleChanged() {
        table.clear();
        gate.evaluate();
    }

    /** Another agent of the other end forwards: the switches there must learn where the machines of this side are. */
    void peerChanged() {
        announceDue = true;
        useUdpSegmentation();
        gate.evaluate();
    }

    /** Both ends are open. */
    void forwarding() {
        if (announceDue) {
            announceDue = false;
            List<Long> machines = table.machines(ForwardingTable.LOCAL, TABLE_BOUND);
            uplink.announce(number, machines);
        }
    }

    MessageSender link(int queue) {
        return uplink.link(queue);
    }

    void later(Runnable task, long delayMillis) {
        uplink.later(task, delayMillis);
    }

    /** Changes what the guards know, without touching the frames in flight. */
    void reconfigure(NetworkConfig changed) {
        policy = GuardPolicy.of(changed, port.mtu());
        config = changed;
    }

    /** The body of a frame message from the peer; called by the receiving thread of a connection. */
    void deliver(ByteBuffer body, int slot) {
        int at = body.position();
        int end = body.limit();
        int verdict = gate.isOpen() && uplink.mayForward()
                ? guard.inbound(policy, body, at, end, nowSeconds)
                : DropReason.NOT_OPEN.ordinal();
        if (verdict != FrameGuard.PASS) {
            inbound.dropped(verdict);
            return;
        }
        boolean group = MacAddress.isGroup(Ethernet.target(body, at + VirtioNetHeader.BYTES));
        if (port.queue(slot % port.queues()).write(body)) {
            inbound.passed(end - at - VirtioNetHeader.BYTES, group);
        } else {
            inbound.dropped(DropReason.TAP_REFUSED.ordinal());
        }
    }

    /** What our guards say to a frame from the peer that is only shown, never delivered. */
    int judge(ByteBuffer frame) {
        return guard.inbound(policy, frame, frame.position(), frame.limit(), nowSeconds);
    }

    /** Puts one small frame of our own on the segment. */
    void toSegment(Consumer<ByteBuffer> frame) {
        ByteBuffer buffer = ByteBuffer.allocate(PROBE_FRAME_BYTES);
        VirtioNetHeader.putPlain(buffer);
        frame.accept(buffer);
        buffer.flip();
        if (!closed) {
            port.queue(0).write(buffer);
        }
    }

    void sendLoopProbe() {
        toSegment(buffer -> LoopProbeFrame.put(buffer, mac, nonce, networkHash));
    }

    /** Ten times a second. */
    void tick() {
        nowSeconds = (int) ((System.nanoTime() - startNanos) / 1_000_000_000L) + 1;
        gate.tick();
        ticks++;
        if (ticks % TICKS_PER_SECOND == 0) {
            watch.look(policy, nowSeconds);
            if (uplink.lacksStandby()) {
                alarm(Finding.NO_STANDBY, "nobody would take over: one of the agents of a pair does not answer");
            }
            table.makeRoom(nowSeconds);
            useUdpSegmentation();
        }
        if (ticks % (30 * TICKS_PER_SECOND) == 0) {
            table.age(nowSeconds);
        }
    }

    @Override
    public long mac() {
        return mac;
    }

    @Override
    public void loopProbe(ByteBuffer buffer, int at) {
        long sender = LoopProbeFrame.nonce(buffer, at);
        boolean sameNetwork = LoopProbeFrame.network(buffer, at) == networkHash;
        if (sender == nonce && sameNetwork) {
            loop("a frame that this edge sent to the segment came back from it");
        } else if (sender == nonce) {
            alarmOnceASecond(Finding.JOINED_SEGMENTS, "two stretched networks of this edge are connected");
        } else if (uplink.isPeer(sender)) {
            connectedBeside();
        } else {
            gate.probeHeard(sender);
            if (uplink.isStranger(sender)) {
                alarmOnceASecond(Finding.OTHER_EDGE, "another edge agent stretches this segment");
            }
        }
    }

    /** The peer's loop probes are heard on this segment. */
    void connectedBeside() {
        loop("the two segments are already connected beside the tunnel");
    }

    private void loop(String how) {
        gate.loopSeen("loop: " + how);
        alarmOnceASecond(Finding.LOOP, how);
    }

    @Override
    public void arp(ByteBuffer buffer, int arpAt) {
        prober.arrived(buffer, arpAt);
        asksForUs(buffer, arpAt, true);
    }

    @Override
    public void ipv4(ByteBuffer buffer, int at, int ip, int end) {
        services.arrived(buffer, at, ip, end);
    }

    @Override
    public boolean asksForUs(ByteBuffer buffer, int arpAt, boolean local) {
        return services.asksFrom() != SpareAddress.NONE && services.arp(buffer, arpAt, local);
    }

    void alarm(Finding finding, String text) {
        alarms.raise(finding, text, nowSeconds);
    }

    /** In a loop there may be thousands of probes a second: one of them is told. */
    private void alarmOnceASecond(Finding finding, String text) {
        int now = nowSeconds;
        if (probeAlarmSecond != now) {
            probeAlarmSecond = now;
            alarm(finding, text);
        }
    }

    /** True when this kernel takes and cuts super-frames of UDP datagrams. */
    boolean takesUdpSuperFrames() {
        return port.takesUdpSuperFrames();
    }

    /** Our kernel may hand us such super-frames as soon as the peer says that its kernel takes them. */
    private void useUdpSegmentation() {
        uplink.peerNetwork(id()).ifPresent(peer -> {
            peerTakesUdpSuperFrames = peer.udpSuperFrames();
            port.useUdpSuperFrames(peer.udpSuperFrames());
        });
    }

    boolean peerTakesUdpSuperFrames() {
        return peerTakesUdpSuperFrames;
    }

    /** The port's device is gone; the engine opens it again. */
    void portLost(IOException cause) {
        if (!closed) {
            LOG.warn("event=port-lost network={} cause=\"{}\"", id(), cause.getMessage());
            lost = String.valueOf(cause.getMessage());
        }
    }

    boolean isLost() {
        return !lost.isEmpty();
    }

    NetworkStatus status() {
        return new NetworkStatus(
                id(),
                gate.state(),
                uplink.peerNetwork(id()).map(Uplink.PeerNetwork::open).orElse(false),
                gate.reason(),
                gate.loop(),
                gate.mtuProven(),
                names(ForwardingTable.LOCAL),
                names(ForwardingTable.REMOTE),
                alarms.current(nowSeconds),
                alarms.counts(),
                outbound.snapshot(),
                inbound.snapshot());
    }

    private List<String> names(int side) {
        return table.machines(side, NetworkStatus.MAC_LIMIT).stream()
                .map(MacAddress::format)
                .sorted()
                .toList();
    }

    boolean isOpen() {
        return gate.state() == ForwardingState.OPEN;
    }

    void close() {
        closed = true;
        readers.forEach(SegmentReader::wake);
        port.close();
    }
}
