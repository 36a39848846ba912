package org.stretchdeploy.director.internal.store;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.stretchdeploy.director.internal.model.CloudState;

/**
 * The director's memory: one state, one lock, one file.
 *
 * <p>An update either happens as a whole and is on disk when the call returns (written to a new file, forced, renamed
 * over the old one), or not at all: when the change throws, the state is read again from what was written last.
 * Entities must not be kept beyond the call that gave them.
 */
public final class Store {
    private final Path file;
    private final ObjectMapper mapper = JsonMapper.builder()
            .visibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .visibility(PropertyAccessor.CREATOR, JsonAutoDetect.Visibility.ANY)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private final ReentrantLock lock = new ReentrantLock();
    private CloudState state;
    private byte[] written;

    private Store(Path file) {
        this.file = file;
    }

    public static Store open(Path file) throws IOException {
        Store store = new Store(file);
        store.written =
                Files.exists(file) ? Files.readAllBytes(file) : store.mapper.writeValueAsBytes(new CloudState());
        store.state = store.parse();
        return store;
    }

    /** Looks at the state; must not change it. */
    public <T> T read(Function<CloudState, T> question) {
        lock.lock();
        try {
            return question.apply(state);
        } finally {
            lock.unlock();
        }
    }

    /** Changes the state. A nested call becomes part of the outer one. */
    public <T> T update(Function<CloudState, T> change) {
        lock.lock();
        try {
            if (lock.getHoldCount() > 1) {
                return change.apply(state);
            }
            T result;
            byte[] next;
            try {
                result = change.apply(state);
                next = mapper.writeValueAsBytes(state);
                write(next);
            } catch (IOException e) {
                state = parse();
                throw new UncheckedIOException("the director's state could not be written", e);
            } catch (RuntimeException | Error e) {
                state = parse();
                throw e;
            }
            written = next;
            return result;
        } finally {
            lock.unlock();
        }
    }

    public void change(Consumer<CloudState> change) {
        update(s -> {
            change.accept(s);
            return null;
        });
    }

    private CloudState parse() {
        try {
            return mapper.readValue(written, CloudState.class);
        } catch (IOException e) {
            throw new UncheckedIOException("the director's state file is damaged", e);
        }
    }

    private void write(byte[] next) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(next);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
