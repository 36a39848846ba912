package org.stretchdeploy.tunnel.internal.tap;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.tunnel.internal.os.PollSet;
import org.stretchdeploy.tunnel.internal.wire.Wire;

/**
 * A queue of a Linux tap device (kernel documentation networking/tuntap) that lives as long as this process: when the
 * process dies, the device is gone. Two channels share the descriptor so that reading and writing do not wait for each
 * other.
 *
 * <p>The descriptor is never closed under a system call: a FileChannel waits for its own readers and writers, and
 * {@link #close} waits for those who {@link #await} or {@link #hold} it.
 */
final class LinuxTap implements Tap {
    private static final int IFF_TAP = 0x0002;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_VNET_HDR = 0x4000;
    private static final int IFF_MULTI_QUEUE = 0x0100;
    private static final NativeLong TUNSETIFF = new NativeLong(0x400454caL);
    private static final NativeLong TUNSETOFFLOAD = new NativeLong(0x400454d0L);
    private static final int TUN_F_CSUM = 0x01;
    private static final int TUN_F_TSO4 = 0x02;
    private static final int TUN_F_TSO6 = 0x04;
    private static final int TUN_F_TSO_ECN = 0x08;
    private static final int TUN_F_USO4 = 0x20;
    private static final int TUN_F_USO6 = 0x40;
    private static final int BASIC_OFFLOADS = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
    private static final int UDP_OFFLOADS = BASIC_OFFLOADS | TUN_F_USO4 | TUN_F_USO6;

    private static final Logger LOG = LoggerFactory.getLogger(LinuxTap.class);

    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    private final FileChannel reader;
    private final FileChannel writer;
    /** For {@link #await}. */
    private final PollSet frames = new PollSet(1);

    private final int descriptor;
    private final boolean udpSegmentation;
    private volatile boolean udpInUse;
    private volatile boolean closed;

    private LinuxTap(int descriptor) throws IOException {
        FileDescriptor shared = descriptorOf(descriptor);
        this.reader = new FileInputStream(shared).getChannel();
        this.writer = new FileOutputStream(shared).getChannel();
        frames.add(descriptor, PollSet.INPUT);
        this.descriptor = descriptor;
        this.udpSegmentation = probeUdpSegmentation(descriptor);
    }

    /** Opens one queue of the device with this name, creating the device when it is the first. */
    static LinuxTap open(String name, boolean multiQueue) throws IOException {
        try {
            int descriptor = Libc.open("/dev/net/tun", Libc.O_RDWR | Libc.O_NONBLOCK | Libc.O_CLOEXEC);
            try {
                attach(descriptor, name, multiQueue);
                return new LinuxTap(descriptor);
            } catch (LastErrorException | IOException e) {
                Libc.close(descriptor);
                throw e;
            }
        } catch (LastErrorException e) {
            throw new IOException("cannot open tap device " + name + ": " + e.getMessage(), e);
        }
    }

    private static void attach(int descriptor, String name, boolean multiQueue) {
        Memory request = new Memory(40);
        request.clear();
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        request.write(0, bytes, 0, Math.min(bytes.length, 15));
        int flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | (multiQueue ? IFF_MULTI_QUEUE : 0);
        request.setShort(16, (short) flags);
        Libc.ioctl(descriptor, TUNSETIFF, request);
        Libc.ioctl(descriptor, TUNSETOFFLOAD, new NativeLong(BASIC_OFFLOADS));
    }

    /** A kernel before 6.2 has no UDP segmentation offload here, neither for reading nor for writing. */
    private static boolean probeUdpSegmentation(int descriptor) {
        try {
            Libc.ioctl(descriptor, TUNSETOFFLOAD, new NativeLong(UDP_OFFLOADS));
            Libc.ioctl(descriptor, TUNSETOFFLOAD, new NativeLong(BASIC_OFFLOADS));
            return true;
        } catch (LastErrorException older) {
            return false;
        }
    }

    boolean takesUdpSuperFrames() {
        return udpSegmentation;
    }

    /** Holds for all queues of the device. */
    void useUdpSuperFrames(boolean wanted) {
        if (!udpSegmentation || wanted == udpInUse) {
            return;
        }
        life.readLock().lock();
        try {
            if (!closed) {
                Libc.ioctl(descriptor, TUNSETOFFLOAD, new NativeLong(wanted ? UDP_OFFLOADS : BASIC_OFFLOADS));
                udpInUse = wanted;
            }
        } catch (LastErrorException e) {
            LOG.warn("event=offload-refused cause=\"{}\"", e.getMessage());
        } finally {
            life.readLock().unlock();
        }
    }

    private static FileDescriptor descriptorOf(int number) throws IOException {
        try {
            FileDescriptor descriptor = new FileDescriptor();
            Field field = FileDescriptor.class.getDeclaredField("fd");
            field.setAccessible(true);
            field.setInt(descriptor, number);
            return descriptor;
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IOException("the agent needs --add-opens java.base/java.io=ALL-UNNAMED", e);
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int limit = into.limit();
        into.limit(Math.min(limit, into.position() + Wire.MAX_BODY));
        try {
            return Math.max(0, reader.read(into));
        } finally {
            into.limit(limit);
        }
    }

    @Override
    public boolean write(ByteBuffer frame) {
        try {
            return writer.write(frame) > 0;
        } catch (IOException refused) {
            return false;
        }
    }

    @Override
    public void await(int timeoutMillis) {
        life.readLock().lock();
        try {
            if (!closed) {
                frames.await(timeoutMillis);
            }
        } finally {
            life.readLock().unlock();
        }
    }

    @Override
    public int descriptor() {
        return descriptor;
    }

    @Override
    public boolean hold() {
        life.readLock().lock();
        if (!closed) {
            return true;
        }
        life.readLock().unlock();
        return false;
    }

    @Override
    public void release() {
        life.readLock().unlock();
    }

    @Override
    public void close() {
        closed = true;
        life.writeLock().lock();
        try {
            reader.close();
            writer.close();
        } catch (IOException ignored) {
            // Closing a descriptor twice: the first close was the one that counted.
        } finally {
            life.writeLock().unlock();
        }
    }
}
