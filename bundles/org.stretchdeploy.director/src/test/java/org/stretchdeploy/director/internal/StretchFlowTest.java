package org.stretchdeploy.director.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stretchdeploy.director.embed.EmbeddedDirector;
import org.stretchdeploy.director.host.RouterSpec;
import org.stretchdeploy.director.internal.memory.MemoryHost;
import org.stretchdeploy.director.internal.ovf.OvfDescriptor;
import org.stretchdeploy.director.internal.ovf.OvfReader;
import org.stretchdeploy.director.internal.ovf.OvfRejected;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** The way of a machine from one cloud to another, call by call, on two directors. */
class StretchFlowTest {
    @TempDir
    private Path folder;

    private EmbeddedDirector one;
    private EmbeddedDirector two;
    private Client source;
    private Client target;

    @BeforeEach
    void startClouds() {
        one = Clouds.start(folder, "private");
        two = Clouds.start(folder, "public");
        source = Client.admin(one);
        target = Client.admin(two);
    }

    @AfterEach
    void stopClouds() {
        one.close();
        two.close();
    }

    @Test
    void machineMovesWithItsIdentity() throws OvfRejected {
        String shop = Clouds.compose(source, "shop", Clouds.routed(source, "internal"));
        String web = Clouds.addVm(source, shop, "web", "internal", "192.168.55.20", Clouds.MAC);
        String biosBefore = bios(source, shop);
        String routed = Clouds.compose(target, "stretched", Clouds.routed(target, "internal"));

        String temporary = Clouds.compose(source, "stretch-temp", Clouds.isolated("internal"));
        source.done(
                "POST",
                temporary + "/action/recomposeVApp",
                Client.V + "recomposeVAppParams+xml",
                Clouds.recompose(Clouds.sourced(web, true, "")));
        assertThat(source.get(shop).first("Children")).isEmpty();
        assertThat(source.get(shop).attribute("status")).contains("1");
        assertThat(Clouds.vm(source, temporary, "web")).isEqualTo(web);
        assertThat(Clouds.connection(source, web).textOf("MACAddress")).contains(Clouds.MAC);

        String template = capture(temporary, "web-package");
        source.done("POST", template + "/action/enableDownload", null, null);
        XmlElement offered = source.get(template);
        String identity = Client.link(offered, "download:identity").orElseThrow();
        byte[] descriptor = download(identity);
        byte[] manifest = download(identity.replace(".ovf", ".mf"));
        OvfDescriptor read = OvfReader.read(descriptor);
        assertThat(read.machines().get(0).nics().get(0).mac()).contains(Clouds.MAC);
        assertThat(read.machines().get(0).biosUuid()).contains(biosBefore);
        assertThat(new String(manifest, StandardCharsets.UTF_8))
                .contains("SHA256(descriptor-with-id.ovf)= ")
                .contains("SHA256(disk-1.vmdk)= ");
        OvfDescriptor plain =
                OvfReader.read(download(Client.link(offered, "download:default").orElseThrow()));
        assertThat(plain.machines().get(0).nics().get(0).mac()).isEmpty();
        assertThat(plain.machines().get(0).biosUuid()).isEmpty();
        assertThat(plain.networkConfig()).isEmpty();
        String disk = identity.replace("descriptor-with-id.ovf", "disk-1.vmdk");
        byte[] bytes = downloadInPieces(disk);
        assertThat(bytes).isEqualTo(download(disk));

        byte[] tampered = bytes.clone();
        tampered[700] ^= 1;
        XmlElement refused = uploaded(target, "tampered", descriptor, manifest, tampered);
        assertThat(refused.attribute("status")).contains("error");
        assertThat(refused.first("Error").orElseThrow().attribute("message").orElse(""))
                .contains("disk-1.vmdk", "does not match");
        String refusedTemplate =
                refused.first("Owner").orElseThrow().attribute("href").orElseThrow();
        assertThat(target.get(refusedTemplate).attribute("status")).contains("-1");
        target.done("DELETE", refusedTemplate, null, null);

        XmlElement accepted = uploaded(target, "web-package", descriptor, manifest, bytes);
        assertThat(accepted.attribute("status")).as(accepted::toString).contains("success");
        String imported =
                accepted.first("Owner").orElseThrow().attribute("href").orElseThrow();
        assertThat(target.get(imported).attribute("status")).contains("8");

        String vdc = target.find("orgVdc", "acme-vdc");
        target.done(
                "POST",
                vdc + "/action/instantiateVAppTemplate",
                Client.V + "instantiateVAppTemplateParams+xml",
                """
                <InstantiateVAppTemplateParams %s name="arrival" deploy="false" powerOn="false">
                <Source href="%s"/><AllEULAsAccepted>true</AllEULAsAccepted></InstantiateVAppTemplateParams>""".formatted(Client.NS, imported));
        String arrival = target.find("vApp", "arrival");
        String arrived = Clouds.vm(target, arrival, "web");
        target.done(
                "POST",
                routed + "/action/recomposeVApp",
                Client.V + "recomposeVAppParams+xml",
                Clouds.recompose(Clouds.sourced(arrived, true, Clouds.nic("internal", "192.168.55.20", Clouds.MAC))));
        target.done("DELETE", arrival, null, null);
        target.done("DELETE", imported, null, null);
        XmlElement nic = Clouds.connection(target, arrived);
        assertThat(nic.textOf("MACAddress")).contains(Clouds.MAC);
        assertThat(nic.textOf("IpAddress")).contains("192.168.55.20");
        assertThat(nic.attribute("network")).contains("internal");
        assertThat(bios(target, routed)).isEqualTo(biosBefore);

        natAndPowerOn(routed, arrived);

        source.done(
                "POST",
                shop + "/action/recomposeVApp",
                Client.V + "recomposeVAppParams+xml",
                Clouds.recompose(Clouds.sourced(web, true, Clouds.nic("internal", "192.168.55.20", Clouds.MAC))));
        source.done("DELETE", temporary, null, null);
        source.done("DELETE", template, null, null);
        assertThat(source.query("vAppTemplate", "name==*").attribute("total")).contains("0");
        assertThat(one.host().inventory().disks()).hasSize(1);
        assertThat(two.host().inventory().disks()).hasSize(1);
    }

    private void natAndPowerOn(String routed, String arrived) {
        String localId = target.get(arrived).textOf("VAppScopedLocalId").orElseThrow();
        String networkHref = Client.link(target.get(routed), "down").orElseThrow();
        XmlElement network = target.get(networkHref);
        XmlElement features =
                network.first("Configuration").orElseThrow().first("Features").orElseThrow();
        assertThat(features.first("NatService").orElseThrow().textOf("NatType")).contains("ipTranslation");
        features.first("NatService")
                .orElseThrow()
                .add(XmlElement.vcloud("NatRule")
                        .child("Description", "by Stretch-Deploy #7")
                        .child("IsEnabled", true)
                        .add(XmlElement.vcloud("OneToOneVmRule")
                                .child("MappingMode", "automatic")
                                .child("VAppScopedVmId", localId)
                                .child("VmNicId", 0)));
        target.done("PUT", networkHref, Client.V + "vAppNetwork+xml", network.toString());
        target.done("POST", arrived + "/power/action/powerOn", null, null);
        assertThat(target.get(routed).attribute("status")).contains("4");
        assertThat(Clouds.connection(target, arrived).textOf("ExternalIpAddress"))
                .isPresent();
        MemoryHost host = (MemoryHost) two.host();
        RouterSpec edge = host.routers().values().stream()
                .filter(r -> r.name().equals("internal"))
                .findFirst()
                .orElseThrow();
        assertThat(edge.nat().entries()).singleElement().satisfies(e -> {
            assertThat(e.kind()).isEqualTo(RouterSpec.NatKind.ONE_TO_ONE);
            assertThat(e.internalAddress()).isEqualTo("192.168.55.20");
        });
        target.done("POST", routed + "/action/undeploy", Client.V + "undeployVAppParams+xml", """
                <UndeployVAppParams xmlns="http://www.vmware.com/vcloud/v1.5"><UndeployPowerAction>powerOff</UndeployPowerAction>
                </UndeployVAppParams>""");
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> host.routers().size() == 1);
        assertThat(host.networks()).hasSize(3);
    }

    private String bios(Client client, String vapp) throws OvfRejected {
        return OvfReader.read(client.send("GET", vapp + "/ovf", null, null).body())
                .machines()
                .get(0)
                .biosUuid()
                .orElseThrow();
    }

    private String capture(String vapp, String name) {
        String catalog = source.find("catalog", "stretch");
        XmlElement task = source.done(
                "POST", catalog + "/action/captureVApp", Client.V + "captureVAppParams+xml", """
                <ns0:CaptureVAppParams xmlns:ns0="http://www.vmware.com/vcloud/v1.5" xmlns:ns1="http://schemas.dmtf.org/ovf/envelope/1"
                 name="%s"><ns0:Source href="%s"/><ns0:CustomizationSection><ns1:Info/>
                <ns0:CustomizeOnInstantiate>false</ns0:CustomizeOnInstantiate></ns0:CustomizationSection>
                </ns0:CaptureVAppParams>""".formatted(name, vapp));
        return task.first("Owner").orElseThrow().attribute("href").orElseThrow();
    }

    private byte[] download(String href) {
        HttpResponse<byte[]> response = source.send("GET", href, null, null);
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private byte[] downloadInPieces(String href) {
        HttpResponse<byte[]> first = source.send("GET", href, null, null, "Range", "bytes=0-999");
        assertThat(first.statusCode()).isEqualTo(206);
        HttpResponse<byte[]> rest = source.send("GET", href, null, null, "Range", "bytes=1000-");
        assertThat(rest.statusCode()).isEqualTo(206);
        byte[] all = Arrays.copyOf(first.body(), first.body().length + rest.body().length);
        System.arraycopy(rest.body(), 0, all, first.body().length, rest.body().length);
        return all;
    }

    /** Uploads with a manifest, the disk in two pieces; gives the ended task. */
    private static XmlElement uploaded(Client client, String name, byte[] descriptor, byte[] manifest, byte[] disk) {
        String catalog = client.find("catalog", "stretch");
        HttpResponse<byte[]> created = client.send(
                "POST", catalog + "/action/upload", Client.V + "uploadVAppTemplateParams+xml", """
                <UploadVAppTemplateParams %s name="%s" manifestRequired="true"><Description>kept  exactly</Description>
                </UploadVAppTemplateParams>""".formatted(
                                Client.NS, name));
        assertThat(created.statusCode()).as(() -> Client.text(created)).isEqualTo(201);
        XmlElement item = Client.xml(created);
        assertThat(item.textOf("Description")).contains("kept  exactly");
        String template = item.first("Entity").orElseThrow().attribute("href").orElseThrow();
        XmlElement open = client.get(template);
        assertThat(open.attribute("status")).contains("0");
        assertThat(open.attribute("ovfDescriptorUploaded")).contains("false");
        XmlElement task = open.first("Tasks").orElseThrow().first("Task").orElseThrow();
        assertThat(task.attribute("operationName")).contains("vdcUploadOvfContents");
        put(client, file(open, "descriptor.ovf"), descriptor);
        put(client, file(open, "descriptor.mf"), manifest);
        XmlElement filling = client.get(template);
        assertThat(filling.attribute("ovfDescriptorUploaded")).contains("true");
        String diskHref = file(filling, "disk-1.vmdk");
        HttpResponse<byte[]> first = client.sendBytes(
                "PUT", diskHref, null, Arrays.copyOf(disk, 500), "Content-Range", "bytes 0-499/" + disk.length);
        assertThat(first.statusCode()).as(() -> Client.text(first)).isEqualTo(200);
        HttpResponse<byte[]> gap =
                client.sendBytes("PUT", diskHref, null, new byte[10], "Content-Range", "bytes 600-609/" + disk.length);
        assertThat(gap.statusCode()).isEqualTo(416);
        HttpResponse<byte[]> rest = client.sendBytes(
                "PUT",
                diskHref,
                null,
                Arrays.copyOfRange(disk, 500, disk.length),
                "Content-Range",
                "bytes 500-" + (disk.length - 1) + "/" + disk.length);
        assertThat(rest.statusCode()).as(() -> Client.text(rest)).isEqualTo(200);
        return client.waitFor(task.attribute("href").orElseThrow());
    }

    private static String file(XmlElement template, String name) {
        List<String> hrefs = template.first("Files").orElseThrow().all("File").stream()
                .filter(f -> f.attribute("name").orElse("").equals(name))
                .map(f -> Client.link(f, "upload:default").orElseThrow())
                .toList();
        assertThat(hrefs).hasSize(1);
        return hrefs.get(0);
    }

    private static void put(Client client, String href, byte[] bytes) {
        HttpResponse<byte[]> response = client.sendBytes("PUT", href, "text/xml", bytes);
        assertThat(response.statusCode()).as(() -> Client.text(response)).isEqualTo(200);
    }
}
