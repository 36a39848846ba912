package org.stretchdeploy.director.internal.view;

import org.stretchdeploy.director.internal.http.ApiVersion;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.http.Principal;
import org.stretchdeploy.director.internal.model.Catalog;
import org.stretchdeploy.director.internal.model.CatalogItem;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.Organization;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Organizations, catalogs and their items. */
public final class OrgView {
    private static final String V = "application/vnd.vmware.vcloud.";
    private static final String A = "application/vnd.vmware.admin.";
    private final CloudState state;
    private final Hrefs hrefs;

    public OrgView(CloudState state, Hrefs hrefs) {
        this.state = state;
        this.hrefs = hrefs;
    }

    public XmlElement list(Principal principal) {
        XmlElement list = XmlElement.vcloud("OrgList")
                .attribute("href", hrefs.path("/api/org/"))
                .attribute("type", V + "orgList+xml");
        state.orgs.values().stream()
                .filter(o -> principal.sees(o.id))
                .forEach(o -> list.add(hrefs.reference("Org", o)));
        return list;
    }

    public XmlElement org(Organization org) {
        XmlElement element = XmlElement.vcloud("Org");
        head(element, org, hrefs.of(org), V + "org+xml");
        LinkList links = new LinkList(hrefs);
        state.vdcs.values().stream()
                .filter(v -> v.orgId.equals(org.id))
                .forEach(v -> links.add("down", V + "vdc+xml", hrefs.of(v), v.name));
        links.add("down", V + "tasksList+xml", "/api/tasksList/" + org.id);
        catalogs(org).forEach(c -> links.add("down", V + "catalog+xml", hrefs.of(c), c.name));
        if (hrefs.version().major() < 31) {
            state.orgNetworks.values().stream()
                    .filter(n -> state.orgOfVdc(n.vdcId).equals(org.id))
                    .forEach(n -> links.add("down", V + "orgNetwork+xml", hrefs.of(n), n.name));
        }
        if (hrefs.version().atLeast(ApiVersion.V31)) {
            // Clients take the first of these whose address has the word; the VDC one comes first.
            links.add("down", V + "query.records+xml", "/api/query?type=orgVdc&filter=org==" + hrefs.of(org));
            links.add("down", V + "query.records+xml", "/api/query?type=catalog&filter=org==" + hrefs.of(org));
        }
        links.add("add", A + "catalog+xml", "/api/admin/org/" + org.id + "/catalogs");
        links.add("down", V + "controlAccess+xml", hrefs.of(org) + "/controlAccess");
        links.add("alternate", A + "organization+xml", "/api/admin/org/" + org.id);
        links.add("down", V + "metadata+xml", hrefs.of(org) + "/metadata");
        return element.addAll(links.all())
                .child("Description", org.description)
                .child("FullName", org.name)
                .child("IsEnabled", true);
    }

    private java.util.stream.Stream<Catalog> catalogs(Organization org) {
        return state.catalogs.values().stream().filter(c -> c.orgId.equals(org.id));
    }

    private static void head(XmlElement element, Organization org, String href, String type) {
        element.attribute("name", org.name)
                .attribute("id", Kind.ORG.urn(org.id))
                .attribute("href", href)
                .attribute("type", type);
    }

    public XmlElement adminOrg(Organization org) {
        XmlElement element = XmlElement.vcloud("AdminOrg");
        String href = hrefs.path("/api/admin/org/" + org.id);
        head(element, org, href, A + "organization+xml");
        LinkList links = new LinkList(hrefs);
        links.add("down", V + "tasksList+xml", "/api/tasksList/" + org.id);
        links.add("add", A + "catalog+xml", href + "/catalogs");
        links.add("alternate", V + "org+xml", hrefs.of(org));
        element.addAll(links.all()).child("Description", org.description).child("FullName", org.name);
        element.child("IsEnabled", true).add(XmlElement.vcloud("Settings"));
        XmlElement users = XmlElement.vcloud("Users");
        state.users.values().stream()
                .filter(u -> u.orgId.equals(org.id))
                .forEach(u -> users.add(hrefs.reference("UserReference", u)));
        XmlElement catalogs = XmlElement.vcloud("Catalogs");
        catalogs(org)
                .forEach(c -> catalogs.add(hrefs.reference("CatalogReference", c)
                        .attribute("href", hrefs.path("/api/admin/catalog/" + c.id))
                        .attribute("type", A + "catalog+xml")));
        XmlElement vdcs = XmlElement.vcloud("Vdcs");
        state.vdcs.values().stream()
                .filter(v -> v.orgId.equals(org.id))
                .forEach(v -> vdcs.add(hrefs.reference("Vdc", v)
                        .attribute("href", hrefs.path("/api/admin/vdc/" + v.id))
                        .attribute("type", A + "vdc+xml")));
        XmlElement networks = XmlElement.vcloud("Networks");
        state.orgNetworks.values().stream()
                .filter(n -> state.orgOfVdc(n.vdcId).equals(org.id))
                .forEach(n -> networks.add(hrefs.reference("Network", n)
                        .attribute("href", hrefs.path("/api/admin/network/" + n.id))
                        .attribute("type", A + "network+xml")));
        return element.add(users).add(catalogs).add(vdcs).add(networks);
    }

    /** @param admin the administrator's form under its own address */
    public XmlElement catalog(Catalog catalog, boolean admin) {
        String user = hrefs.of(catalog);
        String href = admin ? hrefs.path("/api/admin/catalog/" + catalog.id) : user;
        XmlElement element = XmlElement.vcloud(admin ? "AdminCatalog" : "Catalog")
                .attribute("name", catalog.name)
                .attribute("id", Kind.CATALOG.urn(catalog.id))
                .attribute("href", href)
                .attribute("type", admin ? A + "catalog+xml" : V + "catalog+xml");
        LinkList links = new LinkList(hrefs);
        links.add(
                "up",
                admin ? A + "organization+xml" : V + "org+xml",
                admin ? hrefs.path("/api/admin/org/" + catalog.orgId) : hrefs.of(Kind.ORG, catalog.orgId));
        links.add("down", V + "metadata+xml", user + "/metadata");
        links.add("add", V + "catalogItem+xml", user + "/catalogItems");
        links.add("add", V + "media+xml", user + "/action/upload");
        links.add("add", V + "uploadVAppTemplateParams+xml", user + "/action/upload");
        links.add("add", V + "captureVAppParams+xml", user + "/action/captureVApp");
        links.add("down", V + "controlAccess+xml", user + "/controlAccess/");
        if (admin) {
            links.add("edit", A + "catalog+xml", href);
            links.add("remove", null, href);
            links.add("alternate", V + "catalog+xml", user);
        }
        element.addAll(links.all()).child("Description", catalog.description);
        element.add(new TaskView(state, hrefs).tasksOf(catalog.id));
        element.add(new VAppView(state, hrefs).owner(catalog.ownerId));
        XmlElement items = XmlElement.vcloud("CatalogItems");
        state.itemsOf(catalog.id).forEach(i -> items.add(hrefs.reference("CatalogItem", i)));
        return element.add(items)
                .child("IsPublished", catalog.published)
                .child("DateCreated", Times.text(catalog.created))
                .child("VersionNumber", catalog.version);
    }

    public XmlElement catalogItem(CatalogItem item) {
        String href = hrefs.of(item);
        Template template = state.templates.get(item.templateId);
        long size = state.vmsOf(item.templateId).stream()
                .mapToLong(v -> v.diskBytes())
                .sum();
        LinkList links = new LinkList(hrefs);
        links.add("up", V + "catalog+xml", hrefs.of(Kind.CATALOG, item.catalogId));
        links.add("down", V + "metadata+xml", href + "/metadata");
        links.add("edit", V + "catalogItem+xml", href);
        links.add("remove", null, href);
        XmlElement element = XmlElement.vcloud("CatalogItem")
                .attribute("size", size)
                .attribute("name", item.name)
                .attribute("id", Kind.CATALOG_ITEM.urn(item.id))
                .attribute("href", href)
                .attribute("type", V + "catalogItem+xml")
                .addAll(links.all())
                .child("Description", item.description)
                .add(new TaskView(state, hrefs).tasksOf(item.id));
        if (template != null) {
            element.add(hrefs.reference("Entity", template));
        }
        return element.child("DateCreated", Times.text(item.created)).child("VersionNumber", item.version);
    }
}
