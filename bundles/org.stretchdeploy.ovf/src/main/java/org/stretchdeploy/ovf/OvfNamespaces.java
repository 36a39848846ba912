package org.stretchdeploy.ovf;

/** Namespaces that appear in descriptors. */
public final class OvfNamespaces {
    /** Resource allocation settings: CPU, memory, NICs, disks. */
    public static final String RASD =
            "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData";
    /** Virtual system settings: the {@code System} element. */
    public static final String VSSD = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData";
    /** Ethernet port settings of OVF 2.0. */
    public static final String EPASD =
            "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_EthernetPortAllocationSettingData.xsd";
    /** Storage settings of OVF 2.0. */
    public static final String SASD =
            "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_StorageAllocationSettingData.xsd";
    /** VMware's additions to OVF. */
    public static final String VMW = "http://www.vmware.com/schema/ovf";
    /** Cloud Director's sections. */
    public static final String VCLOUD = "http://www.vmware.com/vcloud/v1.5";

    private OvfNamespaces() {}
}
