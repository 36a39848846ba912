package org.stretchdeploy.catalog.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has arrived of a package: one line per chunk, written after the chunk itself. It is a claim, not a proof: who
 * goes on with a copy compares every chunk with its digest. A last line that was cut off by a crash does not count.
 * Not thread-safe.
 */
public final class ChunkJournal implements AutoCloseable {
    private static final Pattern HEAD = Pattern.compile("stretch-package 1 ([0-9a-f]{64}) (\\d{1,10})");
    private static final Pattern CHUNK = Pattern.compile("chunk (\\d{1,18}) (\\d{1,10}) ([0-9a-f]{64}) (.+)");
    private static final Pattern DONE = Pattern.compile("done (\\d{1,18}) ([0-9a-f]{64}) (.+)");

    private final FileChannel file;
    private final int chunkBytes;
    private final Map<String, List<Chunk>> chunks = new HashMap<>();
    private final Map<String, Done> done = new HashMap<>();

    /**
     * A piece of a file.
     *
     * @param offset bytes before it
     * @param sha256 digest in hexadecimal
     */
    public record Chunk(long offset, int length, String sha256) {}

    /** A file that is complete. */
    public record Done(long size, String sha256) {}

    private ChunkJournal(FileChannel file, int chunkBytes) {
        this.file = file;
        this.chunkBytes = chunkBytes;
    }

    /**
     * Opens the journal of a package, or begins it anew when it is about another descriptor.
     *
     * @param descriptorSha256 digest of the descriptor that the copy belongs to
     * @param chunkBytes chunk size of a new journal; an old one keeps its own
     */
    public static ChunkJournal open(Path path, String descriptorSha256, int chunkBytes) throws IOException {
        List<String> lines = wholeLines(path);
        Matcher head = HEAD.matcher(lines.isEmpty() ? "" : lines.get(0));
        boolean same = head.matches() && head.group(1).equals(descriptorSha256);
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!same) {
            file.truncate(0);
            ChunkJournal journal = new ChunkJournal(file, chunkBytes);
            journal.append("stretch-package 1 " + descriptorSha256 + " " + chunkBytes);
            return journal;
        }
        ChunkJournal journal = new ChunkJournal(file, Integer.parseInt(head.group(2)));
        journal.load(lines.subList(1, lines.size()));
        long length = 0;
        for (String line : lines) {
            length += line.getBytes(StandardCharsets.UTF_8).length + 1;
        }
        file.truncate(length);
        file.position(length);
        return journal;
    }

    /** Reads the journal of a package that was staged before. */
    public static Optional<ChunkJournal> read(Path path) throws IOException {
        List<String> lines = wholeLines(path);
        Matcher head = HEAD.matcher(lines.isEmpty() ? "" : lines.get(0));
        return head.matches() ? Optional.of(open(path, head.group(1), 1)) : Optional.empty();
    }

    /** Size of the chunks of this copy. */
    public int chunkBytes() {
        return chunkBytes;
    }

    /** The chunks of a file, in order. */
    public List<Chunk> chunks(String fileName) {
        return List.copyOf(chunks.getOrDefault(fileName, List.of()));
    }

    /** Whether a file is complete, and what it is then. */
    public Optional<Done> done(String fileName) {
        return Optional.ofNullable(done.get(fileName));
    }

    /** Notes a chunk that is on the disk. */
    public void chunk(String fileName, Chunk chunk) throws IOException {
        append("chunk " + chunk.offset() + " " + chunk.length() + " " + chunk.sha256() + " " + fileName);
        chunks.computeIfAbsent(fileName, n -> new ArrayList<>()).add(chunk);
    }

    /** Notes that a file is complete. */
    public void done(String fileName, Done whole) throws IOException {
        append("done " + whole.size() + " " + whole.sha256() + " " + fileName);
        done.put(fileName, whole);
    }

    /** Forgets the chunks of a file from an offset on, and that it was complete. */
    public void cut(String fileName, long offset) throws IOException {
        append("chunk " + offset + " 0 " + "0".repeat(64) + " " + fileName);
        forget(fileName, offset);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void load(List<String> lines) {
        for (String line : lines) {
            Matcher chunk = CHUNK.matcher(line);
            Matcher whole = DONE.matcher(line);
            if (chunk.matches()) {
                String name = chunk.group(4);
                long offset = Long.parseLong(chunk.group(1));
                int length = Integer.parseInt(chunk.group(2));
                if (length == 0) {
                    forget(name, offset);
                } else {
                    chunks.computeIfAbsent(name, n -> new ArrayList<>()).add(new Chunk(offset, length, chunk.group(3)));
                }
            } else if (whole.matches()) {
                done.put(whole.group(3), new Done(Long.parseLong(whole.group(1)), whole.group(2)));
            }
        }
    }

    private void forget(String fileName, long offset) {
        chunks.getOrDefault(fileName, new ArrayList<>()).removeIf(c -> c.offset() >= offset);
        done.remove(fileName);
    }

    private void append(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    private static List<String> wholeLines(Path path) throws IOException {
        if (!Files.exists(path)) {
            return List.of();
        }
        String text = Files.readString(path, StandardCharsets.UTF_8);
        int end = text.lastIndexOf('\n');
        return end < 0 ? List.of() : List.of(text.substring(0, end).split("\n"));
    }
}
