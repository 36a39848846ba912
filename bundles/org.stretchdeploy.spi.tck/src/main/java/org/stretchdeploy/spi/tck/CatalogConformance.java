package org.stretchdeploy.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Catalogs.Export;
import org.stretchdeploy.spi.Catalogs.Template;
import org.stretchdeploy.spi.Catalogs.Upload;
import org.stretchdeploy.spi.Catalogs.UploadFile;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.Inventory.VAppEntry;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Vm;

/** Chapter 5: catalogs, templates and packages. */
public abstract class CatalogConformance extends ConformanceTest {
    private static final String ADDRESS = "10.99.7.30";

    /** Captures a vApp with the template's VM on a network. Returns the new template. */
    private ObjectId captured(String word) {
        ObjectId home = vAppWithVm(word + "-vapp");
        done(() -> cloud.vApps().addNetwork(home, isolated("inner")));
        Vm vm = onlyVm(home);
        done(() -> cloud.vApps().setNics(vm.id(), nics(vm, "inner", ADDRESS, true)));
        ObjectId template = done(() -> cloud.catalogs().capture(subject.catalog(), home, name(word), tag(word)));
        assertThat(template).as("the owner of the task is the template").isNotNull();
        later(() -> done(() -> cloud.catalogs().deleteTemplate(template)));
        return template;
    }

    /** Asserts the refusal of a cloud whose exports do not keep identities; true when it was that. */
    private boolean refusesCapture() {
        if (has(Capability.IDENTITY_EXPORT)) {
            return false;
        }
        ObjectId home = vAppWithVm("refused");
        refusedFor(Capability.IDENTITY_EXPORT, () -> cloud.catalogs()
                .capture(subject.catalog(), home, name("refused"), tag("capture")));
        return true;
    }

    private Export opened(ObjectId template) {
        done(() -> cloud.catalogs().openExport(template));
        later(() -> done(() -> cloud.catalogs().closeExport(template)));
        return cloud.catalogs().export(template);
    }

    private byte[] bytes(ObjectId template, String file, long offset) {
        try (InputStream in = cloud.catalogs().read(template, file, offset)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** File names of a descriptor. */
    private static List<String> references(Export export) {
        var pattern = java.util.regex.Pattern.compile("href=\"([^\"]+)\"");
        String references = new String(export.descriptor(), StandardCharsets.UTF_8);
        int end = references.indexOf("References>", references.indexOf("References>") + 1);
        return pattern.matcher(references.substring(0, Math.max(0, end)))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void rule_5_1_makingACatalogIsIdempotentByTag() {
        ObjectId first = done(() -> cloud.catalogs().createCatalog(name("catalog"), tag("catalog")));
        later(() -> done(() -> cloud.catalogs().deleteCatalog(first)));
        ObjectId second = done(() -> cloud.catalogs().createCatalog(name("catalog"), tag("catalog")));
        assertThat(second).isEqualTo(first);
        assertThat(cloud.inventory().tagged(operation))
                .filteredOn(t -> t.kind().equals("Catalog"))
                .hasSize(1);
    }

    @Test
    void rule_5_2_deletingAnAbsentCatalogSucceeds() {
        done(() -> cloud.catalogs().deleteCatalog(subject.absent("Catalog")));
        ObjectId catalog = done(() -> cloud.catalogs().createCatalog(name("gone"), tag("gone")));
        done(() -> cloud.catalogs().deleteCatalog(catalog));
        done(() -> cloud.catalogs().deleteCatalog(catalog));
        assertThat(cloud.inventory().tagged(operation)).isEmpty();
    }

    @Test
    void rule_5_3_aMissingTemplateIsNothing() {
        assertThat(cloud.catalogs().template(subject.catalog(), name("missing")))
                .isEmpty();
    }

    @Test
    void rule_5_4_aCaptureIsAReadyTemplate() {
        if (refusesCapture()) {
            return;
        }
        ObjectId id = captured("captured");
        Template template =
                cloud.catalogs().template(subject.catalog(), name("captured")).orElseThrow();
        assertThat(template.id()).isEqualTo(id);
        assertThat(template.state()).isEqualTo(Catalogs.State.READY);
        assertThat(template.vms()).hasSize(1);
    }

    @Test
    void rule_5_5_capturingIsIdempotentByTag() {
        if (refusesCapture()) {
            return;
        }
        ObjectId home = vAppWithVm("home");
        ObjectId first = done(() -> cloud.catalogs().capture(subject.catalog(), home, name("one"), tag("one")));
        later(() -> done(() -> cloud.catalogs().deleteTemplate(first)));
        ObjectId second = done(() -> cloud.catalogs().capture(subject.catalog(), home, name("one"), tag("one")));
        assertThat(second).isEqualTo(first);
        assertThat(cloud.inventory().tagged(operation))
                .filteredOn(t -> t.kind().equals("VAppTemplate"))
                .hasSize(1);
    }

    @Test
    void rule_5_6_aRunningVAppIsNotCaptured() {
        if (refusesCapture()) {
            return;
        }
        ObjectId home = vAppWithVm("home");
        done(() -> cloud.vApps().powerOn(onlyVm(home).id()));
        refused(
                () -> cloud.catalogs().capture(subject.catalog(), home, name("running"), tag("running")),
                Category.USER,
                Category.CONFLICT);
    }

    @Test
    void rule_5_7_anExportThatIsNotOpenIsAConflict() {
        Template template = template();
        done(() -> cloud.catalogs().closeExport(template.id()));
        refused(Set.of(Category.CONFLICT), () -> cloud.catalogs().export(template.id()));
    }

    @Test
    void rule_5_8_anExportKeepsTheIdentity() {
        if (refusesCapture()) {
            return;
        }
        ObjectId home = vAppWithVm("home");
        done(() -> cloud.vApps().addNetwork(home, isolated("inner")));
        Vm vm = onlyVm(home);
        List<Vm.Nic> nics = nics(vm, "inner", ADDRESS, true);
        done(() -> cloud.vApps().setNics(vm.id(), nics));
        ObjectId template = done(() -> cloud.catalogs().capture(subject.catalog(), home, name("same"), tag("same")));
        later(() -> done(() -> cloud.catalogs().deleteTemplate(template)));
        Export export = opened(template);
        assertThat(new String(export.descriptor(), StandardCharsets.UTF_8).toLowerCase(Locale.ROOT))
                .contains(nics.get(0).mac());
    }

    @Test
    void rule_5_9_everyReferencedFileCanBeRead() {
        ObjectId template = template().id();
        Export export = opened(template);
        assertThat(references(export)).isNotEmpty();
        for (String file : references(export)) {
            assertThat(bytes(template, file, 0)).isNotEmpty();
        }
    }

    @Test
    void rule_5_10_readingFromAnOffsetGivesTheRest() {
        ObjectId template = template().id();
        String file = references(opened(template)).get(0);
        byte[] whole = bytes(template, file, 0);
        int half = whole.length / 2;
        assertThat(bytes(template, file, half)).isEqualTo(Arrays.copyOfRange(whole, half, whole.length));
    }

    @Test
    void rule_5_11_openingAndClosingTwiceIsDone() {
        ObjectId template = template().id();
        opened(template);
        opened(template);
        done(() -> cloud.catalogs().closeExport(template));
        refused(Set.of(Category.CONFLICT), () -> cloud.catalogs().export(template));
        done(() -> cloud.catalogs().closeExport(template));
        done(() -> cloud.catalogs().closeExport(subject.absent("VAppTemplate")));
    }

    /** Uploads the subject's own template under another name. Returns what came of it. */
    private Upload uploaded(ObjectId upload, int spoilt) {
        ObjectId template = template().id();
        Export export = opened(template);
        call(() -> {
            cloud.catalogs().putDescriptor(upload, export.descriptor());
            return true;
        });
        Upload wanted = waitForFiles(upload);
        for (UploadFile file : wanted.files()) {
            boolean manifest = file.name().endsWith(".mf");
            byte[] bytes = manifest ? manifest(template, export) : bytes(template, file.name(), 0);
            if (!manifest && spoilt >= 0) {
                bytes[Math.min(spoilt, bytes.length - 1)] ^= 1;
            }
            put(upload, file.name(), bytes);
        }
        return waitForEnd(upload);
    }

    private byte[] manifest(ObjectId template, Export export) {
        var text = new StringBuilder();
        text.append("SHA256(")
                .append(export.descriptorName())
                .append(")= ")
                .append(sha256(export.descriptor()))
                .append('\n');
        for (String file : references(export)) {
            text.append("SHA256(")
                    .append(file)
                    .append(")= ")
                    .append(sha256(bytes(template, file, 0)))
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] bytes) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void put(ObjectId upload, String file, byte[] bytes) {
        int step = has(Capability.RANGED_UPLOAD) ? Math.max(1, bytes.length / 3) : Math.max(1, bytes.length);
        for (int offset = 0; offset < bytes.length; offset += step) {
            byte[] piece = Arrays.copyOfRange(bytes, offset, Math.min(bytes.length, offset + step));
            int from = offset;
            call(() -> {
                cloud.catalogs().putFile(upload, file, from, piece, piece.length, bytes.length);
                return true;
            });
        }
    }

    private Upload waitForFiles(ObjectId upload) {
        for (int poll = 0; poll < subject.mostPolls(); poll++) {
            Upload now = call(() -> cloud.catalogs().upload(upload));
            if (now.state() != Catalogs.State.PENDING
                    || !now.descriptorWanted() && !now.files().isEmpty()) {
                return now;
            }
            subject.pause();
        }
        throw new AssertionError("the cloud did not read the descriptor");
    }

    private Upload waitForEnd(ObjectId upload) {
        for (int poll = 0; poll < subject.mostPolls(); poll++) {
            Upload now = call(() -> cloud.catalogs().upload(upload));
            if (now.state() != Catalogs.State.PENDING) {
                return now;
            }
            subject.pause();
        }
        throw new AssertionError("the upload did not end");
    }

    private ObjectId begun(String word, boolean withManifest) {
        ObjectId upload =
                call(() -> cloud.catalogs().beginUpload(subject.catalog(), name(word), withManifest, tag(word)));
        later(() -> done(() -> cloud.catalogs().deleteTemplate(upload)));
        return upload;
    }

    @Test
    void rule_5_12_anUploadedPackageCanBeUsed() {
        ObjectId upload = begun("uploaded", true);
        Upload end = uploaded(upload, -1);
        assertThat(end.state()).as(() -> end.failure().orElse("")).isEqualTo(Catalogs.State.READY);
        ObjectId vApp = done(() -> cloud.vApps().instantiate(subject.vdc(), name("used"), upload, tag("used")));
        later(() -> deleteVApp(vApp));
        Vm original = onlyVm(vAppWithVm("original"));
        Vm arrived = onlyVm(vApp);
        assertThat(arrived.hardware().cpus()).isEqualTo(original.hardware().cpus());
        assertThat(arrived.hardware().memoryMb()).isEqualTo(original.hardware().memoryMb());
        assertThat(arrived.disks())
                .extracting(Vm.Disk::capacityMb)
                .isEqualTo(original.disks().stream().map(Vm.Disk::capacityMb).toList());
        assertThat(arrived.nics()).hasSameSizeAs(original.nics());
    }

    @Test
    void rule_5_13_beginningAnUploadIsIdempotentByTag() {
        ObjectId first = begun("upload", false);
        ObjectId second =
                call(() -> cloud.catalogs().beginUpload(subject.catalog(), name("upload"), false, tag("upload")));
        assertThat(second).isEqualTo(first);
        assertThat(call(() -> cloud.catalogs().upload(first)).descriptorWanted())
                .isTrue();
    }

    @Test
    void rule_5_14_aBrokenDescriptorFailsWithASentence() {
        ObjectId upload = begun("broken", false);
        try {
            cloud.catalogs().putDescriptor(upload, "<this is no descriptor".getBytes(StandardCharsets.UTF_8));
        } catch (org.stretchdeploy.spi.CloudException e) {
            assertThat(e.category()).isEqualTo(Category.USER);
        }
        Upload end = waitForEnd(upload);
        assertThat(end.state()).isEqualTo(Catalogs.State.FAILED);
        assertThat(end.failure()).isPresent();
    }

    @Test
    void rule_5_15_deletingAnAbsentTemplateSucceeds() {
        done(() -> cloud.catalogs().deleteTemplate(subject.absent("VAppTemplate")));
        ObjectId upload = begun("deleted", false);
        done(() -> cloud.catalogs().deleteTemplate(upload));
        done(() -> cloud.catalogs().deleteTemplate(upload));
        assertThat(cloud.catalogs().template(subject.catalog(), name("deleted")))
                .isEmpty();
    }

    @Test
    void rule_5_16_aFileThatIsNotTheManifestsFailsTheUpload() {
        ObjectId upload = begun("spoilt", true);
        Upload end = uploaded(upload, 0);
        assertThat(end.state()).isEqualTo(Catalogs.State.FAILED);
        assertThat(end.failure()).isPresent();
    }

    @Test
    void rule_5_17_capturingAndExportingLeaveNothingBehind() {
        if (refusesCapture()) {
            return;
        }
        ObjectId home = vAppWithVm("home");
        List<ObjectId> before = vApps();
        ObjectId template = done(() -> cloud.catalogs().capture(subject.catalog(), home, name("clean"), tag("clean")));
        opened(template);
        done(() -> cloud.catalogs().closeExport(template));
        done(() -> cloud.catalogs().deleteTemplate(template));
        assertThat(vApps()).as("vApps before and after").containsExactlyInAnyOrderElementsOf(before);
        assertThat(cloud.inventory().tagged(operation)).extracting(t -> t.id()).containsOnly(home);
    }

    private List<ObjectId> vApps() {
        return cloud.inventory().vApps().stream().map(VAppEntry::id).toList();
    }

    @Test
    void rule_5_18_aTemplatesTagIsFound() {
        ObjectId upload = begun("found", false);
        assertThat(cloud.inventory().tagged(operation)).singleElement().satisfies(tagged -> {
            assertThat(tagged.kind()).isEqualTo("VAppTemplate");
            assertThat(tagged.id()).isEqualTo(upload);
            assertThat(tagged.tag()).isEqualTo(tag("found"));
        });
    }

    @Test
    void rule_5_19_aPieceOutOfOrderIsRefused() {
        ObjectId upload = begun("disorder", false);
        Export export = opened(template().id());
        cloud.catalogs().putDescriptor(upload, export.descriptor());
        UploadFile file = waitForFiles(upload).files().stream()
                .filter(candidate -> !candidate.name().endsWith(".mf"))
                .findFirst()
                .orElseThrow();
        long size = Math.max(file.size(), 100);
        refused(Set.of(Category.USER, Category.CONFLICT), () -> cloud.catalogs()
                .putFile(upload, file.name(), 50, new byte[10], 10, size));
    }
}
