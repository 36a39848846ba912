package org.stretchdeploy.ovf.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.ovf.OvfException;
import org.stretchdeploy.ovf.OvfProblem;

/** Packages as folders and archives: what is sound passes, what was touched does not. */
class PackageTest {
    @TempDir
    Path folder;

    @TempDir
    Path other;

    @Test
    void aSealedFolderPasses() throws IOException {
        Packages.write(folder, 2, Optional.empty());
        VerifiedPackage verified = FolderPackage.verify(folder, Packages.DESCRIPTOR, PackagePolicy.DEFAULT);
        assertThat(verified.files()).extracting(PackageFile::name).containsExactly("disk0.vmdk", "disk1.vmdk");
        assertThat(verified.totalBytes())
                .isEqualTo(Files.size(folder.resolve("disk0.vmdk")) + Files.size(folder.resolve("disk1.vmdk")));
    }

    @Test
    void anArchiveOfItPassesAndUnpacksToTheSameFolder() throws IOException {
        Packages.write(folder, 2, Optional.empty());
        byte[] ova = Packages.ova(folder);
        assertThat(ova.length).isEqualTo(OvaWriter.length(folder, Packages.DESCRIPTOR));
        VerifiedPackage fromArchive =
                OvaReader.read(new ByteArrayInputStream(ova), FileSink.toFolder(other), PackagePolicy.DEFAULT);
        VerifiedPackage fromFolder = FolderPackage.verify(other, Packages.DESCRIPTOR, PackagePolicy.DEFAULT);
        assertThat(fromArchive.files()).isEqualTo(fromFolder.files());
        assertThat(Packages.ova(other)).isEqualTo(ova);
    }

    @Test
    void upperCaseDigestsAndWindowsLineEndsPass() throws IOException {
        Packages.write(folder, 1, Optional.empty());
        String manifest = Files.readString(folder.resolve("web.mf"));
        String shouted = manifest.replace("SHA256", "#")
                .toUpperCase(Locale.ROOT)
                .replace("WEB.OVF", "web.ovf")
                .replace("DISK0.VMDK", "disk0.vmdk")
                .replace("#", "SHA256")
                .replace("\n", "\r\n")
                .replace(")= ", ") = ");
        Files.writeString(folder.resolve("web.mf"), shouted);
        FolderPackage.verify(folder, Packages.DESCRIPTOR, PackagePolicy.DEFAULT);
    }

    @Test
    void everyChangedByteIsNoticed() throws IOException {
        Packages.write(folder, 1, Optional.empty());
        flip("disk0.vmdk", 2000);
        assertThat(verifyFails()).isEqualTo(OvfProblem.DIGEST_MISMATCH);
        flip("disk0.vmdk", 2000);
        String descriptor = Files.readString(folder.resolve("web.ovf"));
        Files.writeString(folder.resolve("web.ovf"), descriptor.replace("VMXNET3", "E1000"));
        assertThat(verifyFails()).isEqualTo(OvfProblem.DIGEST_MISMATCH);
    }

    @Test
    void missingExtraAndShortFilesAreNoticed() throws IOException {
        Packages.write(folder, 2, Optional.empty());
        Files.writeString(folder.resolve("extra.txt"), "x");
        assertThat(verifyFails()).isEqualTo(OvfProblem.UNLISTED_FILE);
        Files.delete(folder.resolve("extra.txt"));
        byte[] disk = Files.readAllBytes(folder.resolve("disk1.vmdk"));
        Files.write(folder.resolve("disk1.vmdk"), Arrays.copyOf(disk, disk.length - 512));
        assertThat(verifyFails()).isEqualTo(OvfProblem.SIZE_MISMATCH);
        Files.delete(folder.resolve("disk1.vmdk"));
        assertThat(verifyFails()).isEqualTo(OvfProblem.MISSING_FILE);
        Files.createSymbolicLink(folder.resolve("disk1.vmdk"), folder.resolve("disk0.vmdk"));
        assertThat(verifyFails()).isEqualTo(OvfProblem.UNSAFE_NAME);
    }

    @Test
    void manifestsMustListEveryFileOnceAndNoOther() throws IOException {
        Packages.write(folder, 1, Optional.empty());
        String manifest = Files.readString(folder.resolve("web.mf"));
        String[] lines = manifest.split("\n");
        Files.writeString(folder.resolve("web.mf"), lines[0] + "\n");
        assertThat(verifyFails()).isEqualTo(OvfProblem.BAD_MANIFEST);
        Files.writeString(folder.resolve("web.mf"), lines[1] + "\n");
        assertThat(verifyFails()).isEqualTo(OvfProblem.BAD_MANIFEST);
        Files.writeString(folder.resolve("web.mf"), manifest + lines[1] + "\n");
        assertThat(verifyFails()).isEqualTo(OvfProblem.DUPLICATE);
        Files.writeString(folder.resolve("web.mf"), manifest + lines[1].replace("disk0", "disk9") + "\n");
        assertThat(verifyFails()).isEqualTo(OvfProblem.UNLISTED_FILE);
        Files.writeString(folder.resolve("web.mf"), manifest + lines[1].replace("disk0", "../disk9") + "\n");
        assertThat(verifyFails()).isEqualTo(OvfProblem.UNSAFE_NAME);
        Files.writeString(folder.resolve("web.mf"), "nonsense\n");
        assertThat(verifyFails()).isEqualTo(OvfProblem.BAD_MANIFEST);
        Files.delete(folder.resolve("web.mf"));
        assertThat(verifyFails()).isEqualTo(OvfProblem.BAD_MANIFEST);
        FolderPackage.verify(folder, Packages.DESCRIPTOR, PackagePolicy.DEFAULT.withoutManifest());
    }

    @Test
    void sha1IsRefusedUnlessAllowedAndSha512IsRead() throws IOException {
        Packages.write(folder, 1, Optional.empty());
        manifestWith(DigestAlgorithm.SHA1);
        assertThat(verifyFails()).isEqualTo(OvfProblem.WEAK_DIGEST);
        FolderPackage.verify(folder, Packages.DESCRIPTOR, PackagePolicy.DEFAULT.allowingSha1());
        manifestWith(DigestAlgorithm.SHA512);
        FolderPackage.verify(folder, Packages.DESCRIPTOR, PackagePolicy.DEFAULT);
    }

    @Test
    void signaturesCountOnlyFromPinnedSigners() throws Exception {
        TestAuthority authority = new TestAuthority("authority");
        for (SigningKey key : List.of(authority.signer("rsa", "RSA", 2048), authority.signer("ec", "EC", 256))) {
            Packages.write(folder, 1, Optional.of(key));
            assertThat(verifySigned(TrustAnchors.authority(authority.certificate())))
                    .isEmpty();
            assertThat(verifySigned(TrustAnchors.signer(key.chain().get(0)))).isEmpty();
            TrustAnchors stranger = TrustAnchors.authority(new TestAuthority("authority").certificate());
            assertThat(verifySigned(stranger)).hasValue(OvfProblem.UNTRUSTED_SIGNER);
        }
    }

    @Test
    void aPackageSignedAnewByAStrangerIsRefused() throws Exception {
        TestAuthority authority = new TestAuthority("authority");
        Packages.write(folder, 1, Optional.of(authority.signer("good", "EC", 256)));
        flip("disk0.vmdk", 3000);
        FolderPackage.seal(
                folder, Packages.DESCRIPTOR, Optional.of(new TestAuthority("evil").signer("good", "EC", 256)));
        assertThat(verifySigned(TrustAnchors.authority(authority.certificate())))
                .hasValue(OvfProblem.UNTRUSTED_SIGNER);
    }

    @Test
    void aChangedManifestDoesNotFitItsSignature() throws Exception {
        TestAuthority authority = new TestAuthority("authority");
        Packages.write(folder, 1, Optional.of(authority.signer("good", "EC", 256)));
        byte[] certificate = Files.readAllBytes(folder.resolve("web.cert"));
        flip("disk0.vmdk", 3000);
        FolderPackage.seal(folder, Packages.DESCRIPTOR, Optional.empty());
        assertThat(Files.readAllBytes(folder.resolve("web.cert"))).isEqualTo(certificate);
        assertThat(verifySigned(TrustAnchors.authority(authority.certificate())))
                .hasValue(OvfProblem.BAD_SIGNATURE);
        Files.delete(folder.resolve("web.cert"));
        assertThat(verifySigned(TrustAnchors.authority(authority.certificate())))
                .hasValue(OvfProblem.BAD_CERTIFICATE);
        Files.write(folder.resolve("web.cert"), "SHA256(web.mf)= 00\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(verifySigned(TrustAnchors.authority(authority.certificate())))
                .hasValue(OvfProblem.BAD_CERTIFICATE);
    }

    @Test
    void anExpiredSignerIsRefused() throws Exception {
        TestAuthority authority = new TestAuthority("authority");
        Packages.write(folder, 1, Optional.of(authority.signer("late", "EC", 256)));
        assertThat(verifySigned(TrustAnchors.authority(authority.certificate()), TestAuthority.TO.plusSeconds(1)))
                .hasValue(OvfProblem.UNTRUSTED_SIGNER);
    }

    private Optional<OvfProblem> verifySigned(TrustAnchors trust) throws IOException {
        return verifySigned(trust, TestAuthority.FROM.plusSeconds(60));
    }

    private Optional<OvfProblem> verifySigned(TrustAnchors trust, Instant now) throws IOException {
        PackagePolicy base = PackagePolicy.DEFAULT;
        PackagePolicy policy = new PackagePolicy(
                true,
                false,
                Optional.of(trust),
                base.descriptorLimits(),
                base.maxFiles(),
                base.maxFileBytes(),
                base.maxTotalBytes(),
                Clock.fixed(now, ZoneOffset.UTC));
        try {
            assertThat(FolderPackage.verify(folder, Packages.DESCRIPTOR, policy).signer())
                    .isPresent();
            return Optional.empty();
        } catch (OvfException e) {
            return Optional.of(e.problem());
        }
    }

    private OvfProblem verifyFails() {
        OvfException refused = catchThrowableOfType(
                OvfException.class, () -> FolderPackage.verify(folder, Packages.DESCRIPTOR, PackagePolicy.DEFAULT));
        assertThat(refused).as("must be refused").isNotNull();
        return refused.problem();
    }

    private void manifestWith(DigestAlgorithm algorithm) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String name : new String[] {"web.ovf", "disk0.vmdk"}) {
            Digest digest = Digest.over(algorithm, Files.readAllBytes(folder.resolve(name)));
            lines.append(algorithm)
                    .append('(')
                    .append(name)
                    .append(")= ")
                    .append(digest.hex())
                    .append('\n');
        }
        Files.writeString(folder.resolve("web.mf"), lines);
    }

    private void flip(String name, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(name));
        bytes[at] ^= 1;
        Files.write(folder.resolve(name), bytes);
    }
}
