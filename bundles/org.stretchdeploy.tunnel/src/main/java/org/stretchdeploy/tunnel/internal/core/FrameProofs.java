package org.stretchdeploy.tunnel.internal.core;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import org.stretchdeploy.tunnel.internal.frame.ProofFrames.Proof;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * Shows frames to the guards at the other end of one connection, and judges those that the other end shows. Any thread;
 * what waits and what is out is bounded. Lock: the monitor, under which nothing else is locked.
 */
final class FrameProofs {
    private static final int ID_BYTES = 8;
    /** So few that neither courier's queue overflows, whatever else is sent. */
    private static final int WINDOW = 8;

    private static final int MAX_WAITING = Wire.MAX_NETWORKS * 16;
    private static final long LOST_NANOS = 2_000_000_000L;
    private static final DropReason[] REASONS = DropReason.values();

    private final Sender sender;
    private final Queue<Shown> waiting = new ArrayDeque<>();
    private final Map<Long, Shown> out = new HashMap<>();
    private long ids;

    /** Sends a message soon, in the order of the calls. */
    interface Sender {
        void send(int type, int network, byte[] body);
    }

    private record Shown(int network, Proof proof, Consumer<String> done, long nanos) {}

    FrameProofs(Sender sender) {
        this.sender = sender;
    }

    /**
     * Shows one frame. What is never answered is forgotten with the connection.
     *
     * @param network our number of the network
     * @param done gets the empty text when the frame passed and came back as it was, else a sentence
     */
    synchronized void show(int network, Proof proof, Consumer<String> done) {
        if (waiting.size() < MAX_WAITING) {
            waiting.add(new Shown(network, proof, done, 0));
        }
        sendMore();
    }

    private void sendMore() {
        long now = System.nanoTime();
        out.values().removeIf(shown -> now - shown.nanos > LOST_NANOS);
        while (out.size() < WINDOW && !waiting.isEmpty()) {
            Shown next = waiting.remove();
            long id = ++ids;
            out.put(id, new Shown(next.network, next.proof, next.done, now));
            byte[] frame = next.proof.bytes();
            sender.send(
                    Wire.PROOF,
                    next.network,
                    ByteBuffer.allocate(ID_BYTES + frame.length)
                            .putLong(id)
                            .put(frame)
                            .array());
        }
    }

    /** The peer shows a frame for a network of ours, which may be null. */
    void shown(StretchedNetwork network, byte[] body) {
        if (network != null && body.length > ID_BYTES) {
            ByteBuffer frame = ByteBuffer.wrap(body).position(ID_BYTES);
            int verdict = network.judge(frame);
            sender.send(
                    Wire.PROOF_REPLY,
                    0,
                    ByteBuffer.allocate(body.length + 1)
                            .put(body, 0, ID_BYTES)
                            .put((byte) (verdict + 1))
                            .put(body, ID_BYTES, body.length - ID_BYTES)
                            .array());
        }
    }

    /** The peer says what its guards think. */
    void answered(byte[] body) {
        if (body.length > ID_BYTES) {
            taken(ByteBuffer.wrap(body).getLong()).ifPresent(shown -> shown.done.accept(sentence(shown.proof, body)));
        }
    }

    private synchronized Optional<Shown> taken(long id) {
        Optional<Shown> shown = Optional.ofNullable(out.remove(id));
        sendMore();
        return shown;
    }

    private static String sentence(Proof proof, byte[] body) {
        int verdict = body[ID_BYTES] & 0xff;
        if (verdict != 0) {
            String reason = verdict <= REASONS.length
                    ? REASONS[verdict - 1].name().toLowerCase(Locale.ROOT).replace('_', '-')
                    : "unknown reason " + verdict;
            return "the peer refuses " + proof.name() + ": " + reason;
        }
        boolean same = Arrays.equals(body, ID_BYTES + 1, body.length, proof.bytes(), 0, proof.bytes().length);
        return same ? "" : proof.name() + " came back changed";
    }
}
