package org.stretchdeploy.ovf.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;

/** Archives made to harm. The parts are those of a sound package, so that only the one fault can be the reason. */
class HostileArchiveTest {
    private static final byte[] X = {'x'};

    @TempDir
    Path folder;

    private byte[] descriptor;
    private byte[] manifest;
    private byte[] disk0;
    private byte[] disk1;

    @BeforeEach
    void aSoundPackage() throws IOException {
        Packages.write(folder, 2, Optional.empty());
        descriptor = Files.readAllBytes(folder.resolve("web.ovf"));
        manifest = Files.readAllBytes(folder.resolve("web.mf"));
        disk0 = Files.readAllBytes(folder.resolve("disk0.vmdk"));
        disk1 = Files.readAllBytes(folder.resolve("disk1.vmdk"));
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault("parent folder", OvfProblem.UNSAFE_NAME, t -> t.file("../disk0.vmdk", X)),
                fault("absolute path", OvfProblem.UNSAFE_NAME, t -> t.file("/etc/cron.d/x", X)),
                fault("folder in the name", OvfProblem.UNSAFE_NAME, t -> t.file("a/disk0.vmdk", X)),
                fault("dot folder", OvfProblem.UNSAFE_NAME, t -> t.file("./disk0.vmdk", X)),
                fault("drive letter", OvfProblem.UNSAFE_NAME, t -> t.file("C:disk0.vmdk", X)),
                fault("backslash", OvfProblem.UNSAFE_NAME, t -> t.file("..\\disk0.vmdk", X)),
                fault("empty name", OvfProblem.UNSAFE_NAME, t -> t.file("", X)),
                fault("path in an extended header", OvfProblem.UNSAFE_NAME, t -> t.pax("path=../../x")
                        .file("disk0.vmdk", X)),
                fault("path in a long name", OvfProblem.UNSAFE_NAME, t -> t.entry(
                                "././@LongLink", 'L', 5, "../x\0".getBytes(StandardCharsets.UTF_8))
                        .file("disk0.vmdk", X)),
                fault("symbolic link", OvfProblem.BAD_ARCHIVE, t -> t.entry("disk0.vmdk", '2', 0, new byte[0])),
                fault("hard link", OvfProblem.BAD_ARCHIVE, t -> t.entry("disk0.vmdk", '1', 0, new byte[0])),
                fault("character device", OvfProblem.BAD_ARCHIVE, t -> t.entry("disk0.vmdk", '3', 0, new byte[0])),
                fault("block device", OvfProblem.BAD_ARCHIVE, t -> t.entry("disk0.vmdk", '4', 0, new byte[0])),
                fault("folder", OvfProblem.BAD_ARCHIVE, t -> t.entry("disks", '5', 0, new byte[0])),
                fault("pipe", OvfProblem.BAD_ARCHIVE, t -> t.entry("disk0.vmdk", '6', 0, new byte[0])),
                fault("GNU sparse file", OvfProblem.BAD_ARCHIVE, t -> t.entry("disk0.vmdk", 'S', 1, X)),
                fault("unknown kind", OvfProblem.BAD_ARCHIVE, t -> t.entry("disk0.vmdk", 'Z', 1, X)),
                fault("pax sparse file", OvfProblem.BAD_ARCHIVE, t -> t.pax("GNU.sparse.realsize=1099511627776")
                        .file("disk0.vmdk", X)),
                fault("pax link", OvfProblem.BAD_ARCHIVE, t -> t.pax("linkpath=/etc/passwd")
                        .file("disk0.vmdk", X)),
                fault("pax size that is no number", OvfProblem.BAD_ARCHIVE, t -> t.pax("size=-1")
                        .file("disk0.vmdk", X)),
                fault("pax record that is too long", OvfProblem.BAD_ARCHIVE, t -> t.entry(
                                "pax", 'x', 9, "999 a=bcd".getBytes(StandardCharsets.UTF_8))
                        .file("disk0.vmdk", X)),
                fault("huge header", OvfProblem.TOO_LARGE, t -> t.entry("pax", 'x', 07777777777L, X)),
                fault("size larger than any disk", OvfProblem.BAD_ARCHIVE, t -> {
                    byte[] header = new byte[512];
                    System.arraycopy("disk0.vmdk".getBytes(StandardCharsets.UTF_8), 0, header, 0, 10);
                    Arrays.fill(header, 124, 136, (byte) 0xff);
                    t.sealed(header, new byte[0]);
                }),
                fault("size that is not the descriptor's", OvfProblem.SIZE_MISMATCH, t -> t.file("disk0.vmdk", X)),
                fault("unlisted file", OvfProblem.UNLISTED_FILE, t -> t.file("evil.sh", X)),
                fault("second descriptor", OvfProblem.UNLISTED_FILE, t -> t.file("web.ovf", X)),
                fault("wrong checksum", OvfProblem.BAD_ARCHIVE, t -> t.raw(new byte[511])
                        .raw(X)),
                fault(
                        "noise",
                        OvfProblem.BAD_ARCHIVE,
                        t -> t.raw("y".repeat(100).getBytes(StandardCharsets.UTF_8))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void isRefused(String what, OvfProblem problem, Consumer<TarBuilder> fault) {
        TarBuilder tar = new TarBuilder().file("web.ovf", descriptor).file("web.mf", manifest);
        fault.accept(tar);
        assertThat(problemOf(tar.end())).isEqualTo(problem);
    }

    @Test
    void theSoundPartsAreAccepted() throws IOException {
        OvaReader.read(new ByteArrayInputStream(sound().end()), FileSink.discard(), PackagePolicy.DEFAULT);
        byte[] manifestLast = new TarBuilder()
                .file("web.ovf", descriptor)
                .file("disk0.vmdk", disk0)
                .file("disk1.vmdk", disk1)
                .file("web.mf", manifest)
                .end();
        OvaReader.read(new ByteArrayInputStream(manifestLast), FileSink.discard(), PackagePolicy.DEFAULT);
    }

    @Test
    void wrongOrderIsRefused() {
        assertThat(problemOf(new TarBuilder()
                        .file("web.mf", manifest)
                        .file("web.ovf", descriptor)
                        .end()))
                .isEqualTo(OvfProblem.WRONG_ORDER);
        assertThat(problemOf(new TarBuilder()
                        .file("web.ovf", descriptor)
                        .file("disk1.vmdk", disk1)
                        .end()))
                .isEqualTo(OvfProblem.WRONG_ORDER);
        assertThat(problemOf(new TarBuilder()
                        .file("web.ovf", descriptor)
                        .file("disk0.vmdk", disk0)
                        .file("web.mf", manifest)
                        .file("disk1.vmdk", disk1)
                        .end()))
                .isEqualTo(OvfProblem.WRONG_ORDER);
        assertThat(problemOf(sound().file("disk1.vmdk", disk1).end())).isEqualTo(OvfProblem.WRONG_ORDER);
        assertThat(problemOf(new TarBuilder()
                        .file("web.ovf", descriptor)
                        .file("web.cert", X)
                        .end()))
                .isEqualTo(OvfProblem.WRONG_ORDER);
    }

    @Test
    void missingFilesAndBrokenEndsAreRefused() {
        assertThat(problemOf(new TarBuilder().end())).isEqualTo(OvfProblem.BAD_ARCHIVE);
        assertThat(problemOf(new byte[0])).isEqualTo(OvfProblem.BAD_ARCHIVE);
        assertThat(problemOf(sound().open())).isEqualTo(OvfProblem.BAD_ARCHIVE);
        assertThat(problemOf(new TarBuilder().raw(sound().end()).raw(X).open())).isEqualTo(OvfProblem.BAD_ARCHIVE);
        assertThat(problemOf(new TarBuilder()
                        .file("web.ovf", descriptor)
                        .file("web.mf", manifest)
                        .file("disk0.vmdk", disk0)
                        .end()))
                .isEqualTo(OvfProblem.MISSING_FILE);
    }

    @Test
    void aMillionEntriesAreRefusedEarly() {
        byte[] entry = new TarBuilder().pax("comment=x").open();
        EndlessInput endless = new EndlessInput(entry);
        InputStream head = new ByteArrayInputStream(new TarBuilder()
                .file("web.ovf", descriptor)
                .file("web.mf", manifest)
                .open());
        OvfException refused = catchThrowableOfType(
                OvfException.class,
                () -> OvaReader.read(
                        new SequenceInputStream(head, endless), FileSink.discard(), PackagePolicy.DEFAULT));
        assertThat(refused.problem()).isEqualTo(OvfProblem.TOO_LARGE);
        assertThat(endless.given).isLessThan(4 << 20);
    }

    @Test
    void aPackageOverTheBoundIsRefusedBeforeItIsRead() {
        OvfException refused = catchThrowableOfType(
                OvfException.class,
                () -> OvaReader.read(
                        new ByteArrayInputStream(sound().end()),
                        (name, size) -> {
                            if (name.equals("disk1.vmdk")) {
                                throw new AssertionError("must not be opened");
                            }
                            return OutputStream.nullOutputStream();
                        },
                        PackagePolicy.DEFAULT.withBounds(10, 1 << 30, disk0.length + 10)));
        assertThat(refused.problem()).isEqualTo(OvfProblem.TOO_LARGE);
    }

    @Test
    void aFileIsNeverOverwritten() throws IOException {
        Path other = Files.createDirectory(folder.resolve("out"));
        Files.writeString(other.resolve("disk0.vmdk"), "mine");
        assertThat(catchThrowableOfType(
                        IOException.class,
                        () -> OvaReader.read(
                                new ByteArrayInputStream(sound().end()),
                                FileSink.toFolder(other),
                                PackagePolicy.DEFAULT)))
                .isNotNull();
        assertThat(other.resolve("disk0.vmdk")).hasContent("mine");
    }

    @Property(tries = 300)
    void noiseNeverDoesAnythingButFailCleanly(@ForAll byte[] noise) {
        assertThat(problemOf(noise)).isNotNull();
    }

    private TarBuilder sound() {
        return new TarBuilder()
                .file("web.ovf", descriptor)
                .file("web.mf", manifest)
                .file("disk0.vmdk", disk0)
                .file("disk1.vmdk", disk1);
    }

    private static OvfProblem problemOf(byte[] archive) {
        OvfException refused = catchThrowableOfType(
                OvfException.class,
                () -> OvaReader.read(new ByteArrayInputStream(archive), FileSink.discard(), PackagePolicy.DEFAULT));
        assertThat(refused).as("must be refused").isNotNull();
        return refused.problem();
    }

    private static Arguments fault(String what, OvfProblem problem, Consumer<TarBuilder> fault) {
        return Arguments.of(what, problem, fault);
    }

    /** The same bytes over and over. */
    private static final class EndlessInput extends InputStream {
        private final byte[] piece;
        private int given;

        EndlessInput(byte[] piece) {
            this.piece = piece;
        }

        @Override
        public int read() {
            return piece[given++ % piece.length] & 0xff;
        }
    }
}
