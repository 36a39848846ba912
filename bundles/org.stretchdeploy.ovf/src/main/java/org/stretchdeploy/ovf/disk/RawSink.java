package org.stretchdeploy.ovf.disk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Where the contents of a disk go. Calls come with rising offsets; what is not written is zero. */
public interface RawSink {
    /** Called once, first, with the size of the disk in bytes. */
    void begin(long capacityBytes) throws IOException;

    /** Contents at an offset. The array is reused after the call. */
    void write(long offset, byte[] bytes, int length) throws IOException;

    /** Called once, last, when the disk was complete and sound. */
    void finish() throws IOException;

    /** Writes everything to a stream, zeros included. The stream stays open. */
    static RawSink toStream(OutputStream out) {
        return new RawSink() {
            private static final int BLOCK = 1 << 16;
            private final byte[] zeros = new byte[BLOCK];
            private long capacity;
            private long position;

            @Override
            public void begin(long capacityBytes) {
                capacity = capacityBytes;
            }

            @Override
            public void write(long offset, byte[] bytes, int length) throws IOException {
                zerosTo(offset);
                out.write(bytes, 0, length);
                position += length;
            }

            @Override
            public void finish() throws IOException {
                zerosTo(capacity);
                out.flush();
            }

            private void zerosTo(long offset) throws IOException {
                while (position < offset) {
                    int part = (int) Math.min(BLOCK, offset - position);
                    out.write(zeros, 0, part);
                    position += part;
                }
            }
        };
    }

    /** Writes to an empty file and leaves holes where the disk is zero. The channel stays open. */
    static RawSink toFile(FileChannel file) {
        return new RawSink() {
            private long capacity;

            @Override
            public void begin(long capacityBytes) {
                capacity = capacityBytes;
            }

            @Override
            public void write(long offset, byte[] bytes, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
                long at = offset;
                while (buffer.hasRemaining()) {
                    at += file.write(buffer, at);
                }
            }

            @Override
            public void finish() throws IOException {
                if (file.size() < capacity) {
                    file.write(ByteBuffer.wrap(new byte[1]), capacity - 1);
                }
            }
        };
    }
}
