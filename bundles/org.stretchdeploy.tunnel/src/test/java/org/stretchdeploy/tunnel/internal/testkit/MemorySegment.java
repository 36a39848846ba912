package org.stretchdeploy.tunnel.internal.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.stretchdeploy.tunnel.internal.frame.VirtioNetHeader;
import org.stretchdeploy.tunnel.internal.tap.Tap;
import org.stretchdeploy.tunnel.internal.tap.TapPort;

/** A segment in memory: every frame reaches everybody else on it. The twin of a bridge with its taps. */
public final class MemorySegment {
    private final List<MemoryPort> ports = new CopyOnWriteArrayList<>();
    private final List<Consumer<byte[]>> hosts = new CopyOnWriteArrayList<>();
    private final List<MemorySegment> joined = new CopyOnWriteArrayList<>();

    /** Adds a host that sees every frame (without virtio-net header). */
    public void listen(Consumer<byte[]> host) {
        hosts.add(host);
    }

    /** A frame from a host. */
    public void send(byte[] frame) {
        flood(frame, null, null);
    }

    /** Connects two segments with a cable: with a tunnel beside it, that is a loop. */
    public void join(MemorySegment other) {
        joined.add(other);
        other.joined.add(this);
    }

    public void part(MemorySegment other) {
        joined.remove(other);
        other.joined.remove(this);
    }

    public TapPort port(int queues, int mtu) {
        MemoryPort port = new MemoryPort(queues, mtu);
        ports.add(port);
        return port;
    }

    private void flood(byte[] frame, MemoryPort except, MemorySegment from) {
        hosts.forEach(host -> host.accept(frame));
        ports.stream().filter(port -> port != except).forEach(port -> port.arrive(frame));
        joined.stream().filter(segment -> segment != from).forEach(segment -> segment.flood(frame, null, this));
    }

    private final class MemoryPort implements TapPort {
        private final List<MemoryTap> taps = new ArrayList<>();
        private final int mtu;

        MemoryPort(int queues, int mtu) {
            this.mtu = mtu;
            for (int i = 0; i < queues; i++) {
                taps.add(new MemoryTap(this));
            }
        }

        void arrive(byte[] frame) {
            int flow = frame.length > 12 ? frame[5] ^ frame[11] : 0;
            taps.get(Math.floorMod(flow, taps.size())).arrive(frame);
        }

        @Override
        public int queues() {
            return taps.size();
        }

        @Override
        public Tap queue(int number) {
            return taps.get(number);
        }

        @Override
        public int mtu() {
            return mtu;
        }

        @Override
        public boolean takesUdpSuperFrames() {
            return true;
        }

        @Override
        public void useUdpSuperFrames(boolean wanted) {
            // Hosts in memory make no super-frames.
        }

        @Override
        public void close() {
            ports.remove(this);
            taps.forEach(MemoryTap::close);
        }
    }

    private final class MemoryTap implements Tap {
        private final Deque<byte[]> waiting = new ArrayDeque<>();
        private final MemoryPort port;
        private boolean closed;

        MemoryTap(MemoryPort port) {
            this.port = port;
        }

        synchronized void arrive(byte[] frame) {
            if (waiting.size() < 4096 && !closed) {
                waiting.add(frame);
                notifyAll();
            }
        }

        @Override
        public synchronized int read(ByteBuffer into) {
            byte[] frame = waiting.poll();
            if (frame == null) {
                return 0;
            }
            VirtioNetHeader.putPlain(into);
            into.put(frame);
            return frame.length + VirtioNetHeader.BYTES;
        }

        @Override
        public boolean write(ByteBuffer frame) {
            frame.position(frame.position() + VirtioNetHeader.BYTES);
            byte[] bytes = new byte[frame.remaining()];
            frame.get(bytes);
            flood(bytes, port, null);
            return true;
        }

        @Override
        public synchronized void await(int timeoutMillis) {
            try {
                if (waiting.isEmpty() && !closed) {
                    wait(timeoutMillis);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public synchronized void close() {
            closed = true;
            notifyAll();
        }
    }
}
