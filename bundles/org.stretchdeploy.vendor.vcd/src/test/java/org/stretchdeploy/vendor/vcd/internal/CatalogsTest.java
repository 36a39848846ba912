package org.stretchdeploy.vendor.vcd.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudException.Category;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.vendor.vcd.internal.ScriptedDirector.Answer;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;
import org.stretchdeploy.vendor.vcd.internal.xml.Xml;

/** Packages on their way out and in. */
final class CatalogsTest {
    private static final String CATALOG_PATH = "/api/catalog/77777777-7777-7777-7777-777777777777";
    private static final String ITEM_PATH = "/api/catalogItem/88888888-8888-8888-8888-888888888888";
    private static final String TEMPLATE_PATH = "/api/vAppTemplate/vappTemplate-99999999-9999-9999-9999-999999999999";
    private static final ObjectId CATALOG = new ObjectId(CATALOG_PATH);
    private static final ObjectId TEMPLATE = new ObjectId(TEMPLATE_PATH);
    private static final Tag TAG = new Tag("op-1", "upload");

    private final ScriptedDirector director = new ScriptedDirector();
    private Cloud cloud;

    @BeforeEach
    void open() {
        director.on("GET", CATALOG_PATH, call -> Answer.of(200, catalog("")));
        cloud = new VcdVendor().open(director.account());
    }

    @AfterEach
    void close() {
        cloud.close();
        director.close();
    }

    private static String catalog(String items) {
        return "<Catalog " + Documents.NS + " name='c' href='" + CATALOG_PATH + "'><CatalogItems>" + items
                + "</CatalogItems></Catalog>";
    }

    private static String item(String description) {
        return "<CatalogItem " + Documents.NS + " name='pkg' href='" + ITEM_PATH + "'><Description>" + description
                + "</Description><Entity href='" + TEMPLATE_PATH + "' name='pkg'/></CatalogItem>";
    }

    private static String template(String attributes, String inside) {
        return "<VAppTemplate " + Documents.NS + " name='pkg' href='" + TEMPLATE_PATH + "' " + attributes + ">" + inside
                + "</VAppTemplate>";
    }

    private void answerTemplate(String attributes, String inside) {
        director.on("GET", TEMPLATE_PATH, call -> Answer.of(200, template(attributes, inside)));
    }

    private static CloudException failure(Runnable call) {
        return catchThrowableOfType(CloudException.class, call::run);
    }

    private String file(String name, long size, long received) {
        return "<File name='" + name + "' size='" + size + "' bytesTransferred='" + received
                + "'><Link rel='upload:default' href='" + director.origin() + "/transfer/t/" + name + "'/></File>";
    }

    @Test
    void anUploadIsBegunOnce() {
        AtomicBoolean begun = new AtomicBoolean();
        director.on("POST", CATALOG_PATH + "/action/upload", call -> {
            begun.set(true);
            return Answer.CUT;
        });
        director.on(
                "GET",
                CATALOG_PATH,
                call -> Answer.of(
                        200, catalog(begun.get() ? "<CatalogItem name='pkg' href='" + ITEM_PATH + "'/>" : "")));
        director.on("GET", ITEM_PATH, call -> Answer.of(200, item(TAG.text())));
        answerTemplate("status='0' ovfDescriptorUploaded='false'", "<Description>" + TAG.text() + "</Description>");
        assertThat(cloud.catalogs().beginUpload(CATALOG, "pkg", true, TAG)).isEqualTo(TEMPLATE);
        assertThat(cloud.catalogs().beginUpload(CATALOG, "pkg", true, TAG)).isEqualTo(TEMPLATE);
        assertThat(director.calls("POST", ".*upload")).hasSize(1);
        Elem body = Xml.parse(director.calls("POST", ".*upload").get(0).body());
        assertThat(body.attribute("manifestRequired")).isEqualTo("true");
        CloudException taken =
                failure(() -> cloud.catalogs().beginUpload(CATALOG, "pkg", true, new Tag("op-2", "upload")));
        assertThat(taken.category()).isEqualTo(Category.CONFLICT);
    }

    @Test
    void piecesAreSentWithTheirPlace() {
        answerTemplate(
                "status='0' ovfDescriptorUploaded='true'",
                "<Files>" + file("descriptor.ovf", 5, 5) + file("descriptor.mf", -1, 0) + file("a-disk1.vmdk", 10, 4)
                        + "</Files>");
        director.on("PUT", "/transfer/t/.*", call -> Answer.of(200, ""));
        Catalogs.Upload upload = cloud.catalogs().upload(TEMPLATE);
        assertThat(upload.descriptorWanted()).isFalse();
        assertThat(upload.state()).isEqualTo(Catalogs.State.PENDING);
        assertThat(upload.percent()).isEqualTo(40);
        assertThat(upload.files())
                .containsExactly(
                        new Catalogs.UploadFile("descriptor.mf", -1, 0),
                        new Catalogs.UploadFile("a-disk1.vmdk", 10, 4));
        byte[] buffer = "456789xxxx".getBytes(StandardCharsets.UTF_8);
        cloud.catalogs().putFile(TEMPLATE, "a-disk1.vmdk", 4, buffer, 6, 10);
        ScriptedDirector.Call put =
                director.calls("PUT", "/transfer/t/a-disk1.vmdk").get(0);
        assertThat(put.header("Content-Range")).contains("bytes 4-9/10");
        assertThat(put.text()).isEqualTo("456789");
        assertThat(failure(() -> cloud.catalogs().putFile(TEMPLATE, "a-disk1.vmdk", 8, buffer, 6, 10))
                        .category())
                .isEqualTo(Category.USER);
        assertThat(failure(() -> cloud.catalogs().putFile(TEMPLATE, "other", 0, buffer, 6, 10))
                        .category())
                .isEqualTo(Category.NOT_FOUND);
    }

    @Test
    void aPieceWhoseReplyWasLostIsLookedUp() {
        answerTemplate("status='0' ovfDescriptorUploaded='true'", "<Files>" + file("d.vmdk", 10, 0) + "</Files>");
        director.on("PUT", "/transfer/t/d.vmdk", call -> {
            answerTemplate("status='0' ovfDescriptorUploaded='true'", "<Files>" + file("d.vmdk", 10, 6) + "</Files>");
            return Answer.CUT;
        });
        cloud.catalogs().putFile(TEMPLATE, "d.vmdk", 0, new byte[6], 6, 10);
        director.on("PUT", "/transfer/t/d.vmdk", call -> Answer.CUT);
        CloudException lost = failure(() -> cloud.catalogs().putFile(TEMPLATE, "d.vmdk", 6, new byte[4], 4, 10));
        assertThat(lost.category()).isEqualTo(Category.TRANSIENT);
        director.on("PUT", "/transfer/t/d.vmdk", call -> Answer.of(416, ""));
        CloudException wrong = failure(() -> cloud.catalogs().putFile(TEMPLATE, "d.vmdk", 7, new byte[3], 3, 10));
        assertThat(wrong.category()).isEqualTo(Category.CONFLICT);
    }

    @Test
    void anUploadLinkToAnotherHostGetsNothing() {
        answerTemplate(
                "status='0' ovfDescriptorUploaded='false'",
                "<Files><File name='descriptor.ovf' size='-1' bytesTransferred='0'>"
                        + "<Link rel='upload:default' href='https://elsewhere.example/x'/></File></Files>");
        assertThat(failure(() -> cloud.catalogs().putDescriptor(TEMPLATE, new byte[1]))
                        .code())
                .isEqualTo("foreign-link");
    }

    @Test
    void aFailedImportTellsWhy() {
        answerTemplate(
                "status='-1' ovfDescriptorUploaded='true'",
                "<Tasks><Task status='error' operationName='vdcUploadOvfContents' href='/api/task/x'>"
                        + "<Error majorErrorCode='400' minorErrorCode='BAD_REQUEST' message='The digest is wrong.'/>"
                        + "</Task></Tasks>");
        Catalogs.Upload upload = cloud.catalogs().upload(TEMPLATE);
        assertThat(upload.state()).isEqualTo(Catalogs.State.FAILED);
        assertThat(upload.failure().orElseThrow()).contains("The digest is wrong.");
        assertThat(upload.descriptorWanted()).isFalse();
    }

    private void openExport() {
        answerTemplate(
                "status='8'",
                "<Link rel='download:default' href='" + director.origin() + "/transfer/t/descriptor.ovf'/>"
                        + "<Link rel='download:identity' href='" + director.origin()
                        + "/transfer/t/descriptor-with-id.ovf'/>");
        director.on("GET", "/transfer/t/descriptor-with-id.ovf", call -> Answer.of(200, "<Envelope/>"));
    }

    @Test
    void theIdentityDescriptorIsRead() {
        answerTemplate("status='8'", "");
        assertThat(failure(() -> cloud.catalogs().export(TEMPLATE)).category()).isEqualTo(Category.CONFLICT);
        openExport();
        Catalogs.Export export = cloud.catalogs().export(TEMPLATE);
        assertThat(export.descriptorName()).isEqualTo("descriptor-with-id.ovf");
        assertThat(new String(export.descriptor(), StandardCharsets.UTF_8)).isEqualTo("<Envelope/>");
        assertThat(export.manifest()).isEmpty();
        director.on("GET", "/transfer/t/descriptor-with-id.mf", call -> Answer.of(200, "SHA256(x)= 00"));
        assertThat(cloud.catalogs().export(TEMPLATE).manifest()).isPresent();
        assertThat(cloud.catalogs().openExport(TEMPLATE)).isEqualTo(CloudTask.done(TEMPLATE));
    }

    private byte[] read(long offset) throws IOException {
        try (InputStream in = cloud.catalogs().read(TEMPLATE, "my disk.vmdk", offset)) {
            return in.readAllBytes();
        }
    }

    @Test
    void filesAreReadFromAnOffsetWithAndWithoutRanges() throws IOException {
        openExport();
        byte[] whole = new byte[100_000];
        new java.util.Random(7).nextBytes(whole);
        director.on("GET", "/transfer/t/my%20disk.vmdk", call -> new Answer(200, whole, java.util.Map.of()));
        assertThat(read(0)).isEqualTo(whole);
        assertThat(read(70_000)).isEqualTo(Arrays.copyOfRange(whole, 70_000, 100_000));
        byte[] rest = Arrays.copyOfRange(whole, 5, 100_000);
        director.on(
                "GET",
                "/transfer/t/my%20disk.vmdk",
                call -> new Answer(206, rest, java.util.Map.of("Content-Range", "bytes 5-99999/100000")));
        assertThat(read(5)).isEqualTo(rest);
        assertThat(failure(() -> cloud.catalogs().read(TEMPLATE, "my disk.vmdk", 6))
                        .code())
                .isEqualTo("wrong-range");
        director.on("GET", "/transfer/t/my%20disk.vmdk", call -> Answer.of(416, ""));
        assertThat(read(100_000)).isEmpty();
        assertThat(failure(() -> cloud.catalogs().read(TEMPLATE, "gone.vmdk", 0))
                        .category())
                .isEqualTo(Category.NOT_FOUND);
    }

    @Test
    void fileNamesWithPathsAreRefused() {
        openExport();
        for (String name : new String[] {"../x", "a/b", "..", "", "a\\b"}) {
            assertThatThrownBy(() -> cloud.catalogs().read(TEMPLATE, name, 0)).isInstanceOf(CloudException.class);
        }
        assertThat(director.calls("GET", "/transfer.*")).isEmpty();
    }

    @Test
    void capturingMakesAnIdenticalCopyOnce() {
        String vApp = Documents.VAPP_PATH;
        director.on("GET", vApp, call -> Answer.of(200, Documents.vApp("v", "")));
        director.on("POST", CATALOG_PATH + "/action/captureVApp", call -> {
            director.on(
                    "GET",
                    CATALOG_PATH,
                    c -> Answer.of(200, catalog("<CatalogItem name='pkg' href='" + ITEM_PATH + "'/>")));
            director.on("GET", ITEM_PATH, c -> Answer.of(200, item("")));
            answerTemplate("status='8'", "<Description>" + TAG.text() + "</Description>");
            return Answer.of(202, Documents.task("running"));
        });
        director.on("GET", "/api/task/" + Documents.TASK_ID, call -> Answer.of(200, Documents.task("success")));
        CloudTask task = cloud.catalogs().capture(CATALOG, new ObjectId(vApp), "pkg", TAG);
        Elem body = Xml.parse(director.calls("POST", ".*captureVApp").get(0).body());
        assertThat(body.text("CustomizationSection", "CustomizeOnInstantiate")).isEqualTo("false");
        assertThat(cloud.status(task).owner()).contains(TEMPLATE);
        assertThat(cloud.catalogs().capture(CATALOG, new ObjectId(vApp), "pkg", TAG))
                .isEqualTo(CloudTask.done(TEMPLATE));
        assertThat(director.calls("POST", ".*captureVApp")).hasSize(1);
    }

    @Test
    void aCatalogIsMadeInOurOrganizationAndDeletedWithAllThatIsInIt() {
        String admin = "/api/admin/org/11111111-1111-1111-1111-111111111111/catalogs";
        director.on(
                "POST",
                admin,
                call -> Answer.of(
                        201,
                        "<AdminCatalog " + Documents.NS + " name='n' href='"
                                + CATALOG_PATH.replace("/api/", "/api/admin/") + "'/>"));
        assertThat(cloud.catalogs().createCatalog("n", TAG)).isEqualTo(CloudTask.done(CATALOG));
        director.on("DELETE", "/api/admin/catalog/.*", call -> Answer.of(204, ""));
        assertThat(cloud.catalogs().deleteCatalog(CATALOG)).isEqualTo(CloudTask.done(CATALOG));
        assertThat(director.calls("DELETE", "/api/admin/catalog/7.*[?]force=true&recursive=true"))
                .hasSize(1);
        ObjectId other = new ObjectId(CATALOG_PATH.replace('7', '6'));
        assertThat(cloud.catalogs().deleteCatalog(other)).isEqualTo(CloudTask.done(other));
    }
}
