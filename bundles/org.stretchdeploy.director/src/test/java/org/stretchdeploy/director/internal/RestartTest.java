package org.stretchdeploy.director.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.director.embed.EmbeddedDirector;
import org.stretchdeploy.director.internal.memory.MemoryHost;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** What a director still knows, and what it clears away, after it was stopped and started again. */
class RestartTest {
    @TempDir
    private Path folder;

    @Test
    void guestsGoOnAndRubbishGoes() throws IOException {
        String vapp;
        String on;
        String off;
        String upload;
        String certificate;
        try (EmbeddedDirector director = Clouds.start(folder, "again")) {
            certificate = director.certificate().getSerialNumber().toString();
            Client client = Client.admin(director);
            vapp = Clouds.compose(client, "shop", Clouds.routed(client, "net")).substring(client.base.length());
            on = Clouds.addVm(client, vapp, "on", "net", "192.168.55.20", "00:50:56:2a:0a:01")
                    .substring(client.base.length());
            off = Clouds.addVm(client, vapp, "crashed", "net", "192.168.55.21", "00:50:56:2a:0a:02")
                    .substring(client.base.length());
            client.done("POST", vapp + "/power/action/powerOn", null, null);
            String catalog = client.find("catalog", "stretch");
            HttpResponse<byte[]> created = client.send(
                    "POST",
                    catalog + "/action/upload",
                    Client.V + "uploadVAppTemplateParams+xml",
                    "<UploadVAppTemplateParams " + Client.NS + " name=\"half\"/>");
            upload = Client.xml(created)
                    .first("Entity")
                    .orElseThrow()
                    .attribute("href")
                    .orElseThrow()
                    .substring(client.base.length());
        }
        Path host = folder.resolve("again/host");
        Files.delete(host.resolve("guests").resolve(off.substring(off.indexOf("vm-") + 3)));
        Files.writeString(host.resolve("disks/00000000-0000-0000-0000-00000000dead.vmdk"), "nobody's");
        Files.createDirectories(folder.resolve("again/transfer/nobodys"));
        try (EmbeddedDirector director = Clouds.start(folder, "again")) {
            assertThat(director.certificate().getSerialNumber()).hasToString(certificate);
            assertThat(director.generatedPasswords()).isEmpty();
            Client client = Client.admin(director);
            assertThat(client.get(on).attribute("status")).contains("4");
            assertThat(client.get(off).attribute("status")).contains("8");
            assertThat(client.get(vapp).attribute("status")).contains("10");
            MemoryHost memory = (MemoryHost) director.host();
            assertThat(memory.routers()).hasSize(2);
            assertThat(memory.inventory().disks()).hasSize(2);
            assertThat(folder.resolve("again/transfer/nobodys")).doesNotExist();
            XmlElement waiting = client.get(upload);
            assertThat(waiting.first("Tasks")
                            .orElseThrow()
                            .first("Task")
                            .orElseThrow()
                            .attribute("status"))
                    .contains("running");
            assertThat(waiting.first("Files")).isPresent();
            memory.guestStops(on.substring(on.indexOf("vm-") + 3));
            assertThat(client.get(on).attribute("status")).contains("8");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("again/key.pem"))))
                .isEqualTo("rw-------");
        assertThat(Files.readString(folder.resolve("again/state.json"))).doesNotContain("admin-pass");
    }
}
