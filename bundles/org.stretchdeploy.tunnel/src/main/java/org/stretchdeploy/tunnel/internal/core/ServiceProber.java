package org.stretchdeploy.tunnel.internal.core;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.control.ServiceRequest;
import org.stretchdeploy.tunnel.control.ServiceResult;
import org.stretchdeploy.tunnel.control.ServiceResult.Answer;
import org.stretchdeploy.tunnel.internal.frame.Arp;
import org.stretchdeploy.tunnel.internal.frame.Ethernet;
import org.stretchdeploy.tunnel.internal.frame.Ipv4Address;
import org.stretchdeploy.tunnel.internal.frame.Ipv4Packet;
import org.stretchdeploy.tunnel.internal.frame.MacAddress;
import org.stretchdeploy.tunnel.internal.frame.ServiceFrames;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;

/**
 * Asks machines of one segment whether they serve (ADR 0034): a question is a few frames to one MAC address and the exact
 * answer to them from it, within {@value #WAIT_MILLIS} ms. Only machines that are being asked, and only while they are, are
 * told who has the address that they are asked from. Any thread; the frame path allocates nothing for a frame that answers no
 * question.
 */
final class ServiceProber {
    /** Questions at once. */
    static final int SLOTS = 1024;

    /** The dynamic ports of RFC 6335 section 6 begin here; a question's place among the slots is its port. */
    static final int FIRST_PORT = 49_152;

    private static final Logger LOG = LoggerFactory.getLogger(ServiceProber.class);
    private static final long[] ATTEMPTS_MILLIS = {0, 300, 700};
    private static final int WAIT_MILLIS = 1200;
    /** A machine asks once who asks; more often only when it means harm. */
    private static final int MOST_REPLIES = 16;

    private final AtomicReferenceArray<Question> slots = new AtomicReferenceArray<>(SLOTS);
    private final AtomicInteger next = new AtomicInteger();
    private final SpareAddress spare = new SpareAddress();
    private final StretchedNetwork network;

    ServiceProber(StretchedNetwork network) {
        this.network = network;
    }

    /** One question. */
    private static final class Question {
        final String id;
        final int slot;
        final ServiceFrames.Way way;
        final int port;
        final long number = ThreadLocalRandom.current().nextLong();
        final long startNanos = System.nanoTime();
        final AtomicInteger replies = new AtomicInteger();
        final CompletableFuture<ServiceResult> result = new CompletableFuture<>();

        Question(ServiceRequest request, int slot, ServiceFrames.Way way) {
            this.id = request.id();
            this.slot = slot;
            this.way = way;
            this.port = request.port();
        }

        boolean asks(int address, long mac) {
            return way.target() == address && way.targetMac() == mac;
        }

        void introduce(ByteBuffer frame) {
            Arp.putQuestion(frame, way.sourceMac(), way.source(), way.targetMac(), way.target());
        }

        void put(ByteBuffer frame) {
            if (port == 0) {
                ServiceFrames.putEcho(frame, way, FIRST_PORT + slot, number);
            } else {
                ServiceFrames.putSyn(frame, way, FIRST_PORT + slot, port, (int) number);
            }
        }

        void answered(Answer answer) {
            long micros = answer == Answer.SILENT ? 0 : (System.nanoTime() - startNanos) / 1000;
            result.complete(new ServiceResult(id, answer, Ipv4Address.format(way.source()), micros, ""));
        }
    }

    /** The address that machines are asked from now, 0 when nobody is. */
    int asksFrom() {
        return spare.address();
    }

    /**
     * Asks one machine.
     *
     * @param elsewhere whether somebody at the other end answers for an address
     * @return never fails; the result says why a machine was not asked
     */
    CompletableFuture<ServiceResult> ask(ServiceRequest request, IntFunction<CompletableFuture<Boolean>> elsewhere) {
        List<Integer> candidates;
        int address;
        long mac;
        try {
            candidates = request.from().stream()
                    .limit(ServiceRequest.MOST_FROM)
                    .map(Ipv4Address::parse)
                    .toList();
            address = Ipv4Address.parse(String.valueOf(request.address()));
            mac = MacAddress.parse(request.mac());
        } catch (IllegalArgumentException e) {
            return refused(request, e.getMessage());
        }
        if (request.port() < 0 || request.port() > 0xffff || MacAddress.isGroup(mac)) {
            return refused(request, "no such machine or port");
        }
        if (!network.mayForward()) {
            return refused(request, "the other edge appliance of this end forwards");
        }
        return spare.claim(candidates, candidate -> isTaken(candidate, elsewhere))
                .thenCompose(from -> from == SpareAddress.NONE
                        ? refused(request, "no free address to ask from")
                        : put(request, new ServiceFrames.Way(network.mac(), mac, from, address)))
                .whenComplete((result, failure) -> spare.release())
                .exceptionally(failure -> ServiceResult.notAsked(request.id(), String.valueOf(failure.getMessage())));
    }

    private static CompletableFuture<ServiceResult> refused(ServiceRequest request, String reason) {
        return CompletableFuture.completedFuture(ServiceResult.notAsked(request.id(), reason));
    }

    private CompletableFuture<Boolean> isTaken(int candidate, IntFunction<CompletableFuture<Boolean>> elsewhere) {
        return network.prober()
                .probe(candidate)
                .thenCombine(
                        // without a tunnel there is no other end to quarrel with
                        elsewhere.apply(candidate).exceptionally(failure -> false),
                        (here, there) -> !here.isEmpty() || there);
    }

    private CompletableFuture<ServiceResult> put(ServiceRequest request, ServiceFrames.Way way) {
        for (int i = 0; i < SLOTS; i++) {
            int slot = Math.floorMod(next.getAndIncrement(), SLOTS);
            Question question = new Question(request, slot, way);
            if (slots.compareAndSet(slot, null, question)) {
                for (long delay : ATTEMPTS_MILLIS) {
                    network.later(() -> attempt(question), delay);
                }
                network.later(() -> giveUp(question), WAIT_MILLIS);
                return question.result.whenComplete((result, failure) -> {
                    slots.set(slot, null);
                    LOG.debug("event=service-asked id={} answer={}", question.id, result.answer());
                });
            }
        }
        return refused(request, "too many questions at once");
    }

    private void attempt(Question question) {
        if (question.result.isDone()) {
            return;
        }
        if (mayAsk(question)) {
            // It may know the address as another agent's, which asked from it before it was lost; a request for its own
            // address corrects that at once (RFC 826: "merge", before it looks at the operation).
            network.toSegment(question::introduce);
            network.toSegment(question::put);
        } else {
            stop(question);
        }
    }

    private void giveUp(Question question) {
        if (mayAsk(question)) {
            question.answered(Answer.SILENT);
        } else {
            stop(question);
        }
    }

    private boolean mayAsk(Question question) {
        return spare.address() == question.way.source() && network.mayForward();
    }

    private static void stop(Question question) {
        question.result.complete(ServiceResult.notAsked(
                question.id,
                "the address " + Ipv4Address.format(question.way.source()) + " came into use while it asked from it"));
    }

    /**
     * An ARP packet from the segment or, not {@code local}, from the peer, while a spare address is in use.
     *
     * @return whether it was for this agent alone
     */
    boolean arp(ByteBuffer buffer, int at, boolean local) {
        int from = spare.address();
        int sender = Arp.senderAddress(buffer, at);
        long mac = Arp.senderMac(buffer, at);
        boolean asked = Arp.operation(buffer, at) == Arp.REQUEST && Arp.targetAddress(buffer, at) == from;
        if (from == SpareAddress.NONE || mac == network.mac()) {
            return false;
        }
        if (sender == from || asked && sender == 0) {
            LOG.warn(
                    "event=spare-address-taken network={} address={} mac={}",
                    network.id(),
                    Ipv4Address.format(from),
                    MacAddress.format(mac));
            spare.yield();
            return false;
        }
        return local && asked && tell(sender, mac, from);
    }

    private boolean tell(int address, long mac, int from) {
        for (int slot = 0; slot < SLOTS; slot++) {
            Question question = slots.get(slot);
            if (question != null && question.asks(address, mac)) {
                if (question.replies.incrementAndGet() <= MOST_REPLIES && network.mayForward()) {
                    network.toSegment(frame -> Arp.putReply(frame, network.mac(), from, mac, address));
                }
                return true;
            }
        }
        return false;
    }

    /** A frame with an IPv4 packet came to the agent: virtio-net header at {@code at}, packet at {@code ip}. */
    void arrived(ByteBuffer buffer, int at, int ip, int end) {
        int from = spare.address();
        if (from == SpareAddress.NONE || VirtioNetHeader.isSuperFrame(buffer, at)) {
            return;
        }
        int transport = Ipv4Packet.transport(buffer, ip, end);
        if (transport == Ipv4Packet.NONE || Ipv4Packet.target(buffer, ip) != from) {
            return;
        }
        int protocol = Ipv4Packet.protocol(buffer, ip);
        int last = Ipv4Packet.end(buffer, ip);
        int place =
                switch (protocol) {
                    case Ipv4Packet.ICMP -> ServiceFrames.identifier(buffer, transport, last);
                    case Ipv4Packet.TCP -> ServiceFrames.targetPort(buffer, transport, last);
                    default -> -1;
                };
        int slot = place - FIRST_PORT;
        Question question = slot >= 0 && slot < SLOTS ? slots.get(slot) : null;
        long mac = Ethernet.source(buffer, at + VirtioNetHeader.BYTES);
        if (question == null
                || !question.asks(Ipv4Packet.source(buffer, ip), mac)
                || question.port == 0 != (protocol == Ipv4Packet.ICMP)) {
            return;
        }
        read(question, buffer, at, ip, transport, last);
    }

    private void read(Question question, ByteBuffer buffer, int at, int ip, int transport, int last) {
        if (question.port == 0) {
            if (ServiceFrames.echoed(buffer, transport, last, FIRST_PORT + question.slot, question.number)
                    == ServiceFrames.OPEN) {
                question.answered(Answer.OPEN);
            }
            return;
        }
        boolean counted = !VirtioNetHeader.needsChecksum(buffer, at);
        int sequence = (int) question.number;
        switch (ServiceFrames.accepted(buffer, ip, transport, last, counted, question.port, sequence)) {
            case ServiceFrames.OPEN -> {
                network.toSegment(frame -> ServiceFrames.putReset(
                        frame, question.way, FIRST_PORT + question.slot, question.port, sequence));
                question.answered(Answer.OPEN);
            }
            case ServiceFrames.CLOSED -> question.answered(Answer.CLOSED);
            default -> {
                // Not an answer to the question: as if nothing had come.
            }
        }
    }
}
