package org.stretchdeploy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.stretchdeploy.ovf.DiskSection;
import org.stretchdeploy.ovf.Envelope;
import org.stretchdeploy.ovf.FileReference;
import org.stretchdeploy.ovf.NetworkSection;
import org.stretchdeploy.ovf.OperatingSystemSection;
import org.stretchdeploy.ovf.OvfWriter;
import org.stretchdeploy.ovf.VirtualHardwareSection;
import org.stretchdeploy.ovf.VirtualSystem;
import org.stretchdeploy.ovf.pack.PackagePolicy;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.Tag;

/** Whatever breaks and however often the node restarts, the target ends with the source's bytes. */
class MoveLawsTest {
    private static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Property(tries = 20)
    void theBytesArrive(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 60_000) int size,
            @ForAll @IntRange(min = 3000, max = 30_000) int breakAfter)
            throws Exception {
        Path root = Files.createTempDirectory("move-laws");
        Random random = new Random(seed);
        FakeCloud source = source(random, size);
        source.breakAfter = breakAfter;
        source.beforeRead = crashing(random);
        FakeCloud target = new FakeCloud();
        target.beforePut = crashing(random);
        target.requestLost = sometimes(random);
        target.replyLost = sometimes(random);
        target.lossCategory =
                random.nextBoolean() ? CloudException.Category.TRANSIENT : CloudException.Category.EXTERNAL;
        Staging staging = new Staging(root, 1L << 30, 0);

        untilDone(() -> mover(staging).publish(source, FakeCloud.TEMPLATE, "p", MoveListener.NONE));
        untilDone(() -> mover(staging)
                .transfer("p", target, FakeCloud.CATALOG, "n", true, new Tag("o", "p"), MoveListener.NONE));

        assertThat(target.received("disk")).isEqualTo(source.files.get("disk"));
        staging.discard("p");
        assertThat(staging.usedBytes()).isZero();
        Files.delete(root);
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    /** Restarts after every crash: only the disk and the clouds remember. */
    private static void untilDone(Work work) throws InterruptedException {
        for (int tries = 0; tries < 200; tries++) {
            try {
                work.run();
                return;
            } catch (Crash e) {
                continue;
            }
        }
        throw new AssertionError("never done");
    }

    private static PackageMover mover(Staging staging) {
        MoveOptions options = new MoveOptions(4096, 50, Duration.ofMillis(1), Duration.ofSeconds(1));
        return new PackageMover(
                staging, Optional.empty(), PackagePolicy.DEFAULT, options, time -> {}, System::nanoTime);
    }

    private static Runnable crashing(Random random) {
        return () -> {
            if (random.nextInt(6) == 0) {
                throw new Crash();
            }
        };
    }

    private static IntPredicate sometimes(Random random) {
        Set<Integer> lost = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            if (random.nextInt(5) == 0) {
                lost.add(i);
            }
        }
        return lost::contains;
    }

    private static FakeCloud source(Random random, int size) throws IOException {
        FakeCloud source = new FakeCloud();
        byte[] contents = new byte[size];
        random.nextBytes(contents);
        source.files.put("disk", contents);
        VirtualSystem system = VirtualSystem.of(
                "web", OperatingSystemSection.linux64(), VirtualHardwareSection.of("web", "vmx-14", List.of()));
        source.descriptor = OvfWriter.write(Envelope.of(
                List.of(FileReference.of("f", "disk", size)),
                DiskSection.of(List.of()),
                NetworkSection.of(List.of()),
                system));
        return source;
    }
}
