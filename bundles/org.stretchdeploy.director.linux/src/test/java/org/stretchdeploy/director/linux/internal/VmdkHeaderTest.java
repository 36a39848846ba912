package org.stretchdeploy.director.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stretchdeploy.director.host.HostException;

class VmdkHeaderTest {
    private static final long SECTORS = 2048;
    private static final String GOOD =
            "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType=\"streamOptimized\"\n"
                    + "RW 2048 SPARSE \"disk.vmdk\"\n";

    @TempDir
    Path folder;

    @Test
    void readsTheCapacity() throws IOException {
        assertThat(VmdkHeader.read(write(GOOD, SECTORS))).isEqualTo(new VmdkHeader(SECTORS * 512));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RW 2048 FLAT \"/etc/shadow\" 0",
                "RW 2048 SPARSE \"/etc/shadow\"",
                "RW 2048 SPARSE \"..\\other.vmdk\"",
                "RW 4096 SPARSE \"disk.vmdk\"",
                "RW 2048 SPARSE \"disk.vmdk\"\nRW 2048 FLAT \"second\" 0",
                "RW 2048 SPARSE \"disk.vmdk\"\nparentFileNameHint=\"/etc/shadow\"",
                "RW 2048 SPARSE \"disk.vmdk\"\nparentCID=12345678",
                "RW 2048 SPARSE \"disk.vmdk\"\ncreateType=\"monolithicFlat\""
            })
    void descriptorsThatLeadElsewhereAreRefused(String lines) throws IOException {
        Path vmdk = write(GOOD.replace("RW 2048 SPARSE \"disk.vmdk\"", lines), SECTORS);
        assertThatThrownBy(() -> VmdkHeader.read(vmdk)).isInstanceOf(HostException.class);
    }

    @Test
    void aBareDescriptorIsRefused() throws IOException {
        Path vmdk = folder.resolve("text.vmdk");
        Files.writeString(vmdk, GOOD.repeat(20));
        assertThatThrownBy(() -> VmdkHeader.read(vmdk)).hasMessageContaining("does not begin as one");
    }

    @Test
    void noCapacityIsRefused() throws IOException {
        Path vmdk = write(GOOD, 0);
        assertThatThrownBy(() -> VmdkHeader.read(vmdk)).hasMessageContaining("capacity");
    }

    @Test
    void anotherFooterIsRefused() throws IOException {
        Path vmdk = write(GOOD, SECTORS);
        byte[] bytes = Files.readAllBytes(vmdk);
        bytes[bytes.length - 1024 + 12] = 1;
        Files.write(vmdk, bytes);
        assertThatThrownBy(() -> VmdkHeader.read(vmdk)).hasMessageContaining("differ");
    }

    @Test
    void aShortFileIsRefused() throws IOException {
        Path vmdk = folder.resolve("short.vmdk");
        Files.write(vmdk, new byte[100]);
        assertThatThrownBy(() -> VmdkHeader.read(vmdk)).hasMessageContaining("cut short");
    }

    /** Header, descriptor in the second sector, footer, end marker. */
    private Path write(String descriptor, long sectors) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(6 * 512).order(ByteOrder.LITTLE_ENDIAN);
        for (int at : new int[] {0, 4 * 512}) {
            file.putInt(at, 0x564d444b)
                    .putInt(at + 4, 3)
                    .putInt(at + 8, 0x30001)
                    .putLong(at + 12, sectors);
            file.putLong(at + 20, 128).putLong(at + 28, 1).putLong(at + 36, 2).putInt(at + 44, 512);
            file.putLong(at + 56, at == 0 ? -1 : 3).putShort(at + 77, (short) 1);
        }
        byte[] text = descriptor.getBytes(StandardCharsets.ISO_8859_1);
        file.position(512).put(text, 0, Math.min(text.length, 1024));
        Path vmdk = folder.resolve("disk.vmdk");
        Files.write(vmdk, file.array());
        return vmdk;
    }
}
