package org.stretchdeploy.tunnel.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final List<Integer> begun = new ArrayList<>();

    private CompletableFuture<Integer> begin(int number, CompletableFuture<Integer> work) {
        begun.add(number);
        return work;
    }

    @Property
    void allIsDoneInOrderAndNeverTooMuchAtOnce(
            @ForAll @IntRange(min = 1, max = 9) int atOnce, @ForAll @IntRange(max = 60) int asked) {
        begun.clear();
        Turns turns = new Turns(atOnce, 60, Runnable::run);
        List<CompletableFuture<Integer>> work = IntStream.range(0, asked)
                .mapToObj(i -> new CompletableFuture<Integer>())
                .toList();
        List<CompletableFuture<Integer>> results = IntStream.range(0, asked)
                .mapToObj(i -> turns.take(() -> begin(i, work.get(i))))
                .toList();
        for (int ended = 0; ended < asked; ended++) {
            assertThat(begun).hasSize(Math.min(asked, ended + atOnce)).isSorted();
            work.get(ended).complete(ended);
            assertThat(results.get(ended)).isCompletedWithValue(ended);
        }
    }

    @Test
    void whatFailsMakesRoomToo() {
        Turns turns = new Turns(1, 1, Runnable::run);
        CompletableFuture<Integer> broken = new CompletableFuture<>();
        CompletableFuture<Integer> first = turns.take(() -> broken);
        CompletableFuture<Integer> second = turns.take(() -> CompletableFuture.completedFuture(2));
        assertThat(turns.take(CompletableFuture::new)).isCompletedExceptionally();
        broken.completeExceptionally(new IllegalStateException("not up"));
        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedWithValue(2);
        assertThat(turns.take(() -> CompletableFuture.completedFuture(3))).isCompletedWithValue(3);
    }
}
