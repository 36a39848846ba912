package org.stretchdeploy.stretch.internal.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.catalog.MoveListener;
import org.stretchdeploy.catalog.MoveOptions;
import org.stretchdeploy.catalog.MoveProgress;
import org.stretchdeploy.catalog.PackageMoveException;
import org.stretchdeploy.catalog.PackageMover;
import org.stretchdeploy.catalog.Staging;
import org.stretchdeploy.ovf.pack.PackagePolicy;
import org.stretchdeploy.ovf.pack.SigningKey;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;

/** The staging area on disk; moves run on threads of their own, so that no step of the workflow waits for a disk. */
public final class CatalogPackages implements PackageNode, AutoCloseable {
    private static final int MOVES_AT_ONCE = 4;
    private static final Logger LOG = LoggerFactory.getLogger(CatalogPackages.class);

    /** Steps ask several times a second; a node that lost the operation to another one does so no more. */
    private static final Duration UNASKED = Duration.ofSeconds(6);

    /** What the journal and the logs of this node need is left to them: a tenth of the disk, of a large one this. */
    private static final long MOST_RESERVED = 1L << 30;

    private final Staging staging;
    private final PackageMover mover;
    private final ExecutorService threads;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(CatalogPackages::daemon);
    private final Map<String, Move> moves = new ConcurrentHashMap<>();

    private static final class Move implements MoveListener {
        private volatile Future<Optional<ObjectId>> future;
        private volatile MoveProgress last;
        private volatile long askedAt = System.nanoTime();

        @Override
        public void progress(MoveProgress progress) {
            last = progress;
        }
    }

    private CatalogPackages(Staging staging, PackageMover mover) {
        this.staging = staging;
        this.mover = mover;
        this.threads = Executors.newFixedThreadPool(MOVES_AT_ONCE, CatalogPackages::daemon);
        watch.scheduleWithFixedDelay(this::stopForgotten, 1, 1, TimeUnit.SECONDS);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "stretch-package");
        thread.setDaemon(true);
        return thread;
    }

    /** A move that no step asks for any more has gone to another node, or its operation goes back. */
    private void stopForgotten() {
        moves.forEach((key, move) -> {
            boolean forgotten = System.nanoTime() - move.askedAt > UNASKED.toNanos();
            if (forgotten && !move.future.isDone() && moves.remove(key, move)) {
                move.future.cancel(true);
                LOG.info("event=move-stopped move=\"{}\" reason=\"no step asks for it\"", key);
            }
        });
    }

    /**
     * Deletes what lies here of operations that ended while this node was away, or elsewhere.
     *
     * @param over whether the package of that id is not needed any more
     */
    public void sweep(Predicate<String> over) {
        staging.packages().stream().filter(over).forEach(this::discard);
    }

    /** A staging area that trusts only packages that this deployment has signed. */
    public static CatalogPackages in(Path folder, long quotaBytes, SigningKey signer) {
        PrivateFolders.make(folder);
        Staging staging = new Staging(folder, quotaBytes, reserve(folder));
        PackageMover mover = new PackageMover(
                staging,
                Optional.of(signer),
                PackagePolicy.DEFAULT,
                MoveOptions.DEFAULT,
                CatalogPackages::await,
                System::nanoTime);
        return new CatalogPackages(staging, mover);
    }

    private static long reserve(Path folder) {
        try {
            return Math.min(MOST_RESERVED, Files.getFileStore(folder).getTotalSpace() / 10);
        } catch (IOException e) {
            throw new UncheckedIOException("The staging folder cannot be looked at: " + e.getMessage(), e);
        }
    }

    private static void await(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }

    @Override
    public boolean publish(String packageId, Cloud source, ObjectId template, Progress progress) {
        return run("publish " + packageId, progress, move -> () -> {
                    mover.publish(source, template, packageId, move);
                    return Optional.of(template);
                })
                .isPresent();
    }

    @Override
    public Optional<ObjectId> transfer(
            String packageId, Cloud target, ObjectId catalog, String name, Tag tag, Progress progress) {
        return run(
                "transfer " + packageId,
                progress,
                move -> () -> Optional.of(mover.transfer(packageId, target, catalog, name, true, tag, move)));
    }

    private interface Work {
        Callable<Optional<ObjectId>> with(Move move);
    }

    private Optional<ObjectId> run(String key, Progress progress, Work work) {
        Move move = moves.computeIfAbsent(key, k -> {
            Move fresh = new Move();
            fresh.future = threads.submit(work.with(fresh));
            return fresh;
        });
        move.askedAt = System.nanoTime();
        MoveProgress last = move.last;
        if (last != null) {
            progress.at(last.bytesDone(), last.bytesTotal().orElse(0), words(last));
        }
        if (!move.future.isDone()) {
            return Optional.empty();
        }
        moves.remove(key, move);
        return result(move.future);
    }

    private static String words(MoveProgress progress) {
        return progress.phase().name().toLowerCase(java.util.Locale.ROOT) + " " + progress.fileName();
    }

    private static Optional<ObjectId> result(Future<Optional<ObjectId>> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PackageMoveException problem) {
                throw new CloudException(
                        problem.problem()
                                .name()
                                .toLowerCase(java.util.Locale.ROOT)
                                .replace('_', '-'),
                        problem.retryable() ? CloudException.Category.TRANSIENT : CloudException.Category.USER,
                        problem.getMessage(),
                        Optional.empty(),
                        problem);
            }
            if (e.getCause() instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public void discard(String packageId) {
        for (String word : new String[] {"publish ", "transfer "}) {
            Optional.ofNullable(moves.remove(word + packageId)).ifPresent(move -> move.future.cancel(true));
        }
        try {
            mover.discard(packageId);
        } catch (PackageMoveException e) {
            throw new CloudException(
                    "staging-busy", CloudException.Category.TRANSIENT, e.getMessage(), Optional.empty(), e);
        }
    }

    @Override
    public long freeBytes() {
        return staging.freeBytes();
    }

    /** Stops all moves; they go on after a restart. */
    @Override
    public void close() {
        watch.shutdownNow();
        threads.shutdownNow();
    }
}
