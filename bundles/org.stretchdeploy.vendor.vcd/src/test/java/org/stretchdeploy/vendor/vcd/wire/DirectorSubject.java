package org.stretchdeploy.vendor.vcd.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.CloudRegistration;
import org.stretchdeploy.api.Secret;
import org.stretchdeploy.director.embed.DirectorConfig;
import org.stretchdeploy.director.embed.EmbeddedDirector;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudAccount;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.CloudVendor;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.tck.ConformanceSubject;
import org.stretchdeploy.vendor.vcd.internal.VcdVendor;

/** A director of its own, whose host only keeps books, spoken to over HTTPS. */
final class DirectorSubject implements ConformanceSubject, AutoCloseable {
    private static final String ORGANIZATION = "acme";
    private static final String USER = "admin";
    private static final String TEMPLATE = "tiny";
    private static final int DISK_BYTES = 1 << 20;

    private final Path folder;
    private final EmbeddedDirector director;
    private final CloudVendor vendor = new VcdVendor();
    private final Cloud cloud;
    private final ObjectId catalog;

    DirectorSubject(String versionProfile) {
        try {
            folder = Files.createTempDirectory("vcd-wire");
            director = EmbeddedDirector.start(DirectorConfig.parse(configuration(folder, versionProfile)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cloud = vendor.open(account());
        catalog = cloud.status(cloud.catalogs().createCatalog("packages", new Tag("setup", "catalog")))
                .owner()
                .orElseThrow();
        upload();
    }

    private static String configuration(Path folder, String versionProfile) {
        return """
            {"name": "wire", "listen": {"address": "127.0.0.1", "port": 0}, "stateDirectory": "%s",
             "versionProfile": "%s", "host": {"type": "memory"},
             "organizations": [{"name": "acme",
               "vdcs": [{"name": "acme-vdc", "storageLimitMb": 20000, "memoryLimitMb": 32000, "vmQuota": 50}],
               "users": [{"name": "admin", "role": "Organization Administrator"}], "catalogs": []}],
             "externalNetworks": [{"name": "internet", "gatewayCidr": "203.0.113.1/24",
               "ranges": ["203.0.113.10-203.0.113.30"]}],
             "edgeGateways": [{"name": "edge", "vdc": "acme-vdc", "externalNetwork": "internet",
               "primaryIp": "203.0.113.10", "extraIps": ["203.0.113.11"]}],
             "orgVdcNetworks": [{"name": "routed", "vdc": "acme-vdc", "edgeGateway": "edge",
               "gatewayCidr": "10.50.0.1/24", "ranges": ["10.50.0.20-10.50.0.200"]}]}
            """.formatted(folder.resolve("state"), versionProfile);
    }

    private void upload() {
        Catalogs catalogs = cloud.catalogs();
        ObjectId template = catalogs.beginUpload(catalog, TEMPLATE, false, new Tag("setup", "template"));
        catalogs.putDescriptor(template, descriptor());
        byte[] disk = new byte[DISK_BYTES];
        new Random(42).nextBytes(disk);
        Catalogs.Upload upload = waitFor(template, true);
        upload.files().forEach(file -> catalogs.putFile(template, file.name(), 0, disk, disk.length, disk.length));
        if (waitFor(template, false).state() != Catalogs.State.READY) {
            throw new AssertionError("the template was not imported: "
                    + catalogs.upload(template).failure());
        }
    }

    private Catalogs.Upload waitFor(ObjectId template, boolean files) {
        for (int poll = 0; poll < mostPolls(); poll++) {
            Catalogs.Upload upload = cloud.catalogs().upload(template);
            boolean wanted = files ? !upload.files().isEmpty() : upload.state() != Catalogs.State.PENDING;
            if (wanted || upload.state() == Catalogs.State.FAILED) {
                return upload;
            }
            pause();
        }
        throw new AssertionError("the director does not go on with the upload");
    }

    private static byte[] descriptor() {
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
              xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
              xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData">
              <References><File ovf:id="f1" ovf:href="tiny-disk1.vmdk" ovf:size="%1$d"/></References>
              <DiskSection><Info>Disks</Info><Disk ovf:diskId="d1" ovf:fileRef="f1" ovf:capacity="%1$d"
                ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/></DiskSection>
              <NetworkSection><Info>Networks</Info><Network ovf:name="none"><Description/></Network></NetworkSection>
              <VirtualSystem ovf:id="guest"><Info>A machine</Info><Name>guest</Name>
                <OperatingSystemSection ovf:id="96"><Info>OS</Info></OperatingSystemSection>
                <VirtualHardwareSection><Info>Hardware</Info>
                  <System><vssd:ElementName>Hardware</vssd:ElementName><vssd:InstanceID>0</vssd:InstanceID>
                    <vssd:VirtualSystemType>vmx-14</vssd:VirtualSystemType></System>
                  <Item><rasd:Description>CPU</rasd:Description><rasd:ElementName>1 CPU</rasd:ElementName>
                    <rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType>
                    <rasd:VirtualQuantity>1</rasd:VirtualQuantity></Item>
                  <Item><rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits>
                    <rasd:ElementName>96 MB</rasd:ElementName><rasd:InstanceID>2</rasd:InstanceID>
                    <rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>96</rasd:VirtualQuantity></Item>
                  <Item><rasd:Address>0</rasd:Address><rasd:ElementName>SCSI</rasd:ElementName>
                    <rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceSubType>lsilogic</rasd:ResourceSubType>
                    <rasd:ResourceType>6</rasd:ResourceType></Item>
                  <Item><rasd:AddressOnParent>0</rasd:AddressOnParent><rasd:ElementName>Disk</rasd:ElementName>
                    <rasd:HostResource>ovf:/disk/d1</rasd:HostResource><rasd:InstanceID>4</rasd:InstanceID>
                    <rasd:Parent>3</rasd:Parent><rasd:ResourceType>17</rasd:ResourceType></Item>
                  <Item><rasd:AddressOnParent>0</rasd:AddressOnParent>
                    <rasd:AutomaticAllocation>true</rasd:AutomaticAllocation><rasd:Connection>none</rasd:Connection>
                    <rasd:ElementName>NIC</rasd:ElementName><rasd:InstanceID>5</rasd:InstanceID>
                    <rasd:ResourceSubType>VMXNET3</rasd:ResourceSubType><rasd:ResourceType>10</rasd:ResourceType></Item>
                </VirtualHardwareSection>
              </VirtualSystem>
            </Envelope>
            """.formatted(DISK_BYTES).strip().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean refusesFenced() {
        return true;
    }

    @Override
    public CloudVendor vendor() {
        return vendor;
    }

    @Override
    public CloudAccount account() {
        CloudRegistration registration = new CloudRegistration(
                new CloudName("wire"),
                "vcd",
                director.uri(),
                ORGANIZATION,
                USER,
                Optional.of(fingerprint()),
                Map.of("vcd.request-timeout-seconds", "20"));
        return new CloudAccount(
                registration, Secret.of(director.password(USER, ORGANIZATION).orElseThrow()));
    }

    private String fingerprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(director.certificate().getEncoded());
            return HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Cloud cloud() {
        return cloud;
    }

    @Override
    public ObjectId vdc() {
        return cloud.inventory().vdcs().get(0).id();
    }

    @Override
    public String network() {
        return "routed";
    }

    @Override
    public ObjectId edgeGateway() {
        return cloud.inventory().edgeGateways(vdc()).get(0).id();
    }

    @Override
    public ObjectId catalog() {
        return catalog;
    }

    @Override
    public String template() {
        return TEMPLATE;
    }

    @Override
    public ObjectId absent(String kind) {
        String uuid = "00000000-0000-4000-8000-000000000000";
        return new ObjectId(
                switch (kind) {
                    case "VApp" -> "/api/vApp/vapp-" + uuid;
                    case "Vm" -> "/api/vApp/vm-" + uuid;
                    case "VAppTemplate" -> "/api/vAppTemplate/vappTemplate-" + uuid;
                    case "Catalog" -> "/api/catalog/" + uuid;
                    case "EdgeGateway" -> "urn:vcloud:gateway:" + uuid;
                    case "OrgVdc" -> "/api/vdc/" + uuid;
                    default -> throw new IllegalArgumentException(kind);
                });
    }

    @Override
    public CloudTask absentTask() {
        return CloudTask.running("/api/task/00000000-0000-4000-8000-000000000000", Optional.empty());
    }

    @Override
    public void pause() {
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }

    @Override
    public int mostPolls() {
        return 750;
    }

    @Override
    public void close() {
        cloud.close();
        director.close();
    }
}
