package org.stretchdeploy.ovf;

import java.nio.charset.StandardCharsets;

/** Descriptors for tests, in our own words but with the shapes that real products write. */
public final class Samples {
    private Samples() {}

    /** A collection as Cloud Director exports one with identity, with its own sections in it. */
    public static final String CLOUD_DIRECTOR = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- exported for a test -->
            <ovf:Envelope xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
                xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
                xmlns:vssd='http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData'
                xmlns:vmw="http://www.vmware.com/schema/ovf" xmlns:vcloud="http://www.vmware.com/vcloud/v1.5"
                xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
              <ovf:References>
                <ovf:File ovf:href="vm-1-disk-0.vmdk" ovf:id="file1" ovf:size="100"/>
              </ovf:References>
              <ovf:DiskSection>
                <ovf:Info>Virtual disk information</ovf:Info>
                <ovf:Disk ovf:capacity="16" ovf:capacityAllocationUnits="byte * 2^20" ovf:diskId="vmdisk1"
                    ovf:fileRef="file1"
                    ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized" ovf:populatedSize="65536"/>
              </ovf:DiskSection>
              <ovf:NetworkSection>
                <ovf:Info>The list of logical networks</ovf:Info>
                <ovf:Network ovf:name="internal"><ovf:Description>inner &amp; routed</ovf:Description></ovf:Network>
              </ovf:NetworkSection>
              <vcloud:NetworkConfigSection ovf:required="false">
                <ovf:Info>Networks of the vApp</ovf:Info>
                <vcloud:NetworkConfig networkName="internal">
                  <vcloud:Configuration><vcloud:FenceMode>natRouted</vcloud:FenceMode></vcloud:Configuration>
                </vcloud:NetworkConfig>
              </vcloud:NetworkConfigSection>
              <ovf:VirtualSystemCollection ovf:id="shop">
                <ovf:Info>A vApp</ovf:Info>
                <ovf:Name>shop</ovf:Name>
                <ovf:StartupSection>
                  <ovf:Info>Start order</ovf:Info>
                  <ovf:Item ovf:id="web" ovf:order="1" ovf:startAction="powerOn" ovf:startDelay="5" ovf:stopAction="guestShutdown" ovf:stopDelay="7" vmw:x="y"/>
                </ovf:StartupSection>
                <ovf:VirtualSystem ovf:id="web">
                  <ovf:Info>A machine</ovf:Info>
                  <ovf:Name>web</ovf:Name>
                  <ovf:OperatingSystemSection ovf:id="101" vmw:osType="otherLinux64Guest">
                    <ovf:Info>Guest</ovf:Info>
                    <ovf:Description>Other Linux (64-bit)</ovf:Description>
                  </ovf:OperatingSystemSection>
                  <ovf:VirtualHardwareSection ovf:transport="iso">
                    <ovf:Info>Hardware</ovf:Info>
                    <ovf:System>
                      <vssd:ElementName>Virtual Hardware Family</vssd:ElementName>
                      <vssd:InstanceID>0</vssd:InstanceID>
                      <vssd:VirtualSystemIdentifier>web</vssd:VirtualSystemIdentifier>
                      <vssd:VirtualSystemType>vmx-14</vssd:VirtualSystemType>
                    </ovf:System>
                    <ovf:Item>
                      <rasd:Address>00:50:56:01:02:0A</rasd:Address>
                      <rasd:AddressOnParent>0</rasd:AddressOnParent>
                      <rasd:AutomaticAllocation>true</rasd:AutomaticAllocation>
                      <rasd:Connection vcloud:ipAddress="192.168.55.10" vcloud:ipAddressingMode="MANUAL" vcloud:primaryNetworkConnection="true">internal</rasd:Connection>
                      <rasd:ElementName>Network adapter 0</rasd:ElementName>
                      <rasd:InstanceID>1</rasd:InstanceID>
                      <rasd:ResourceSubType>VMXNET3</rasd:ResourceSubType>
                      <rasd:ResourceType>10</rasd:ResourceType>
                    </ovf:Item>
                    <ovf:Item>
                      <rasd:Address>0</rasd:Address>
                      <rasd:ElementName>SCSI Controller 0</rasd:ElementName>
                      <rasd:InstanceID>2</rasd:InstanceID>
                      <rasd:ResourceSubType>VirtualSCSI</rasd:ResourceSubType>
                      <rasd:ResourceType>6</rasd:ResourceType>
                    </ovf:Item>
                    <ovf:Item>
                      <rasd:AddressOnParent>0</rasd:AddressOnParent>
                      <rasd:ElementName>Hard disk 1</rasd:ElementName>
                      <rasd:HostResource>ovf:/disk/vmdisk1</rasd:HostResource>
                      <rasd:InstanceID>2000</rasd:InstanceID>
                      <rasd:Parent>2</rasd:Parent>
                      <rasd:ResourceType>17</rasd:ResourceType>
                      <vmw:Config ovf:required="false" vmw:key="disk.mode" vmw:value="persistent"/>
                    </ovf:Item>
                    <ovf:Item>
                      <rasd:AllocationUnits>hertz * 10^6</rasd:AllocationUnits>
                      <rasd:ElementName>2 virtual CPU(s)</rasd:ElementName>
                      <rasd:InstanceID>4</rasd:InstanceID>
                      <rasd:ResourceType>3</rasd:ResourceType>
                      <rasd:VirtualQuantity>2</rasd:VirtualQuantity>
                      <vmw:CoresPerSocket ovf:required="false">1</vmw:CoresPerSocket>
                    </ovf:Item>
                    <ovf:Item>
                      <rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits>
                      <rasd:ElementName>256 MB of memory</rasd:ElementName>
                      <rasd:InstanceID>5</rasd:InstanceID>
                      <rasd:ResourceType>4</rasd:ResourceType>
                      <rasd:VirtualQuantity>256</rasd:VirtualQuantity>
                    </ovf:Item>
                    <vmw:Config ovf:required="false" vmw:key="firmware" vmw:value="bios"/>
                  </ovf:VirtualHardwareSection>
                  <ovf:ProductSection ovf:class="org.example" ovf:required="false">
                    <ovf:Info>Settings</ovf:Info>
                    <ovf:Product>shop</ovf:Product>
                    <ovf:Property ovf:key="mode" ovf:type="string" ovf:userConfigurable="true" ovf:value="plain"><ovf:Label ovf:msgid="l1">Mode</ovf:Label></ovf:Property>
                  </ovf:ProductSection>
                  <vcloud:GuestCustomizationSection ovf:required="false"><ovf:Info>x</ovf:Info><vcloud:Enabled>false</vcloud:Enabled></vcloud:GuestCustomizationSection>
                  <vcloud:NetworkConnectionSection ovf:required="false"><ovf:Info>x</ovf:Info><vcloud:NetworkConnection network="internal" xsi:type="vcloud:NetworkConnectionType"><vcloud:MACAddress>00:50:56:01:02:0A</vcloud:MACAddress></vcloud:NetworkConnection></vcloud:NetworkConnectionSection>
                </ovf:VirtualSystem>
                <vcloud:CustomizationSection goldMaster="false" ovf:required="false"><ovf:Info>y</ovf:Info></vcloud:CustomizationSection>
              </ovf:VirtualSystemCollection>
            </ovf:Envelope>
            """;

    /** A small machine of OVF 2.0 with a NIC in the new form. */
    public static final String VERSION_2 = """
            <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/2" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/2"
                xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
                xmlns:epasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_EthernetPortAllocationSettingData.xsd">
              <References/>
              <NetworkSection><Info/><Network ovf:name="net"/></NetworkSection>
              <VirtualSystem ovf:id="two">
                <Info/>
                <VirtualHardwareSection>
                  <Info/>
                  <EthernetPortItem>
                    <epasd:Address>52:54:00:00:00:01</epasd:Address>
                    <epasd:AddressOnParent>3</epasd:AddressOnParent>
                    <epasd:Connection>net</epasd:Connection>
                    <epasd:ElementName>nic</epasd:ElementName>
                    <epasd:InstanceID>3</epasd:InstanceID>
                    <epasd:ResourceType>10</epasd:ResourceType>
                  </EthernetPortItem>
                  <Item><rasd:ElementName>cpu</rasd:ElementName><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>4</rasd:VirtualQuantity></Item>
                </VirtualHardwareSection>
              </VirtualSystem>
            </Envelope>
            """;

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
