package org.stretchdeploy.ovf.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our disks against the ones of qemu-img, both ways. */
class VmdkQemuLabIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {512, 65536, 65536 * 3 + 512, 40 * 1024 * 1024, 70 * 1024 * 1024 + 1024})
    void qemuReadsWhatWeWrite(int length) throws Exception {
        byte[] raw = Disks.mixed(length, length);
        Path ours = folder.resolve("ours.vmdk");
        Files.write(ours, Disks.vmdk(raw));

        run(
                "qemu-img",
                "convert",
                "-f",
                "vmdk",
                "-O",
                "raw",
                ours.toString(),
                folder.resolve("back.raw").toString());

        assertThat(Files.readAllBytes(folder.resolve("back.raw"))).isEqualTo(raw);
        assertThat(run("qemu-img", "info", "-f", "vmdk", ours.toString())).contains("streamOptimized");
        run("qemu-img", "check", "-f", "vmdk", ours.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 65536, 65536 * 3 + 512, 40 * 1024 * 1024, 70 * 1024 * 1024 + 1024})
    void weReadWhatQemuWrites(int length) throws Exception {
        byte[] raw = Disks.mixed(length + 1, length);
        Path theirs = qemuDisk(raw);

        Path back = folder.resolve("back.raw");
        try (InputStream in = Files.newInputStream(theirs);
                FileChannel out = FileChannel.open(back, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            VmdkReader.read(in, RawSink.toFile(out), 1L << 30);
        }

        assertThat(Files.readAllBytes(back)).isEqualTo(raw);
    }

    @Test
    void aQemuDiskCutAtAGrainIsNoticed() throws Exception {
        byte[] whole = Files.readAllBytes(qemuDisk(Disks.mixed(3, 5 * 1024 * 1024)));
        int end = whole.length;
        while (whole[end - 1] == 0) {
            end--;
        }
        for (int cut = (end - 1) / 512 * 512; cut > whole.length / 2; cut -= 512 * 7) {
            byte[] part = Arrays.copyOf(whole, cut);
            assertThat(catchThrowable(() -> Disks.raw(part))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aHundredGigabyteDiskWithLittleInItNeedsNoTimeAndNoSpace() throws Exception {
        long capacity = 100L << 30;
        Path ours = folder.resolve("large.vmdk");
        byte[] mark = Disks.mixed(9, 3 * Disks.GRAIN);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(ours))) {
            VmdkWriter writer = new VmdkWriter(out, capacity, VmdkOptions.DEFAULT);
            writer.skip(capacity - mark.length);
            writer.write(mark, 0, mark.length);
            writer.finish();
        }
        assertThat(Files.size(ours)).isLessThan(1 << 20);

        Path back = folder.resolve("back.raw");
        run("qemu-img", "convert", "-f", "vmdk", "-O", "raw", ours.toString(), back.toString());
        assertThat(Files.size(back)).isEqualTo(capacity);
        try (FileChannel file = FileChannel.open(back)) {
            byte[] tail = new byte[mark.length];
            file.read(ByteBuffer.wrap(tail), capacity - mark.length);
            assertThat(tail).isEqualTo(mark);
        }
    }

    private Path qemuDisk(byte[] raw) throws Exception {
        Path source = folder.resolve("source.raw");
        Files.write(source, raw);
        Path disk = folder.resolve("theirs.vmdk");
        run(
                "qemu-img",
                "convert",
                "-f",
                "raw",
                "-O",
                "vmdk",
                "-o",
                "subformat=streamOptimized",
                source.toString(),
                disk.toString());
        return disk;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
