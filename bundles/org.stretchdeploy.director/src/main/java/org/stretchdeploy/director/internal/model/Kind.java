package org.stretchdeploy.director.internal.model;

/** Kinds of entity with the words that the API has for them. */
public enum Kind {
    ORG("org", "/api/org/", "org"),
    VDC("vdc", "/api/vdc/", "vdc"),
    USER("user", "/api/admin/user/", "user"),
    CATALOG("catalog", "/api/catalog/", "catalog"),
    CATALOG_ITEM("catalogitem", "/api/catalogItem/", "catalogItem"),
    TEMPLATE("vapptemplate", "/api/vAppTemplate/vappTemplate-", "vAppTemplate"),
    TEMPLATE_VM("vm", "/api/vAppTemplate/vm-", "vm"),
    VAPP("vapp", "/api/vApp/vapp-", "vApp"),
    VM("vm", "/api/vApp/vm-", "vm"),
    MEDIA("media", "/api/media/", "media"),
    VAPP_NETWORK("network", "/api/network/", "vAppNetwork"),
    ORG_NETWORK("network", "/api/network/", "orgVdcNetwork"),
    EXTERNAL_NETWORK("network", "/api/admin/extension/externalnet/", "externalNetwork"),
    EDGE("gateway", "/api/admin/edgeGateway/", "edgeGateway"),
    STORAGE_PROFILE("vdcstorageProfile", "/api/vdcStorageProfile/", "vdcStorageProfile"),
    FIREWALL_GROUP("firewallGroup", "/cloudapi/1.0.0/firewallGroups/", "firewallGroup"),
    PORT_PROFILE("applicationPortProfile", "/cloudapi/1.0.0/applicationPortProfiles/", "applicationPortProfile"),
    API_TOKEN("token", "/cloudapi/1.0.0/tokens/", "token"),
    TASK("task", "/api/task/", "task");

    private final String urnWord;
    private final String path;
    private final String mediaWord;

    Kind(String urnWord, String path, String mediaWord) {
        this.urnWord = urnWord;
        this.path = path;
        this.mediaWord = mediaWord;
    }

    public String urn(String id) {
        return "urn:vcloud:" + urnWord + ":" + id;
    }

    public String path(String id) {
        return path + id;
    }

    /** The media type without a version, XML form. */
    public String mediaType() {
        return this == EDGE
                ? "application/vnd.vmware.admin.edgeGateway+xml"
                : this == USER
                        ? "application/vnd.vmware.admin.user+xml"
                        : "application/vnd.vmware.vcloud." + mediaWord + "+xml";
    }
}
