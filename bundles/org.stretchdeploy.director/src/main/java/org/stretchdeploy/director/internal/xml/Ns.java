package org.stretchdeploy.director.internal.xml;

/** Namespace names of the documents that the director reads and writes. */
public final class Ns {
    public static final String VCLOUD = "http://www.vmware.com/vcloud/v1.5";
    public static final String VERSIONS = "http://www.vmware.com/vcloud/versions";
    public static final String OVF = "http://schemas.dmtf.org/ovf/envelope/1";
    public static final String OVF2 = "http://schemas.dmtf.org/ovf/envelope/2";
    public static final String OVF_ENVIRONMENT = "http://schemas.dmtf.org/ovf/environment/1";
    public static final String VMW = "http://www.vmware.com/schema/ovf";
    public static final String RASD =
            "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData";
    public static final String VSSD = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData";
    public static final String XSI = "http://www.w3.org/2001/XMLSchema-instance";

    private Ns() {}
}
