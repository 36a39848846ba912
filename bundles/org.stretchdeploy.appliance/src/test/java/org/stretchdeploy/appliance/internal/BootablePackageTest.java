package org.stretchdeploy.appliance.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootablePackageTest {
    @TempDir
    Path folder;

    private BootablePackage bootable;

    @BeforeEach
    void aPackage() throws IOException {
        AppliancePackage.write(folder.resolve("package"));
        bootable = new BootablePackage(folder.resolve("package"));
    }

    @Test
    void soundPackageIsGivenOut() throws IOException {
        assertThat(bootable.verified()).isEqualTo(folder.resolve("package").toAbsolutePath());
    }

    @Test
    void diskThatChangesLaterIsNoticed() throws IOException {
        bootable.verified();
        Files.write(folder.resolve("package/edge-disk1.vmdk"), "no disk".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(bootable::verified).isInstanceOf(IOException.class);
    }

    @Test
    void packageWithoutManifestIsRefused() throws IOException {
        Files.delete(folder.resolve("package/edge.mf"));
        assertThatThrownBy(bootable::verified).isInstanceOf(IOException.class);
    }

    @Test
    void missingPackageSaysHowToBuildOne() {
        assertThatThrownBy(() -> new BootablePackage(folder.resolve("none")).verified())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("./stretch appliance");
    }

    @Test
    void folderWithTwoDescriptorsIsRefused() throws IOException {
        Files.copy(folder.resolve("package/edge.ovf"), folder.resolve("package/other.ovf"));
        assertThatThrownBy(bootable::verified).isInstanceOf(IOException.class).hasMessageContaining("2 descriptors");
    }
}
