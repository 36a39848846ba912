package org.stretchdeploy.director.internal.ovf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OvfReaderTest {
    private static final String GOOD = """
            <ovf:Envelope xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
             xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData">
            <ovf:References><ovf:File ovf:href="a.vmdk" ovf:id="f1" ovf:size="10"/></ovf:References>
            <ovf:DiskSection><ovf:Info/><ovf:Disk ovf:capacity="64" ovf:capacityAllocationUnits="byte * 2^20"
             ovf:diskId="d1" ovf:fileRef="f1"/></ovf:DiskSection>
            <ovf:VirtualSystem ovf:id="web"><ovf:Info/><ovf:VirtualHardwareSection><ovf:Info/>
            <ovf:Item><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType>
            <rasd:VirtualQuantity>2</rasd:VirtualQuantity></ovf:Item>
            <ovf:Item><rasd:AllocationUnits>byte * 2^30</rasd:AllocationUnits><rasd:ResourceType>4</rasd:ResourceType>
            <rasd:VirtualQuantity>1</rasd:VirtualQuantity></ovf:Item>
            <ovf:Item><rasd:HostResource>ovf:/disk/d1</rasd:HostResource><rasd:ResourceType>17</rasd:ResourceType></ovf:Item>
            <ovf:Item><rasd:Address>00:50:56:01:02:03</rasd:Address><rasd:Connection>lan</rasd:Connection>
            <rasd:ResourceSubType>E1000</rasd:ResourceSubType><rasd:ResourceType>10</rasd:ResourceType></ovf:Item>
            </ovf:VirtualHardwareSection></ovf:VirtualSystem></ovf:Envelope>""";

    private static OvfDescriptor read(String text) throws OvfRejected {
        return OvfReader.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsWhatItNeeds() throws OvfRejected {
        OvfDescriptor.Machine machine = read(GOOD).machines().get(0);
        assertThat(machine.cpus()).isEqualTo(2);
        assertThat(machine.memoryMb()).isEqualTo(1024);
        assertThat(machine.nics().get(0).network()).isEqualTo("lan");
        assertThat(machine.nics().get(0).mac()).contains("00:50:56:01:02:03");
        assertThat(read(GOOD).disks().get(0).capacityBytes()).isEqualTo(64L << 20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.vmdk|../../etc/passwd",
                "a.vmdk|/etc/passwd",
                "a.vmdk|https://elsewhere/x",
                "ovf:capacity=\"64\"|ovf:capacity=\"99999999999999999999\"",
                "ovf:capacity=\"64\"|ovf:capacity=\"-1\"",
                "byte * 2^20|furlong",
                "ovf:fileRef=\"f1\"|ovf:fileRef=\"f2\"",
                "ovf:/disk/d1|ovf:/disk/d2",
                "00:50:56:01:02:03|ff:ff:ff:ff:ff:ff",
                "<rasd:VirtualQuantity>2<|<rasd:VirtualQuantity>0<",
                "ovf:VirtualSystem|ovf:Nothing"
            })
    void refusesWhatIsWrong(String good, String bad) {
        assertThat(GOOD).contains(good);
        assertThatThrownBy(() -> read(GOOD.replace(good, bad))).isInstanceOf(OvfRejected.class);
    }
}
