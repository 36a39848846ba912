package org.stretchdeploy.tunnel.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    private final BufferPool pool = new BufferPool(21, 2);

    @Test
    void whatIsGivenBackIsTakenAgainWithoutWhatWasInIt() {
        ByteBuffer first = pool.take();
        while (first.hasRemaining()) {
            first.put((byte) 7);
        }
        pool.give(first.limit(20).position(3));
        ByteBuffer again = pool.take();
        assertThat(again).isSameAs(first).isEqualTo(ByteBuffer.allocate(21));
    }

    @Test
    void aBufferHasOneOwner() {
        assertThat(pool.take()).isNotSameAs(pool.take());
    }

    @Test
    void noMoreThanTheBoundWaits() {
        List<ByteBuffer> taken = Stream.generate(pool::take).limit(5).toList();
        taken.forEach(pool::give);
        assertThat(pool.waiting()).isEqualTo(2);
    }
}
