package org.stretchdeploy.vendor.vcd.internal.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.stretchdeploy.spi.EdgeGateway;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.OrgVdcNetwork;
import org.stretchdeploy.spi.Subnet;
import org.stretchdeploy.vendor.vcd.internal.http.Json;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;
import org.stretchdeploy.vendor.vcd.internal.xml.Xml;

final class VdcDocumentsTest {
    private static final ObjectId VDC = new ObjectId("/api/vdc/v");

    private static com.fasterxml.jackson.databind.JsonNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static Elem xml(String text) {
        return Xml.parse(text.replaceFirst(">", " xmlns='http://www.vmware.com/vcloud/v1.5'>")
                .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void networks() {
        OrgVdcNetwork network = VdcDocuments.network(
                json("{'id':'urn:vcloud:network:n1','name':'routed','networkType':'NAT_ROUTED','totalIpCount':10,"
                        + "'usedIpCount':3,'connection':{'routerRef':{'name':'edge'}},'subnets':{'values':[{'gateway':"
                        + "'10.0.0.1','prefixLength':24,'dnsSuffix':null,'dnsServer1':'9.9.9.9','dnsServer2':'','ipRanges':"
                        + "{'values':[{'startAddress':'10.0.0.10','endAddress':'10.0.0.19'}]}}]}}"),
                VDC);
        assertThat(network)
                .isEqualTo(new OrgVdcNetwork(
                        new ObjectId("/api/network/n1"),
                        "routed",
                        VDC,
                        OrgVdcNetwork.Kind.ROUTED,
                        Optional.of(new Subnet("10.0.0.1", 24, List.of("9.9.9.9"), "", List.of("10.0.0.10-10.0.0.19"))),
                        7,
                        Optional.of("edge")));
    }

    @Test
    void edgeGatewaysHaveThePrimaryAddressFirst() {
        EdgeGateway edge = VdcDocuments.edgeGateway(
                json("{'id':'urn:vcloud:gateway:g','name':'edge','status':'REALIZED','edgeGatewayUplinks':[{'subnets':"
                        + "{'values':[{'primaryIp':'203.0.113.12','ipRanges':{'values':[{'startAddress':'203.0.113.10',"
                        + "'endAddress':'203.0.113.12'},{'startAddress':'bad','endAddress':'worse'}]}}]}}]}"),
                VDC);
        assertThat(edge.externalAddresses()).containsExactly("203.0.113.12", "203.0.113.10", "203.0.113.11");
        assertThat(edge.healthy()).isTrue();
    }

    @Test
    void roomOfAVdc() {
        Elem vdc = xml("<Vdc><ComputeCapacity><Memory><Limit>1000</Limit><Used>400</Used></Memory></ComputeCapacity>"
                + "<Capabilities><SupportedHardwareVersions><SupportedHardwareVersion>vmx-14</SupportedHardwareVersion>"
                + "</SupportedHardwareVersions></Capabilities></Vdc>");
        assertThat(VdcDocuments.memoryFreeMb(vdc)).isEqualTo(600);
        assertThat(VdcDocuments.memoryFreeMb(xml("<Vdc></Vdc>"))).isEqualTo(Long.MAX_VALUE);
        assertThat(VdcDocuments.hardwareVersions(vdc)).containsExactly("vmx-14");
        Elem gold = xml(
                "<P><Enabled>true</Enabled><Limit>500</Limit><Default>true</Default><StorageUsedMB>100</StorageUsedMB></P>");
        Elem bulk = xml("<P><Enabled>true</Enabled><Limit>0</Limit><Default>false</Default></P>");
        assertThat(VdcDocuments.storageFreeMb(List.of(gold, bulk))).isEqualTo(400);
        assertThat(VdcDocuments.storageFreeMb(List.of(bulk))).isEqualTo(Long.MAX_VALUE);
        assertThat(VdcDocuments.storageFreeMb(List.of())).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void netmasks() {
        assertThat(Ipv4.netmask(24)).isEqualTo("255.255.255.0");
        assertThat(Ipv4.netmask(30)).isEqualTo("255.255.255.252");
        assertThat(Ipv4.prefixLength("255.255.240.0")).isEqualTo(20);
        assertThat(Ipv4.prefixLength("nonsense")).isZero();
    }
}
