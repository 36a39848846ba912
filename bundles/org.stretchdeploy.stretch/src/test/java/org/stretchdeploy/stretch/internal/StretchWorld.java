package org.stretchdeploy.stretch.internal;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.OperationId;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.memory.LiveNic;
import org.stretchdeploy.spi.memory.MemoryCloud;
import org.stretchdeploy.spi.memory.MemoryCloudBuilder;
import org.stretchdeploy.spi.memory.Pace;
import org.stretchdeploy.spi.memory.ShopClouds;
import org.stretchdeploy.stretch.internal.model.DeployPlan;
import org.stretchdeploy.stretch.internal.model.ReturnPlan;
import org.stretchdeploy.stretch.internal.run.DeployTable;
import org.stretchdeploy.stretch.internal.run.Parts;
import org.stretchdeploy.stretch.internal.run.ReturnTable;
import org.stretchdeploy.workflow.Journal;
import org.stretchdeploy.workflow.Workflow;
import org.stretchdeploy.workflow.testkit.CrashingJournal;
import org.stretchdeploy.workflow.testkit.FakeClock;
import org.stretchdeploy.workflow.testkit.InMemoryJournal;
import org.stretchdeploy.workflow.testkit.SimulatedNode;

/** Two clouds in memory, the real engine with the real tables on a fake clock, and a witness on the segment. */
public final class StretchWorld {
    /** What a world may have broken on purpose: tests of the tests. */
    public record Variant(
            Function<Parts, Workflow<DeployPlan>> deploy,
            Function<Parts, Workflow<ReturnPlan>> home,
            UnaryOperator<Journal> journal,
            UnaryOperator<Cloud> clouds) {
        /** Nothing is broken. */
        public static final Variant SOUND =
                new Variant(DeployTable::with, ReturnTable::with, UnaryOperator.identity(), UnaryOperator.identity());

        public Variant withDeploy(Function<Parts, Workflow<DeployPlan>> table) {
            return new Variant(table, home, journal, clouds);
        }

        public Variant withHome(Function<Parts, Workflow<ReturnPlan>> table) {
            return new Variant(deploy, table, journal, clouds);
        }

        public Variant withClouds(UnaryOperator<Cloud> wrapper) {
            return new Variant(deploy, home, journal, wrapper);
        }

        public Variant withJournal(UnaryOperator<Journal> wrapper) {
            return new Variant(deploy, home, wrapper, clouds);
        }
    }

    public final FakeClock clock = new FakeClock();
    public final MemoryCloud source;
    public final MemoryCloud target;
    public final MemoryPackages packages = new MemoryPackages();
    public final MemoryStretches stretches = new MemoryStretches();
    public final MemoryFenceBreaches breaches = new MemoryFenceBreaches();
    public final FakeTunnels tunnels;
    public final List<String> violations = new ArrayList<>();
    public final Parts parts;
    public final Journal store = new InMemoryJournal();
    private static final ObjectMapper MAPPER = Json.mapper();

    private final AtomicLong ids = new AtomicLong();
    /** The same in every run: a seed replays. */
    private final Random chance = new Random(1);

    private final Variant variant;
    public CrashingJournal journal;
    public SimulatedNode node;
    public StretchService service;

    public StretchWorld(Path folder) {
        this(folder, ShopClouds.source("private"), ShopClouds.target("public"));
    }

    public StretchWorld(Path folder, MemoryCloudBuilder sourceBuilder, MemoryCloudBuilder targetBuilder) {
        this(
                appliance(folder),
                sourceBuilder.pace(Pace.polls(2)).build(),
                targetBuilder.pace(Pace.polls(2)).build(),
                Variant.SOUND);
    }

    /** @param appliance folder of an edge appliance's package, see {@link #appliance}; shared by any number of worlds */
    public StretchWorld(Path appliance, MemoryCloud source, MemoryCloud target, Variant variant) {
        this.source = source;
        this.target = target;
        this.variant = variant;
        this.tunnels = new FakeTunnels(appliance, clock, source, target);
        source.witness((cloud, live) -> witness(live, target.live()));
        target.witness((cloud, live) -> witness(source.live(), live));
        this.parts = new Parts(this::open, tunnels, packages, stretches, breaches);
        restart();
    }

    private void witness(List<LiveNic> here, List<LiveNic> there) {
        for (LiveNic one : here) {
            there.stream()
                    .filter(other -> other.mac().equalsIgnoreCase(one.mac()))
                    .forEach(other -> violations.add("two live copies of " + one.mac() + ": " + one + " and " + other));
        }
    }

    private Cloud open(String name) {
        return switch (name) {
            case "private" -> variant.clouds().apply(source);
            case "public" -> variant.clouds().apply(target);
            default ->
                throw org.stretchdeploy.api.StretchException.notFound(
                        "unknown-cloud", "There is no cloud " + name + ".");
        };
    }

    /** A controller that starts on what the journal and the register hold. */
    public void restart() {
        restart("node", 0, CrashingJournal.Side.BEFORE);
    }

    /** The same, of a given name, on a journal that kills the controller at one of its writes; 0 is never. */
    public void restart(String name, long crashAtWrite, CrashingJournal.Side side) {
        journal = new CrashingJournal(variant.journal().apply(store), crashAtWrite, side);
        node = new SimulatedNode(journal, clock, name, ids);
        service = new StretchService(
                parts,
                node.engine(),
                MAPPER,
                clock,
                variant.deploy().apply(parts),
                variant.home().apply(parts),
                chance);
    }

    /** What happens by itself every few seconds. */
    public void look() {
        service.look();
    }

    public Operation run(OperationId id) {
        node.dispatcher().runAll(20_000);
        return service.operation(id);
    }

    public static StretchRequest web() {
        return StretchRequest.of(new CloudName("private"), "shop", List.of("web"), new CloudName("public"));
    }

    public Operation deploy(String... vms) {
        return run(service.deploy(
                StretchRequest.of(new CloudName("private"), "shop", List.of(vms), new CloudName("public")),
                Optional.empty()));
    }

    public Operation bringBack(String... vms) {
        return run(service.bringBack(
                new ReturnRequest(new CloudName("private"), "shop", List.of(vms), List.of("*")), Optional.empty()));
    }

    public Map<String, String> states() {
        return Map.of("private", source.canonicalState(), "public", target.canonicalState());
    }

    /** Writes an edge appliance's package. */
    public static Path appliance(Path folder) {
        try {
            Path at = Files.createDirectories(folder.resolve("appliance"));
            byte[] disk = "appliance disk".getBytes(StandardCharsets.UTF_8);
            byte[] descriptor = APPLIANCE.getBytes(StandardCharsets.UTF_8);
            Files.write(at.resolve("edge-disk.vmdk"), disk);
            Files.write(at.resolve("edge.ovf"), descriptor);
            Files.writeString(
                    at.resolve("edge.mf"),
                    "SHA256(edge.ovf)= " + sha(descriptor) + "\nSHA256(edge-disk.vmdk)= " + sha(disk) + "\n");
            return at;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    public static String sha(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final String APPLIANCE = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
                xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData">
              <References><File ovf:href="edge-disk.vmdk" ovf:id="file1" ovf:size="14"/></References>
              <DiskSection><Info>disks</Info>
                <Disk ovf:capacity="1" ovf:capacityAllocationUnits="byte * 2^20" ovf:diskId="disk1" ovf:fileRef="file1"
                  ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"/></DiskSection>
              <NetworkSection><Info>networks</Info><Network ovf:name="uplink"/><Network ovf:name="stretched"/></NetworkSection>
              <VirtualSystem ovf:id="edge"><Info>edge appliance</Info><Name>edge</Name>
                <ProductSection ovf:class="org.stretchdeploy.edge"><Info>product</Info>
                  <Property ovf:key="stretch.agent" ovf:type="string" ovf:userConfigurable="true"/></ProductSection>
                <OperatingSystemSection ovf:id="101"><Info>os</Info></OperatingSystemSection>
                <VirtualHardwareSection><Info>hardware</Info>
                  <Item><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>1</rasd:VirtualQuantity></Item>
                  <Item><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>128</rasd:VirtualQuantity></Item>
                  <Item><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceType>6</rasd:ResourceType></Item>
                  <Item><rasd:InstanceID>4</rasd:InstanceID><rasd:AddressOnParent>0</rasd:AddressOnParent><rasd:Connection>uplink</rasd:Connection><rasd:ResourceType>10</rasd:ResourceType><rasd:ResourceSubType>VMXNET3</rasd:ResourceSubType></Item>
                  <Item><rasd:InstanceID>5</rasd:InstanceID><rasd:AddressOnParent>1</rasd:AddressOnParent><rasd:Connection>stretched</rasd:Connection><rasd:ResourceType>10</rasd:ResourceType><rasd:ResourceSubType>VMXNET3</rasd:ResourceSubType></Item>
                  <Item><rasd:InstanceID>6</rasd:InstanceID><rasd:HostResource>ovf:/disk/disk1</rasd:HostResource><rasd:Parent>3</rasd:Parent><rasd:ResourceType>17</rasd:ResourceType></Item>
                </VirtualHardwareSection></VirtualSystem>
            </Envelope>
            """;
}
