package org.stretchdeploy.vendor.vcd.internal;

/** Documents as a director answers them, written from the API's description. */
final class Documents {
    static final String NS =
            "xmlns='http://www.vmware.com/vcloud/v1.5' xmlns:ovf='http://schemas.dmtf.org/ovf/envelope/1'";
    static final String VDC_ID = "33333333-3333-3333-3333-333333333333";
    static final String NET_ID = "44444444-4444-4444-4444-444444444444";
    static final String TASK_ID = "55555555-5555-5555-5555-555555555555";
    static final String VAPP_PATH = "/api/vApp/vapp-22222222-2222-2222-2222-222222222222";
    static final String VM_PATH = "/api/vApp/vm-66666666-6666-6666-6666-666666666666";

    private Documents() {}

    static String vApp(String name, String inside) {
        return vApp(name, "8", "false", inside);
    }

    static String vApp(String name, String status, String deployed, String inside) {
        return "<VApp " + NS + " name='" + name + "' status='" + status + "' deployed='" + deployed + "' href='"
                + VAPP_PATH + "'>"
                + "<Link rel='up' type='application/vnd.vmware.vcloud.vdc+xml' href='/api/vdc/" + VDC_ID + "'/>"
                + inside + "</VApp>";
    }

    static String networks() {
        return "<NetworkConfigSection ovf:required='false'><ovf:Info>networks</ovf:Info>" + network()
                + "</NetworkConfigSection>";
    }

    static String network() {
        return "<NetworkConfig networkName='internal'>"
                + "<Link rel='repair' href='/api/admin/network/" + NET_ID + "/action/reset'/>"
                + "<Description>shop</Description><Configuration>"
                + "<IpScopes><IpScope><IsInherited>false</IsInherited><Gateway>192.168.55.1</Gateway>"
                + "<SubnetPrefixLength>24</SubnetPrefixLength><Dns1>9.9.9.9</Dns1><IpRanges><IpRange>"
                + "<StartAddress>192.168.55.10</StartAddress><EndAddress>192.168.55.99</EndAddress></IpRange></IpRanges></IpScope></IpScopes><ParentNetwork"
                + " href='/api/admin/network/" + NET_ID + "' name='routed'/>"
                + "<FenceMode>natRouted</FenceMode>"
                + "<RetainNetInfoAcrossDeployments>true</RetainNetInfoAcrossDeployments>"
                + "<Features/><RouterInfo><ExternalIp>10.0.0.23</ExternalIp></RouterInfo>"
                + "<FutureThing>keep me</FutureThing></Configuration><IsDeployed>false</IsDeployed></NetworkConfig>";
    }

    static String vm(String name, String description) {
        return "<Vm " + NS + " name='" + name + "' status='8' deployed='false' href='" + VM_PATH + "'>"
                + "<Description>" + description + "</Description>"
                + "<NetworkConnectionSection><ovf:Info/>"
                + "<PrimaryNetworkConnectionIndex>0</PrimaryNetworkConnectionIndex>"
                + "<NetworkConnection network='internal' needsCustomization='false'>"
                + "<NetworkConnectionIndex>0</NetworkConnectionIndex><IpAddress>192.168.55.20</IpAddress>"
                + "<IsConnected>true</IsConnected><MACAddress>00:50:56:AA:00:01</MACAddress>"
                + "<IpAddressAllocationMode>MANUAL</IpAddressAllocationMode>"
                + "<NetworkAdapterType>VMXNET3</NetworkAdapterType><FutureThing>keep me</FutureThing>"
                + "</NetworkConnection></NetworkConnectionSection>"
                + "<VAppScopedLocalId>web-local</VAppScopedLocalId></Vm>";
    }

    static String task(String status) {
        return "<Task " + NS + " status='" + status
                + "' operationName='vdcComposeVapp' operation='Composing' href='/api/task/" + TASK_ID
                + "'><Owner href='" + VAPP_PATH + "'/><Progress>40</Progress></Task>";
    }

    static String bare(String document) {
        return document.replace(NS + " ", "");
    }
}
