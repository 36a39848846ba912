package org.stretchdeploy.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stretchdeploy.ovf.Disk;
import org.stretchdeploy.ovf.DiskSection;
import org.stretchdeploy.ovf.Envelope;
import org.stretchdeploy.ovf.FileReference;
import org.stretchdeploy.ovf.HardwareItem;
import org.stretchdeploy.ovf.NetworkSection;
import org.stretchdeploy.ovf.OperatingSystemSection;
import org.stretchdeploy.ovf.OvfReader;
import org.stretchdeploy.ovf.OvfWriter;
import org.stretchdeploy.ovf.VirtualHardwareSection;
import org.stretchdeploy.ovf.VirtualSystem;
import org.stretchdeploy.ovf.pack.Digest;
import org.stretchdeploy.ovf.pack.DigestAlgorithm;
import org.stretchdeploy.ovf.pack.FolderPackage;
import org.stretchdeploy.ovf.pack.PackagePolicy;
import org.stretchdeploy.ovf.pack.SigningKey;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;

class PackageMoverTest {
    private static final Tag TAG = new Tag("op1", "upload");
    private static final int CHUNK = 4096;

    @TempDir
    Path root;

    private final FakeCloud source = new FakeCloud();
    private final FakeCloud target = new FakeCloud();
    private final List<Duration> waits = new ArrayList<>();
    private final List<MoveProgress> heard = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong();
    private Staging staging;
    private Optional<SigningKey> key = Optional.empty();

    @BeforeEach
    void aTemplateWithTwoDisks() {
        staging = new Staging(root.resolve("staging"), 1L << 30, 0);
        describe(true, "one.vmdk", noise(1, 50_000), "two.vmdk", noise(2, 10_000));
    }

    @Test
    void aPackageArrivesWholeAndVerified() throws Exception {
        StagedPackage staged = publish();
        FolderPackage.verify(staged.folder(), staged.descriptorName(), PackagePolicy.DEFAULT);
        assertThat(staged.totalBytes()).isEqualTo(60_000);

        transfer();

        arrived();
        assertThat(target.receivedDescriptor)
                .hasValueSatisfying(d -> assertThat(d).isEqualTo(source.descriptor));
        assertThat(new String(target.received("descriptor.mf"), StandardCharsets.UTF_8))
                .contains("SHA256(one.vmdk)= ");
        mover().discard("p1");
        assertThat(staging.packages()).isEmpty();
        assertThat(staging.usedBytes()).isZero();
    }

    @Test
    void progressCountsEveryByteOnceInEachPhase() throws Exception {
        publish();
        transfer();
        for (MoveProgress.Phase phase : List.of(MoveProgress.Phase.DOWNLOAD, MoveProgress.Phase.UPLOAD)) {
            List<MoveProgress> of =
                    heard.stream().filter(p -> p.phase() == phase).toList();
            assertThat(of).extracting(MoveProgress::bytesDone).isSorted();
            assertThat(of.get(of.size() - 1).bytesDone()).isEqualTo(60_000);
            assertThat(of.get(of.size() - 1).bytesTotal()).isEqualTo(OptionalLong.of(60_000));
            assertThat(of.get(of.size() - 1).bytesPerSecond()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 999, 1000, 4096, 5000, 20_000})
    void aDownloadThatKeepsBreakingGoesOnWhereItStopped(int breakAfter) throws Exception {
        describe(true, "one.vmdk", noise(1, Math.min(50_000, breakAfter * 40)));
        source.breakAfter = breakAfter;
        publish();
        assertThat(source.readOffsets).isSorted();
        source.readOffsets.forEach(o -> assertThat(o % breakAfter).isZero());
        transfer();
        arrived();
    }

    @Test
    void aSourceThatGivesNothingMoreIsReportedAndLaterGoesOn() throws Exception {
        source.breakAfter = 0;
        assertThat(problem(this::publish)).isEqualTo(MoveProblem.SOURCE_STALLED);
        assertThat(waits).hasSize(MoveOptions.DEFAULT.attempts() - 1).isSorted();
        source.breakAfter = Integer.MAX_VALUE;
        publish();
    }

    @Test
    void aRestartGoesOnFromTheJournal() throws Exception {
        AtomicLong reads = new AtomicLong();
        source.breakAfter = 9000;
        source.beforeRead = () -> {
            if (reads.incrementAndGet() == 4) {
                throw new IllegalStateException("crash");
            }
        };
        assertThatThrownBy(this::publish).hasMessage("crash");
        source.beforeRead = () -> {};
        source.breakAfter = Integer.MAX_VALUE;
        source.readOffsets.clear();
        publish();
        assertThat(source.readOffsets.get(0)).isEqualTo(27_000);
        transfer();
        arrived();
    }

    @Test
    void aChunkThatRottedOnDiskIsCopiedAnewAndWhatIsBeforeItStays() throws Exception {
        StagedPackage staged = publish();
        flip(staged.folder().resolve("one.vmdk"), 3 * CHUNK + 7);
        source.readOffsets.clear();
        publish();
        assertThat(source.readOffsets).containsExactly(3L * CHUNK);
        transfer();
        arrived();
    }

    @Test
    void aTornJournalLineDoesNotCount() throws Exception {
        publish();
        Path journal = root.resolve("staging/p1/journal");
        byte[] bytes = Files.readAllBytes(journal);
        for (int cut : new int[] {bytes.length - 10, bytes.length / 2, 20, 0}) {
            Files.write(journal, Arrays.copyOf(bytes, cut));
            publish();
            FolderPackage.verify(root.resolve("staging/p1/package"), "descriptor.ovf", PackagePolicy.DEFAULT);
        }
    }

    @Test
    void anotherExportUnderTheSameNameBeginsAnew() throws Exception {
        publish();
        source.files.clear();
        describe(true, "three.vmdk", noise(3, 9_000));
        StagedPackage staged = publish();
        assertThat(staged.files()).hasSize(1);
        FolderPackage.verify(staged.folder(), staged.descriptorName(), PackagePolicy.DEFAULT);
    }

    @Test
    void sizesThatTheDescriptorDoesNotTellAreFilledIn() throws Exception {
        describe(false, "one.vmdk", noise(1, 50_000));
        publish();
        transfer();
        Envelope given = new OvfReader().read(target.receivedDescriptor.orElseThrow());
        assertThat(given.references().get(0).size()).hasValue(50_000);
        arrived();
    }

    @Test
    void theSourcesManifestIsHeldAgainstWhatArrives() throws Exception {
        source.manifest = Optional.of(("SHA1(one.vmdk)= "
                        + Digest.over(DigestAlgorithm.SHA1, source.files.get("one.vmdk"))
                                .hex()
                        + "\nSHA256(two.vmdk)= " + "0".repeat(64) + "\n")
                .getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(this::publish).hasMessageContaining("two.vmdk").hasMessageContaining("manifest");
    }

    @Test
    void moreBytesThanTheDescriptorSaysAreRefused() {
        source.files.put("one.vmdk", noise(1, 50_001));
        assertThat(problem(this::publish)).isEqualTo(MoveProblem.BAD_PACKAGE);
    }

    @Test
    void roomIsCheckedBeforeTheFirstByte() {
        staging = new Staging(root.resolve("staging"), 10_000, 0);
        assertThat(problem(this::publish)).isEqualTo(MoveProblem.STAGING_QUOTA);
        staging = new Staging(root.resolve("staging"), Long.MAX_VALUE / 2, 1L << 60);
        assertThat(problem(this::publish)).isEqualTo(MoveProblem.NO_SPACE);
        assertThat(source.readOffsets).isEmpty();
    }

    @Test
    void aHostileDescriptorWritesNothing() {
        source.descriptor = new String(source.descriptor, StandardCharsets.UTF_8)
                .replace("one.vmdk", "../../one.vmdk")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(problem(this::publish)).isEqualTo(MoveProblem.BAD_PACKAGE);
        assertThat(staging.packages()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = CloudException.Category.class,
            names = {"TRANSIENT", "EXTERNAL"})
    void lostRequestsAndRepliesDoNotHarmAnUpload(CloudException.Category category) throws Exception {
        publish();
        target.lossCategory = category;
        target.requestLost = n -> n % 5 == 2;
        target.replyLost = n -> n % 5 == 4;
        transfer();
        arrived();
    }

    @Test
    void anUploadThatWasCutOffGoesOnWhereTheCloudStands() throws Exception {
        publish();
        AtomicLong puts = new AtomicLong();
        target.beforePut = () -> {
            if (puts.incrementAndGet() == 6) {
                throw new IllegalStateException("crash");
            }
        };
        assertThatThrownBy(this::transfer).hasMessage("crash");
        target.beforePut = () -> {};
        // the cloud has kept an odd part of a piece
        target.received
                .get("one.vmdk")
                .write(
                        source.files.get("one.vmdk"),
                        target.received.get("one.vmdk").size(),
                        123);
        transfer();
        arrived();
    }

    @Test
    void theReplyToTheVeryLastPieceMayBeLostToo() throws Exception {
        describe(true, "one.vmdk", noise(1, 2 * CHUNK));
        publish();
        target.forgetsFilesWhenComplete = true;
        target.replyLost = n -> n == 2;
        mover().transfer("p1", target, FakeCloud.CATALOG, "web", false, TAG, heard::add);
        arrived();
        assertThat(target.puts).isEqualTo(2);
    }

    @Test
    void aTargetThatTakesNothingMoreIsReported() throws Exception {
        publish();
        target.requestLost = n -> n > 3;
        assertThat(problem(this::transfer)).isEqualTo(MoveProblem.TARGET_STALLED);
    }

    @Test
    void aTargetThatGivesUpIsReportedWithItsReason() throws Exception {
        publish();
        target.failure = Optional.of("no room in the datastore");
        assertThatThrownBy(this::transfer).hasMessageContaining("no room in the datastore");
    }

    @Test
    void aWrongPasswordIsNotTriedAgain() throws Exception {
        publish();
        target.lossCategory = CloudException.Category.DENIED;
        target.requestLost = n -> true;
        assertThatThrownBy(this::transfer).isInstanceOf(CloudException.class);
        assertThat(waits).isEmpty();
    }

    @Test
    void aTargetWithoutPiecesGetsWholeFilesOrARefusal() throws Exception {
        publish();
        target.capabilities = Set.of();
        assertThat(problem(this::transfer)).isEqualTo(MoveProblem.UNSUPPORTED);
    }

    @Test
    void aPackageThatWasTouchedInStagingIsNotGivenAway() throws Exception {
        StagedPackage staged = publish();
        flip(staged.folder().resolve("two.vmdk"), 5);
        assertThat(problem(this::transfer)).isEqualTo(MoveProblem.BAD_PACKAGE);
        assertThat(target.uploadsBegun).isZero();
    }

    @Test
    void anIncompletePackageIsNotGivenAway() {
        assertThat(problem(this::transfer)).isEqualTo(MoveProblem.NOT_STAGED);
    }

    @Test
    void interruptingStopsAtTheNextChunk() {
        AtomicLong reads = new AtomicLong();
        source.breakAfter = 5000;
        source.beforeRead = () -> {
            if (reads.incrementAndGet() == 3) {
                Thread.currentThread().interrupt();
            }
        };
        assertThatThrownBy(this::publish).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(reads).hasValue(3);
    }

    @Test
    void interruptingStopsAnUploadToo() throws Exception {
        publish();
        AtomicLong puts = new AtomicLong();
        target.beforePut = () -> {
            puts.incrementAndGet();
            Thread.currentThread().interrupt();
        };
        assertThatThrownBy(this::transfer).isInstanceOf(InterruptedException.class);
        assertThat(puts).hasValue(1);
        target.beforePut = () -> {};
        transfer();
        arrived();
    }

    @Test
    void aFileOfThePackageMayNotTakeTheDescriptorsName() {
        describe(true, "descriptor.ovf", noise(1, 100));
        assertThat(problem(this::publish)).isEqualTo(MoveProblem.BAD_PACKAGE);
    }

    @Test
    void aSealedFolderCanBeGivenToACloudWithoutStaging() throws Exception {
        StagedPackage staged = publish();
        mover().transferFolder(
                        staged.folder(),
                        staged.descriptorName(),
                        target,
                        FakeCloud.CATALOG,
                        "appliance",
                        false,
                        TAG,
                        heard::add);
        arrived();
        assertThat(target.received).doesNotContainKey("descriptor.mf");
    }

    @Test
    void aNodeWithAKeyGivesAwayOnlyWhatItsAuthorityHasSigned() throws Exception {
        TestAuthority authority = new TestAuthority();
        key = Optional.of(authority.newSigner());
        StagedPackage staged = publish();
        assertThat(staged.folder().resolve("descriptor.cert")).isNotEmptyFile();
        key = Optional.of(authority.newSigner());
        transfer();
        arrived();
        key = Optional.of(new TestAuthority().newSigner());
        assertThat(problem(this::transfer)).isEqualTo(MoveProblem.BAD_PACKAGE);
        Files.delete(staged.folder().resolve("descriptor.cert"));
        assertThat(problem(this::transfer)).isEqualTo(MoveProblem.BAD_PACKAGE);
    }

    @Test
    void onePackageIsMovedByOneThreadAtATime() throws Exception {
        source.beforeRead = () -> assertThat(problem(this::publish)).isEqualTo(MoveProblem.BUSY);
        publish();
    }

    private StagedPackage publish() throws InterruptedException {
        return mover().publish(source, FakeCloud.TEMPLATE, "p1", heard::add);
    }

    private ObjectId transfer() throws InterruptedException {
        return mover().transfer("p1", target, FakeCloud.CATALOG, "web", true, TAG, heard::add);
    }

    private PackageMover mover() {
        return new PackageMover(
                staging,
                key,
                PackagePolicy.DEFAULT,
                MoveOptions.DEFAULT.withChunkBytes(CHUNK),
                waits::add,
                () -> clock.addAndGet(1_000_000));
    }

    private void arrived() {
        source.files.forEach((name, bytes) -> assertThat(target.received(name)).isEqualTo(bytes));
    }

    private interface Work {
        void run() throws Exception;
    }

    private static MoveProblem problem(Work work) {
        PackageMoveException thrown = catchThrowableOfType(PackageMoveException.class, work::run);
        assertThat(thrown).isNotNull();
        assertThat(thrown).hasMessageEndingWith(".");
        return thrown.problem();
    }

    private void describe(boolean withSizes, Object... namesAndContents) {
        source.files.clear();
        List<FileReference> files = new ArrayList<>();
        List<Disk> disks = new ArrayList<>();
        for (int i = 0; i < namesAndContents.length; i += 2) {
            String name = (String) namesAndContents[i];
            byte[] contents = (byte[]) namesAndContents[i + 1];
            source.files.put(name, contents);
            files.add(new FileReference(
                    "f" + i,
                    name,
                    withSizes ? OptionalLong.of(contents.length) : OptionalLong.empty(),
                    Optional.empty(),
                    OptionalLong.empty()));
            disks.add(Disk.of("d" + i, 1 << 20, "f" + i));
        }
        VirtualSystem system = VirtualSystem.of(
                "web",
                OperatingSystemSection.linux64(),
                VirtualHardwareSection.of("web", "vmx-14", List.of(HardwareItem.cpus(1, 1))));
        source.descriptor =
                OvfWriter.write(Envelope.of(files, DiskSection.of(disks), NetworkSection.of(List.of()), system));
    }

    private static byte[] noise(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 1;
        Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
    }
}
