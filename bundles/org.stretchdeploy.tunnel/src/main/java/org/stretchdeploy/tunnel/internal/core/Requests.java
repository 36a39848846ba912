package org.stretchdeploy.tunnel.internal.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.control.Announcement;
import org.stretchdeploy.tunnel.control.DesiredState;
import org.stretchdeploy.tunnel.control.ProbeRequest;
import org.stretchdeploy.tunnel.control.ProbeResult;
import org.stretchdeploy.tunnel.control.ProbeResult.Answer;
import org.stretchdeploy.tunnel.control.ServiceRequest;
import org.stretchdeploy.tunnel.control.ServiceResult;
import org.stretchdeploy.tunnel.internal.frame.Arp;
import org.stretchdeploy.tunnel.internal.frame.Ipv4Address;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;
import org.stretchdeploy.tunnel.internal.link.Link;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * Probes, questions for services and announcements, each carried out once per id. What waits for its network to open is tried again every
 * second. Ids that are no longer wanted are forgotten with their results.
 */
public final class Requests {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
    private static final String NO_NETWORK = "no such network at this edge";
    private static final long[] ANNOUNCE_AFTER_MILLIS = {0, 200, 1000};

    private final TunnelEngine engine;
    private final Map<String, Announcement> announcements = new LinkedHashMap<>();
    private final Map<String, Boolean> announced = new LinkedHashMap<>();
    private final Map<String, CompletableFuture<ProbeResult>> probes = new LinkedHashMap<>();
    private final Map<String, CompletableFuture<ServiceResult>> services = new LinkedHashMap<>();
    private volatile Runnable onNews = () -> {};

    Requests(TunnelEngine engine) {
        this.engine = engine;
    }

    /** Calls back when there is something new to report: a result, or a tunnel or network in another state. */
    public void onNews(Runnable callback) {
        onNews = callback;
    }

    void changed() {
        onNews.run();
    }

    synchronized void apply(DesiredState wanted) {
        announcements.clear();
        wanted.announcements().forEach(one -> announcements.put(one.id(), one));
        announced.keySet().retainAll(announcements.keySet());
        List<String> probeIds = wanted.probes().stream().map(ProbeRequest::id).toList();
        probes.keySet().retainAll(probeIds);
        for (ProbeRequest probe : wanted.probes()) {
            if (!probes.containsKey(probe.id())) {
                probes.put(probe.id(), probe(probe).whenComplete((result, failure) -> onNews.run()));
            }
        }
        services.keySet()
                .retainAll(wanted.services().stream().map(ServiceRequest::id).toList());
        for (ServiceRequest service : wanted.services()) {
            if (!services.containsKey(service.id())) {
                services.put(service.id(), ask(service).whenComplete((result, failure) -> onNews.run()));
            }
        }
        attend();
    }

    synchronized void attend() {
        for (Announcement one : announcements.values()) {
            if (!announced.containsKey(one.id()) && announce(one)) {
                announced.put(one.id(), true);
                onNews.run();
            }
        }
    }

    /** Ids of announcements that were made. */
    public synchronized List<String> announced() {
        return List.copyOf(announced.keySet());
    }

    /** Results so far. */
    public synchronized List<ProbeResult> results() {
        return done(probes);
    }

    /** What machines said so far to the question whether they serve. */
    public synchronized List<ServiceResult> services() {
        return done(services);
    }

    private static <R> List<R> done(Map<String, CompletableFuture<R>> requests) {
        return requests.values().stream()
                .filter(future -> future.isDone() && !future.isCompletedExceptionally())
                .map(CompletableFuture::join)
                .toList();
    }

    private record Place(Tunnel tunnel, StretchedNetwork network) {}

    private Optional<Place> place(String network) {
        for (Tunnel tunnel : engine.tunnels()) {
            StretchedNetwork found = tunnel.network(network);
            if (found != null) {
                return Optional.of(new Place(tunnel, found));
            }
        }
        return Optional.empty();
    }

    private boolean announce(Announcement one) {
        Place place = place(one.network()).orElse(null);
        boolean through = one.home() == Announcement.Home.LOCAL;
        if (place == null || !place.network.mayForward() || through && !place.network.takesOutbound()) {
            return false;
        }
        try {
            long mac = MacAddress.parse(one.mac());
            int address = one.ip() == null ? 0 : Ipv4Address.parse(one.ip());
            for (long delay : ANNOUNCE_AFTER_MILLIS) {
                place.tunnel.later(() -> announce(place, through, mac, address), delay);
            }
            LOG.info("event=announced id={} network={} mac={} home={}", one.id(), one.network(), one.mac(), one.home());
        } catch (IllegalArgumentException e) {
            LOG.warn("event=announcement-refused id={} cause=\"{}\"", one.id(), e.getMessage());
        }
        return true;
    }

    private static void announce(Place place, boolean through, long mac, int address) {
        send(place, through, mac, frame -> Arp.putReverse(frame, mac));
        if (address != 0) {
            send(place, through, mac, frame -> Arp.putGratuitous(frame, mac, address));
        }
    }

    private static void send(Place place, boolean through, long mac, java.util.function.Consumer<ByteBuffer> frame) {
        StretchedNetwork network = place.network;
        int side = through ? ForwardingTable.LOCAL : ForwardingTable.REMOTE;
        network.table().learn(mac, side, network.nowSeconds());
        if (!through) {
            network.toSegment(frame);
            return;
        }
        PeerConnection connection = place.tunnel.firstConnection();
        if (connection != null) {
            Link link = connection.link();
            ByteBuffer message = ByteBuffer.allocate(Wire.HEADER_BYTES + 128);
            message.position(Wire.HEADER_BYTES);
            VirtioNetHeader.putPlain(message);
            frame.accept(message);
            message.flip();
            Wire.putHeader(message, 0, Wire.FRAME, network.number(), message.limit() - Wire.HEADER_BYTES);
            try {
                link.send(message);
            } catch (IOException broken) {
                link.close();
            }
        }
    }

    private CompletableFuture<ServiceResult> ask(ServiceRequest request) {
        return place(request.network())
                .map(place -> place.network.services().ask(request, candidate -> place.tunnel
                        .query(request.network(), Ipv4Address.format(candidate))
                        .thenApply(answer -> !answer.macs().isEmpty())))
                .orElseGet(() -> CompletableFuture.completedFuture(ServiceResult.notAsked(request.id(), NO_NETWORK)));
    }

    private CompletableFuture<ProbeResult> probe(ProbeRequest request) {
        Place place = place(request.network()).orElse(null);
        if (place == null) {
            return CompletableFuture.completedFuture(failed(request, NO_NETWORK));
        }
        try {
            return switch (request.kind()) {
                case ARP_LOCAL ->
                    local(place, request)
                            .thenApply(answers -> arp(request, answers))
                            .exceptionally(failure -> failed(request, "too many addresses are asked for at once"));
                case ARP_REMOTE ->
                    remote(place, request)
                            .thenApply(answers -> arp(request, answers))
                            .exceptionally(failure -> failed(request, "the peer does not answer"));
                case ARP_BOTH ->
                    local(place, request)
                            .thenCombine(remote(place, request), (one, other) -> {
                                List<Answer> all = new ArrayList<>(one);
                                all.addAll(other);
                                return arp(request, all);
                            })
                            .exceptionally(failure -> failed(request, "the peer does not answer"));
                case ECHO -> EchoProbe.echo(place.tunnel, request);
                case THROUGHPUT -> EchoProbe.throughput(place.tunnel, request);
            };
        } catch (IllegalArgumentException | NullPointerException e) {
            return CompletableFuture.completedFuture(failed(request, "not an IPv4 address"));
        }
    }

    private static CompletableFuture<List<Answer>> local(Place place, ProbeRequest request) {
        return place.network.prober().probe(Ipv4Address.parse(request.target())).thenApply(machines -> machines.stream()
                .map(one -> new Answer(one.mac(), Announcement.Home.LOCAL, one.micros()))
                .toList());
    }

    private static CompletableFuture<List<Answer>> remote(Place place, ProbeRequest request) {
        Ipv4Address.parse(request.target());
        return place.tunnel.query(request.network(), request.target()).thenApply(answer -> answer.macs().stream()
                .map(one -> new Answer(one.mac(), Announcement.Home.REMOTE, one.micros()))
                .toList());
    }

    private static ProbeResult arp(ProbeRequest request, List<Answer> answers) {
        long micros = answers.stream().mapToLong(Answer::micros).min().orElse(0);
        return new ProbeResult(
                request.id(),
                request.kind(),
                request.network(),
                request.target(),
                0,
                3,
                answers.isEmpty() ? 0 : 3,
                answers,
                micros,
                0,
                "");
    }

    private static ProbeResult failed(ProbeRequest request, String reason) {
        return new ProbeResult(
                request.id(),
                request.kind(),
                request.network(),
                request.target(),
                request.size(),
                0,
                0,
                List.of(),
                0,
                0,
                reason);
    }
}
