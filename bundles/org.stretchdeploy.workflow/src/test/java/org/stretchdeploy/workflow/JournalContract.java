package org.stretchdeploy.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.workflow.internal.Json;

/** What every journal must do; run on the in-memory twin, on H2 and on PostgreSQL. */
abstract class JournalContract {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00.123Z");
    private static final Journal.Claimant N1 = new Journal.Claimant("n1", "first life");
    private static final Journal.Claimant N2 = new Journal.Claimant("n2", "its life");
    private static final Journal.Claimant N3 = new Journal.Claimant("n3", "its life");
    private static final OperationId A = new OperationId("a");
    private static final OperationId B = new OperationId("b");

    private Journal journal;

    abstract Journal open();

    @BeforeEach
    void start() {
        journal = open();
    }

    @AfterEach
    void stop() {
        journal.close();
    }

    private Journal.Created create(OperationId id, String key, String... locks) {
        return journal.create(
                id,
                "digest",
                new JournalEntry(
                        1,
                        T0,
                        new JournalEvent.OperationSubmitted(
                                "w", 1, Json.parse("{\"x\":1}"), key, Set.of(locks), "me", List.of())));
    }

    private void end(OperationId id, Phase end) {
        long last = journal.header(id).orElseThrow().lastSeq();
        journal.append(id, OptionalLong.empty(), last, T0, List.of(new JournalEvent.Ended(end, "", "", List.of())));
    }

    @Test
    void keepsEventsInOrderAndReadsOnFromAny() {
        create(A, "k");
        Journal.Claim claim = journal.claim(A, N1);
        journal.append(
                A,
                OptionalLong.of(claim.epoch()),
                1,
                T0.plusSeconds(1),
                List.of(new JournalEvent.PivotPassed("1"), new JournalEvent.StepIntended("1", 1, Optional.of("n1"))));
        assertThat(journal.read(A, 0)).extracting(JournalEntry::seq).containsExactly(1L, 2L, 3L);
        assertThat(journal.read(A, 2))
                .containsExactly(new JournalEntry(
                        3, T0.plusSeconds(1), new JournalEvent.StepIntended("1", 1, Optional.of("n1"))));
        assertThat(journal.header(A).orElseThrow().lastSeq()).isEqualTo(3);
        assertThat(journal.read(B, 0)).isEmpty();
    }

    @Test
    void anIdempotencyKeyIsTakenOnce() {
        create(A, "k");
        assertThat(create(B, "k")).isInstanceOfSatisfying(Journal.Created.KeyUsed.class, used -> assertThat(
                        used.existing().id())
                .isEqualTo(A));
        assertThat(journal.header(B)).isEmpty();
        assertThat(journal.byIdempotencyKey("k").map(Journal.Header::id)).contains(A);
    }

    @Test
    void aLockIsHeldUntilTheEndButNotGivenBackByNeedsOperator() {
        create(A, "k1", "vapp", "net");
        assertThat(create(B, "k2", "net")).isEqualTo(new Journal.Created.LockHeld("net", A));
        assertThat(journal.header(B))
                .as("nothing of a refused operation is kept")
                .isEmpty();
        end(A, Phase.NEEDS_OPERATOR);
        assertThat(create(B, "k2", "net")).isEqualTo(new Journal.Created.LockHeld("net", A));
        journal.append(A, OptionalLong.empty(), 2, T0, List.of(new JournalEvent.RetryRequested("me")));
        assertThat(journal.header(A).orElseThrow().phase()).isEqualTo(Phase.RUNNING);
        end(A, Phase.SUCCEEDED);
        assertThat(create(B, "k2", "net")).isInstanceOf(Journal.Created.New.class);
    }

    @Test
    void tellsWhoHoldsWhichLock() {
        create(A, "k1", "vapp", "net");
        create(B, "k2", "other");
        assertThat(journal.locks()).isEqualTo(Map.of("vapp", A, "net", A, "other", B));
        end(A, Phase.NEEDS_OPERATOR);
        end(B, Phase.COMPENSATED);
        assertThat(journal.locks()).isEqualTo(Map.of("vapp", A, "net", A));
    }

    @Test
    void findsByTheBeginningOfAnIdempotencyKeyAndTakesEveryCharacterAsItIs() {
        create(A, "deploy:50%_a:1");
        create(B, "deploy:50x_a:1");
        assertThat(journal.byIdempotencyPrefix("deploy:50%_"))
                .extracting(Journal.Header::id)
                .containsExactly(A);
        assertThat(journal.byIdempotencyPrefix("deploy:50"))
                .extracting(Journal.Header::id)
                .containsExactly(B, A);
        assertThat(journal.byIdempotencyPrefix("return:")).isEmpty();
    }

    @Test
    void aWriterThatDecidedOnOldNewsIsStale() {
        create(A, "k");
        JournalEvent cancel = new JournalEvent.CancelRequested("me", "");
        journal.append(A, OptionalLong.empty(), 1, T0, List.of(cancel));
        assertThatThrownBy(() -> journal.append(A, OptionalLong.empty(), 1, T0, List.of(cancel)))
                .isInstanceOf(Journal.StaleException.class);
        assertThat(journal.read(A, 0)).hasSize(2);
    }

    @Test
    void aNodeThatLostTheOperationIsFenced() {
        create(A, "k");
        Journal.Claim old = journal.claim(A, N1);
        Journal.Claim now = journal.claim(A, N2);
        assertThat(now.epoch()).isGreaterThan(old.epoch());
        assertThat(now.interrupted()).isTrue();
        assertThat(now.previousNode()).contains("n1");
        assertThatThrownBy(() -> journal.append(
                        A,
                        OptionalLong.of(old.epoch()),
                        1,
                        T0,
                        List.of(new JournalEvent.StepIntended("1", 1, Optional.of("n1")))))
                .isInstanceOf(Journal.FencedException.class);
        journal.release(old, Optional.empty());
        assertThat(journal.claim(A, N3).interrupted())
                .as("a fenced release changes nothing")
                .isTrue();
        assertThat(journal.read(A, 0)).hasSize(1);
    }

    @Test
    void aReleasedClaimIsNotAnInterruptionAndRemembersWhenToGoOn() {
        create(A, "k");
        journal.release(journal.claim(A, N1), Optional.of(T0.plusSeconds(9)));
        Journal.Claim next = journal.claim(A, N2);
        assertThat(next.interrupted()).isFalse();
        assertThat(next.wakeAt()).contains(T0.plusSeconds(9));
        journal.release(next, Optional.of(T0.plusSeconds(9)));
        journal.append(A, OptionalLong.empty(), 1, T0, List.of(new JournalEvent.CancelRequested("me", "now")));
        assertThat(journal.claim(A, N2).wakeAt()).as("news end the wait").isEmpty();
    }

    @Test
    void aNodeThatStartsAgainWasInterruptedUnlessItStoppedInGoodOrder() {
        create(A, "k");
        journal.release(journal.claim(A, N1), Optional.empty());
        journal.nodeStarted("n1");
        Journal.Claim afterCrash = journal.claim(A, N1);
        assertThat(afterCrash.interrupted()).isTrue();
        journal.release(afterCrash, Optional.empty());
        journal.nodeStopped("n1");
        journal.nodeStarted("n1");
        assertThat(journal.claim(A, N1).interrupted()).isFalse();
    }

    @Test
    void aClaimTellsWhetherTheSameProcessHadTheOneBefore() {
        create(A, "k");
        assertThat(journal.claim(A, N1).own()).isFalse();
        assertThat(journal.claim(A, N1).own())
                .as("its answer, or its release, was lost")
                .isTrue();
        Journal.Claim restarted = journal.claim(A, new Journal.Claimant("n1", "second life"));
        assertThat(restarted.own()).isFalse();
        assertThat(restarted.interrupted()).isTrue();
        assertThat(journal.claim(A, N2).own()).isFalse();
    }

    @Test
    void listsNewestFirstAndUnfinishedOnly() {
        create(A, "k1");
        create(B, "k2");
        end(A, Phase.COMPENSATED);
        assertThat(journal.unfinished()).extracting(Journal.Header::id).containsExactly(B);
        assertThat(journal.list(10)).extracting(Journal.Header::id).containsExactly(B, A);
        assertThat(journal.list(1)).hasSize(1);
    }

    @Test
    void keepsTheLatestProgress() {
        create(A, "k");
        assertThat(journal.progress(A)).isEmpty();
        Progress progress = new Progress("2.4", 5, 10, "bytes", "disk 1", T0);
        journal.saveProgress(A, progress);
        assertThat(journal.progress(A)).contains(progress);
    }
}
