package org.stretchdeploy.vendor.vcd.internal.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;
import org.stretchdeploy.vendor.vcd.internal.xml.Xml;

final class VmsTest {
    private static Elem vm(String attributes, String inside) {
        String document =
                "<Vm xmlns='http://www.vmware.com/vcloud/v1.5' xmlns:vcloud='http://www.vmware.com/vcloud/v1.5'"
                        + " xmlns:ovf='http://schemas.dmtf.org/ovf/envelope/1' xmlns:rasd="
                        + "'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData'"
                        + " xmlns:vmw='http://www.vmware.com/schema/ovf' name='db' " + attributes + ">" + inside
                        + "</Vm>";
        return Xml.parse(document.getBytes(StandardCharsets.UTF_8));
    }

    private static Vm read(Elem vm) {
        return Vms.vm(new ObjectId("/api/vApp/vm-1"), vm, Map.of("k", "v"), Map.of());
    }

    @Test
    void hardwareFromTheSpecification() {
        Vm vm = read(vm(
                "status='4' deployed='true'",
                "<Description>d</Description><SnapshotSection><Snapshot size='1'/></SnapshotSection>"
                        + "<GuestCustomizationSection><ComputerName>db-1</ComputerName></GuestCustomizationSection>"
                        + "<VAppScopedLocalId>local</VAppScopedLocalId><VmSpecSection><OsType>debian12_64Guest</OsType>"
                        + "<NumCpus>4</NumCpus><NumCoresPerSocket>2</NumCoresPerSocket>"
                        + "<MemoryResourceMb><Configured>2048</Configured></MemoryResourceMb><MediaSection><MediaSettings><MediaImage"
                        + " name='cd.iso' href='x'/></MediaSettings><MediaSettings/></MediaSection>"
                        + "<DiskSection><DiskSettings><DiskId>2000</DiskId><SizeMb>57</SizeMb><UnitNumber>0</UnitNumber>"
                        + "<BusNumber>0</BusNumber><AdapterType>6</AdapterType></DiskSettings>"
                        + "<DiskSettings><DiskId>2001</DiskId><SizeMb>10</SizeMb><UnitNumber>1</UnitNumber><AdapterType>7</AdapterType><Disk"
                        + " href='x' name='shared'/></DiskSettings></DiskSection><HardwareVersion"
                        + " href='x'>vmx-14</HardwareVersion></VmSpecSection>"));
        assertThat(vm.hardware()).isEqualTo(new Vm.Hardware(4, 2, 2048, "debian12_64Guest", "vmx-14", "db-1"));
        assertThat(vm.disks())
                .containsExactly(
                        new Vm.Disk("2000", 57, "paravirtual", 0, false, false),
                        new Vm.Disk("2001", 10, "sata", 1, true, false));
        assertThat(vm.media()).containsExactly("cd.iso");
        assertThat(vm.snapshot()).isTrue();
        assertThat(vm.state()).isEqualTo(PowerState.ON);
        assertThat(vm.localId()).isEqualTo("local");
    }

    @Test
    void hardwareFromTheItemsOfTheOvfSection() {
        Vm vm = read(vm(
                "status='8'",
                "<ovf:VirtualHardwareSection>"
                        + "<ovf:Item><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>2</rasd:VirtualQuantity></ovf:Item>"
                        + "<ovf:Item><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>512</rasd:VirtualQuantity></ovf:Item>"
                        + "<ovf:Item><rasd:AddressOnParent>1</rasd:AddressOnParent><rasd:HostResource"
                        + " vcloud:capacity='100' vcloud:busSubType='VirtualSCSI'/>"
                        + "<rasd:InstanceID>2000</rasd:InstanceID><rasd:ResourceType>17</rasd:ResourceType></ovf:Item></ovf:VirtualHardwareSection><ovf:OperatingSystemSection"
                        + " vmw:osType='other'/>"));
        assertThat(vm.hardware()).isEqualTo(new Vm.Hardware(2, 1, 512, "other", "", ""));
        assertThat(vm.disks()).containsExactly(new Vm.Disk("2000", 100, "virtualscsi", 1, false, false));
        assertThat(vm.nics()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "-1,false,UNRESOLVED",
        "0,false,UNRESOLVED",
        "1,false,OFF",
        "3,true,SUSPENDED",
        "4,true,ON",
        "8,false,OFF",
        "8,true,OFF_DEPLOYED",
        "10,true,MIXED",
        "77,false,UNRESOLVED"
    })
    void states(int status, boolean deployed, PowerState state) {
        assertThat(Vms.state(vm("status='" + status + "' deployed='" + deployed + "'", "")))
                .isEqualTo(state);
    }

    @Test
    void nicsInTheOrderOfTheirIndexAndOnNoNetwork() {
        Elem vm = vm(
                "status='8'",
                "<NetworkConnectionSection><ovf:Info/>"
                        + "<PrimaryNetworkConnectionIndex>1</PrimaryNetworkConnectionIndex><NetworkConnection"
                        + " network='n'><NetworkConnectionIndex>1</NetworkConnectionIndex>"
                        + "<IsConnected>true</IsConnected><MACAddress>00:50:56:AA:BB:CC</MACAddress>"
                        + "<IpAddressAllocationMode>DHCP</IpAddressAllocationMode></NetworkConnection><NetworkConnection"
                        + " network='none'><NetworkConnectionIndex>0</NetworkConnectionIndex>"
                        + "<IpAddress>10.0.0.1</IpAddress><IsConnected>false</IsConnected>"
                        + "<IpAddressAllocationMode>NONE</IpAddressAllocationMode></NetworkConnection></NetworkConnectionSection>");
        List<Vm.Nic> nics = Vms.nics(vm);
        assertThat(nics)
                .containsExactly(
                        new Vm.Nic(0, "", "", Optional.of("10.0.0.1"), Vm.Allocation.NONE, false, false, ""),
                        new Vm.Nic(1, "n", "00:50:56:aa:bb:cc", Optional.empty(), Vm.Allocation.DHCP, true, true, ""));
        assertThat(Nics.detached(nics)).allSatisfy(nic -> {
            assertThat(nic.network()).isEmpty();
            assertThat(nic.allocation()).isEqualTo(Vm.Allocation.NONE);
        });
    }

    @Test
    void propertiesAreReadSetAndAdded() {
        String list = "<ProductSectionList xmlns='http://www.vmware.com/vcloud/v1.5'"
                + " xmlns:ovf='http://schemas.dmtf.org/ovf/envelope/1'><ovf:ProductSection ovf:class='c'"
                + " ovf:required='true'><ovf:Info>i</ovf:Info><ovf:Product>p</ovf:Product><ovf:Property ovf:key='k'"
                + " ovf:type='string' ovf:value='default'><ovf:Label>l</ovf:Label><ovf:Value"
                + " ovf:value='now'/></ovf:Property></ovf:ProductSection><ovf:ProductSection><ovf:Property ovf:key='other'"
                + " ovf:value='o'/></ovf:ProductSection></ProductSectionList>";
        Elem sections = Xml.parse(list.getBytes(StandardCharsets.UTF_8));
        assertThat(Properties.read(sections)).isEqualTo(Map.of("c.k", "now", "other", "o"));
        Properties.change(sections, Map.of("k", "a & b", "other", "x"));
        Elem again = Xml.parse(Xml.bytes(sections));
        assertThat(Properties.read(again)).isEqualTo(Map.of("c.k", "a & b", "other", "x"));
        assertThat(again.text("ovf:ProductSection", "ovf:Product")).isEqualTo("p");
        Elem empty = Xml.document("ProductSectionList");
        Properties.change(empty, Map.of("new.key", "v"));
        assertThat(Properties.read(Xml.parse(Xml.bytes(empty)))).isEqualTo(Map.of("new.key", "v"));
    }
}
