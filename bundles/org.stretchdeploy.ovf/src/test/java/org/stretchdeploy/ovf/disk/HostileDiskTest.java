package org.stretchdeploy.ovf.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;

/** Disks that were damaged, and disks made to harm. */
class HostileDiskTest {
    private static final byte[] RAW = Disks.mixed(11, 20 * Disks.GRAIN);
    private static final byte[] GOOD = good();
    /** Where the first grain's marker stands. */
    private static final int FIRST_GRAIN = 128 * 512;

    @Property(tries = 600)
    void aChangedByteIsNoticedOrDoesNotMatter(
            @ForAll @IntRange(max = 1 << 20) int place, @ForAll @IntRange(min = 1, max = 255) int change)
            throws IOException {
        byte[] touched = GOOD.clone();
        touched[place % GOOD.length] ^= (byte) change;
        try {
            assertThat(Disks.raw(touched)).isEqualTo(RAW);
        } catch (OvfException e) {
            assertThat(e).hasMessageEndingWith(".");
        }
    }

    @Property(tries = 400)
    void aDiskThatIsCutOffIsRefused(@ForAll @IntRange(max = 1 << 20) int length) {
        assertThat(problemOf(Arrays.copyOf(GOOD, length % GOOD.length))).isNotNull();
    }

    @Property(tries = 200)
    void noiseIsRefused(@ForAll byte[] noise) {
        assertThat(problemOf(noise)).isEqualTo(OvfProblem.UNSUPPORTED);
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                lie("magic", OvfProblem.UNSUPPORTED, b -> b.putInt(0, 0x44574f43)),
                lie("version", OvfProblem.UNSUPPORTED, b -> b.putInt(4, 4)),
                lie("no compression", OvfProblem.UNSUPPORTED, b -> b.putInt(8, 3)
                        .putShort(77, (short) 0)),
                lie("line ends", OvfProblem.BAD_DISK, b -> b.put(75, (byte) '\n')),
                lie("capacity over 64 TiB", OvfProblem.BAD_DISK, b -> b.putLong(12, 1L << 40)),
                lie("negative capacity", OvfProblem.BAD_DISK, b -> b.putLong(12, -1)),
                lie("grain size", OvfProblem.BAD_DISK, b -> b.putLong(20, 100)),
                lie("grain size zero", OvfProblem.BAD_DISK, b -> b.putLong(20, 0)),
                lie("table entries", OvfProblem.BAD_DISK, b -> b.putInt(44, 1 << 30)),
                lie("descriptor size", OvfProblem.BAD_DISK, b -> b.putLong(36, 1L << 40)),
                lie("overhead", OvfProblem.BAD_DISK, b -> b.putLong(64, 1L << 50)),
                lie("overhead before the descriptor", OvfProblem.BAD_DISK, b -> b.putLong(64, 2)),
                lie("grain outside the disk", OvfProblem.BAD_DISK, b -> b.putLong(FIRST_GRAIN, 1 << 20)),
                lie("grain at a negative place", OvfProblem.BAD_DISK, b -> b.putLong(FIRST_GRAIN, -128)),
                lie("grain between grains", OvfProblem.BAD_DISK, b -> b.putLong(FIRST_GRAIN, 1)),
                lie("grain of huge size", OvfProblem.BAD_DISK, b -> b.putInt(FIRST_GRAIN + 8, Integer.MAX_VALUE)),
                lie("grain of negative size", OvfProblem.BAD_DISK, b -> b.putInt(FIRST_GRAIN + 8, -5)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void aLieIsRefused(String what, OvfProblem problem, Consumer<ByteBuffer> lie) {
        byte[] touched = GOOD.clone();
        lie.accept(ByteBuffer.wrap(touched).order(ByteOrder.LITTLE_ENDIAN));
        assertThat(problemOf(touched)).isEqualTo(problem);
    }

    @Test
    void aGrainThatInflatesBeyondItsSizeIsRefused() {
        byte[] bomb = GOOD.clone();
        Deflater deflater = new Deflater(9);
        deflater.setInput(new byte[8 << 20]);
        deflater.finish();
        byte[] compressed = new byte[65_000];
        int length = deflater.deflate(compressed);
        ByteBuffer.wrap(bomb).order(ByteOrder.LITTLE_ENDIAN).putInt(FIRST_GRAIN + 8, length);
        System.arraycopy(compressed, 0, bomb, FIRST_GRAIN + 12, length);
        assertThat(problemOf(bomb)).isEqualTo(OvfProblem.BAD_DISK);
    }

    @Test
    void aDiskLargerThanAllowedIsRefusedBeforeAnythingIsWritten() {
        OvfException refused = catchThrowableOfType(
                OvfException.class, () -> VmdkReader.read(new ByteArrayInputStream(GOOD), new RefusingSink(), 1000));
        assertThat(refused.problem()).isEqualTo(OvfProblem.TOO_LARGE);
    }

    @Test
    void descriptorsThatPointElsewhereAreRefused() {
        assertThat(problemOf(described("SPARSE \"disk.vmdk\"", "FLAT \"/dev/sda\" 0")))
                .isEqualTo(OvfProblem.UNSUPPORTED);
        assertThat(problemOf(described("streamOptimized", "monolithicSparse"))).isEqualTo(OvfProblem.UNSUPPORTED);
        assertThat(problemOf(described("parentCID=ffffffff", "parentCID=12345678")))
                .isEqualTo(OvfProblem.UNSUPPORTED);
        assertThat(problemOf(described("ddb.virtualHWVersion = \"4\"", "parentFileNameHint=\"../x\"")))
                .isEqualTo(OvfProblem.UNSUPPORTED);
        assertThat(problemOf(described("\n# The Disk Data Base", "\nRW 5 SPARSE \"b\"\n")))
                .isEqualTo(OvfProblem.UNSUPPORTED);
        assertThat(problemOf(described("RW 2560 ", "RW 9999 "))).isEqualTo(OvfProblem.BAD_DISK);
    }

    @Test
    void otherImagesAreCalledByTheirName() {
        String text = "# Disk DescriptorFile\nversion=1\ncreateType=\"monolithicFlat\"\nRW 1 FLAT \"/etc/shadow\" 0\n";
        assertThat(refusalOf(text.getBytes(StandardCharsets.US_ASCII))).contains("points to other files");
        assertThat(refusalOf(new byte[] {'Q', 'F', 'I', (byte) 0xfb, 0, 0, 0, 3}))
                .contains("QCOW");
        assertThat(refusalOf("vhdxfile".getBytes(StandardCharsets.US_ASCII))).contains("VHDX");
        assertThat(refusalOf(new byte[] {0x1f, (byte) 0x8b, 8})).contains("gzip");
        assertThat(refusalOf(new byte[4096])).contains("unknown");
    }

    @Test
    void somethingBehindTheEndIsRefused() {
        byte[] longer = Arrays.copyOf(GOOD, GOOD.length + 1024);
        longer[GOOD.length + 700] = 1;
        assertThat(problemOf(longer)).isEqualTo(OvfProblem.BAD_DISK);
    }

    @Test
    void inspectingReadsOnlyTheBeginning() throws IOException {
        InputStream head = new ByteArrayInputStream(Arrays.copyOf(GOOD, 21 * 512));
        assertThat(VmdkInspector.inspect(head).capacityBytes()).isEqualTo(RAW.length);
    }

    private static byte[] described(String from, String to) {
        byte[] touched = GOOD.clone();
        String text = new String(GOOD, 512, 20 * 512, StandardCharsets.ISO_8859_1).replace("\0", "");
        assertThat(text).contains(from);
        byte[] changed = text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
        Arrays.fill(touched, 512, 21 * 512, (byte) 0);
        System.arraycopy(changed, 0, touched, 512, changed.length);
        return touched;
    }

    private static OvfProblem problemOf(byte[] disk) {
        return refused(disk).problem();
    }

    private static String refusalOf(byte[] disk) {
        return refused(disk).getMessage();
    }

    private static OvfException refused(byte[] disk) {
        OvfException refused = catchThrowableOfType(
                OvfException.class,
                () -> VmdkReader.read(
                        new ByteArrayInputStream(disk), RawSink.toStream(new ByteArrayOutputStream()), 1L << 30));
        assertThat(refused).as("must be refused").isNotNull();
        return refused;
    }

    private static Arguments lie(String what, OvfProblem problem, Consumer<ByteBuffer> lie) {
        return Arguments.of(what, problem, lie);
    }

    private static byte[] good() {
        try {
            return Disks.vmdk(RAW);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class RefusingSink implements RawSink {
        @Override
        public void begin(long capacityBytes) {
            throw new AssertionError("must not begin");
        }

        @Override
        public void write(long offset, byte[] bytes, int length) {
            throw new AssertionError("must not write");
        }

        @Override
        public void finish() {
            throw new AssertionError("must not finish");
        }
    }
}
