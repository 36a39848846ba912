package org.stretchdeploy.appliance.internal;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.Random;
import java.util.zip.CRC32;

/**
 * What guests do all day, without the pauses: datagrams of every size, and one TCP connection after the other whose bytes are
 * checked at the other end. A program of its own in a host of the lab, until it is killed: {@code answer}, or {@code load ADDRESS}.
 */
final class SoakTraffic {
    private static final int DATAGRAMS = 7200;
    private static final int STREAMS = 7201;
    private static final int[] SIZES = {18, 64, 256, 512, 1024, 1400, 1472};
    private static final int DATAGRAMS_OF_A_SIZE = 5_000;
    private static final int TRANSFER_BYTES = 4 << 20;
    private static final int CONNECT_MILLIS = 60_000;

    private SoakTraffic() {}

    /** The first word says which side. */
    public static void main(String[] words) throws IOException {
        if (words[0].equals("answer")) {
            answer();
        } else {
            load(words[1]);
        }
    }

    private static void answer() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(STREAMS));
                DatagramChannel sink = DatagramChannel.open().bind(new InetSocketAddress(DATAGRAMS))) {
            background(() -> swallow(sink));
            System.out.println("listening");
            while (true) {
                Socket accepted = server.accept().socket();
                background(() -> check(accepted));
            }
        }
    }

    private static void swallow(DatagramChannel sink) throws IOException {
        ByteBuffer datagram = ByteBuffer.allocateDirect(2048);
        while (true) {
            sink.receive(datagram.clear());
        }
    }

    private static void check(Socket accepted) throws IOException {
        try (Socket socket = accepted) {
            byte[] bytes = socket.getInputStream().readNBytes(TRANSFER_BYTES);
            new DataOutputStream(socket.getOutputStream()).writeLong(sum(bytes));
        }
    }

    private static void load(String address) throws IOException {
        background(() -> flood(address));
        byte[] bytes = new byte[TRANSFER_BYTES];
        for (int transfer = 1; ; transfer++) {
            new Random(transfer).nextBytes(bytes);
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, STREAMS), CONNECT_MILLIS);
                socket.getOutputStream().write(bytes);
                boolean same = new DataInputStream(socket.getInputStream()).readLong() == sum(bytes);
                System.out.println((same ? "whole " : "CORRUPT ") + transfer);
            } catch (IOException broken) {
                System.out.println("BROKEN " + transfer + ": " + broken.getMessage());
            }
        }
    }

    private static void flood(String address) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            InetSocketAddress sink = new InetSocketAddress(address, DATAGRAMS);
            ByteBuffer datagram = ByteBuffer.allocateDirect(2048);
            for (int i = 0; ; i++) {
                datagram.clear().limit(SIZES[i / DATAGRAMS_OF_A_SIZE % SIZES.length]);
                channel.send(datagram, sink);
            }
        }
    }

    private static long sum(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return sum.getValue();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void background(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                System.out.println("BROKEN " + e.getMessage());
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
