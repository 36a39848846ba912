package org.stretchdeploy.ovf.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packages of ours in the hands of Debian's virt-v2v, GNU tar and OpenSSL, and GNU tar's archives in ours. */
class IndependentReaderLabIT {
    @TempDir
    Path work;

    private Path folder;
    private Path ova;

    record Outcome(int exit, String output) {}

    @BeforeEach
    void aPackage() throws IOException {
        folder = Files.createDirectory(work.resolve("package"));
        Packages.write(folder, 2, Optional.empty());
        ova = work.resolve("web.ova");
        Files.write(ova, Packages.ova(folder));
    }

    @Test
    void virtV2vParsesOurArchive() throws Exception {
        Outcome outcome = run("virt-v2v", "-i", "ova", ova.toString(), "--print-source");
        assertThat(outcome.exit()).as(outcome.output()).isZero();
        assertThat(outcome.output())
                .contains("web")
                .contains("00:50:56:01:02:0a")
                .contains("internal");
        assertThat(outcome.output()).contains("0 [scsi]").contains("1 [scsi]");
    }

    @Test
    void virtV2vRefusesATamperedOne() throws Exception {
        byte[] disk = Files.readAllBytes(folder.resolve("disk1.vmdk"));
        disk[70_000] ^= 1;
        Files.write(folder.resolve("disk1.vmdk"), disk);
        Files.write(ova, Packages.ova(folder));
        Outcome outcome = run("virt-v2v", "-i", "ova", ova.toString(), "--print-source");
        assertThat(outcome.exit()).as(outcome.output()).isNotZero();
        assertThat(outcome.output()).containsIgnoringCase("checksum");
    }

    @Test
    void gnuTarUnpacksOurArchive() throws Exception {
        Path out = Files.createDirectory(work.resolve("out"));
        Outcome outcome = run("tar", "-xf", ova.toString(), "-C", out.toString());
        assertThat(outcome.exit()).as(outcome.output()).isZero();
        FolderPackage.verify(out, Packages.DESCRIPTOR, PackagePolicy.DEFAULT);
    }

    @Test
    void weReadGnuTarsArchivesInEveryFormat() throws Exception {
        for (String format : List.of("gnu", "posix", "ustar", "v7")) {
            Path theirs = work.resolve(format + ".ova");
            Outcome outcome = run(
                    "tar",
                    "--format=" + format,
                    "-cf",
                    theirs.toString(),
                    "-C",
                    folder.toString(),
                    "web.ovf",
                    "web.mf",
                    "disk0.vmdk",
                    "disk1.vmdk");
            assertThat(outcome.exit()).as(outcome.output()).isZero();
            OvaReader.read(
                    new ByteArrayInputStream(Files.readAllBytes(theirs)), FileSink.discard(), PackagePolicy.DEFAULT);
        }
    }

    @Test
    void openSslVerifiesOurSignature() throws Exception {
        SigningKey key = new TestAuthority("authority").signer("signer", "RSA", 2048);
        FolderPackage.seal(folder, Packages.DESCRIPTOR, Optional.of(key));
        Path certificate = folder.resolve("web.cert");
        String text = Files.readString(certificate);
        String hex = text.substring(text.indexOf("= ") + 2, text.indexOf('\n'));
        Files.write(work.resolve("signature"), HexFormat.of().parseHex(hex));
        Outcome extracted = run("openssl", "x509", "-in", certificate.toString(), "-pubkey", "-noout");
        Files.writeString(work.resolve("key.pem"), extracted.output());
        Outcome verified = run(
                "openssl",
                "dgst",
                "-sha256",
                "-verify",
                work.resolve("key.pem").toString(),
                "-signature",
                work.resolve("signature").toString(),
                folder.resolve("web.mf").toString());
        assertThat(verified.output()).contains("Verified OK");
    }

    private static Outcome run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }
}
