package org.stretchdeploy.ovf.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What is written is read back, whatever the contents. */
class VmdkRoundTripTest {
    @Property(tries = 60)
    void contentsSurvive(@ForAll long seed, @ForAll @IntRange(max = 600_000) int length) throws IOException {
        byte[] raw = Disks.mixed(seed, length);

        byte[] back = Disks.raw(Disks.vmdk(raw));

        int sectors = (length + 511) / 512 * 512;
        assertThat(back).isEqualTo(Arrays.copyOf(raw, sectors));
    }

    @Property(tries = 20)
    void levelAndThreadsDoNotChangeTheContents(@ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int level)
            throws IOException {
        byte[] raw = Disks.mixed(seed, 700_000);
        ExecutorService executor = Executors.newFixedThreadPool(3);
        try {
            VmdkOptions alone = VmdkOptions.DEFAULT.withLevel(level);
            byte[] together = Disks.vmdk(raw, alone.withThreads(3, executor));
            assertThat(together).isEqualTo(Disks.vmdk(raw, alone));
            assertThat(Arrays.copyOf(Disks.raw(together), raw.length)).isEqualTo(raw);
        } finally {
            executor.shutdownNow();
        }
    }

    @Property(tries = 30)
    void piecesOfAnySizeMakeTheSameDisk(@ForAll long seed, @ForAll @IntRange(min = 1, max = 200_000) int piece)
            throws IOException {
        byte[] raw = Disks.mixed(seed, 400_000);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        VmdkWriter writer = new VmdkWriter(out, raw.length, VmdkOptions.DEFAULT);
        for (int at = 0; at < raw.length; at += piece) {
            writer.write(raw, at, Math.min(piece, raw.length - at));
        }
        writer.finish();
        assertThat(out.toByteArray()).isEqualTo(Disks.vmdk(raw));
    }

    @Property(tries = 30)
    void skippingEqualsWritingZeros(
            @ForAll @IntRange(max = 300_000) int before, @ForAll @IntRange(max = 300_000) int gap) throws IOException {
        byte[] head = Disks.mixed(before, before);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        VmdkWriter writer = new VmdkWriter(out, (long) before + gap, VmdkOptions.DEFAULT);
        writer.write(head, 0, before);
        writer.skip(gap);
        writer.finish();
        assertThat(out.toByteArray()).isEqualTo(Disks.vmdk(Arrays.copyOf(head, before + gap)));
    }

    @Test
    void aDiskOverSeveralGrainTablesSurvives() throws IOException {
        byte[] raw = Disks.mixed(4, 70 << 20);
        byte[] vmdk = Disks.vmdk(raw);
        assertThat(Disks.raw(vmdk)).isEqualTo(raw);
        VmdkInfo info = VmdkInspector.inspect(new ByteArrayInputStream(vmdk));
        assertThat(info).isEqualTo(new VmdkInfo(raw.length, 65536, 3, "lsilogic"));
    }

    @Test
    void summaryTellsWhatIsThere() throws IOException {
        byte[] raw = new byte[10 * Disks.GRAIN];
        raw[3 * Disks.GRAIN] = 1;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        VmdkSummary written = VmdkWriter.write(new ByteArrayInputStream(raw), raw.length, out, VmdkOptions.DEFAULT);
        assertThat(written).isEqualTo(new VmdkSummary(raw.length, 1, Disks.GRAIN, out.size()));
        VmdkSummary read = VmdkReader.read(
                new ByteArrayInputStream(out.toByteArray()), RawSink.toStream(new ByteArrayOutputStream()), raw.length);
        assertThat(read).isEqualTo(written);
    }
}
