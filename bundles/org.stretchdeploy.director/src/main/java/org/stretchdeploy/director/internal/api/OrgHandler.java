package org.stretchdeploy.director.internal.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.stretchdeploy.director.internal.cloud.Access;
import org.stretchdeploy.director.internal.cloud.Captures;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Right;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.model.Catalog;
import org.stretchdeploy.director.internal.model.CatalogItem;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Entity;
import org.stretchdeploy.director.internal.model.Organization;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.view.OrgView;
import org.stretchdeploy.director.internal.view.TemplateView;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Organizations, the provider's entry point, catalogs and their items. */
final class OrgHandler {
    private static final String V = "application/vnd.vmware.vcloud.";
    private final Handlers handlers;

    OrgHandler(Handlers handlers) {
        this.handlers = handlers;
    }

    void routes(Routes routes) {
        routes.get("/cloudapi/1.0.0/orgs", this::summaries);
        routes.get(
                "/cloudapi/1.0.0/orgs/{id}",
                c -> handlers.read(c, (s, a) -> Response.json(200, summary(s, a.org(c.id("id"))))));
        routes.get(
                "/api/org",
                c -> handlers.read(c, (s, a) -> Response.ok(view(c, s).list(c.principal()))));
        routes.get(
                "/api/org/{id}",
                c -> handlers.read(c, (s, a) -> Response.ok(view(c, s).org(a.org(c.id("id"))))));
        routes.get("/api/org/{id}/controlAccess", OrgHandler::controlAccess);
        routes.get("/api/admin", this::admin);
        routes.add(
                "GET",
                "/api/admin/org/{id}",
                Right.READ,
                c -> handlers.read(c, (s, a) -> Response.ok(view(c, s).adminOrg(a.org(c.id("id"))))));
        routes.post("/api/admin/org/{id}/catalogs", Right.ADMINISTER, this::createCatalog);
        routes.post("/api/org/{id}/catalogs", Right.ADMINISTER, this::createCatalog);
        for (String path : new String[] {"/api/catalog/{id}", "/api/admin/catalog/{id}"}) {
            boolean admin = path.startsWith("/api/admin");
            routes.get(
                    path,
                    c -> handlers.read(c, (s, a) -> Response.ok(view(c, s).catalog(a.catalog(c.id("id")), admin))));
            routes.put(path, Right.ADMINISTER, c -> updateCatalog(c, admin));
            routes.delete(path, Right.ADMINISTER, this::deleteCatalog);
            routes.post(path + "/action/upload", Right.ADMINISTER, this::upload);
            routes.post(path + "/action/captureVApp", Right.ADMINISTER, this::capture);
            routes.post(path + "/catalogItems", Right.ADMINISTER, this::addItem);
            routes.get(path + "/controlAccess", OrgHandler::controlAccess);
            routes.post(path + "/action/publish", Right.ADMINISTER, this::publish);
        }
        routes.get("/api/org/{org}/catalog/{id}/controlAccess", OrgHandler::controlAccess);
        routes.post("/api/org/{org}/catalog/{id}/action/controlAccess", Right.ADMINISTER, OrgHandler::controlAccess);
        routes.get(
                "/api/catalogItem/{id}",
                c -> handlers.read(c, (s, a) -> Response.ok(view(c, s).catalogItem(a.catalogItem(c.id("id"))))));
        routes.put("/api/catalogItem/{id}", Right.ADMINISTER, this::updateItem);
        routes.delete("/api/catalogItem/{id}", Right.ADMINISTER, this::deleteItem);
        routes.get("/api/entity/{urn}", this::entity);
        routes.get("/api/extensibility", c -> Response.of(204));
    }

    private Response summaries(Call call) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        handlers.read(call, (s, access) -> {
            s.orgs.values().stream().filter(o -> call.principal().sees(o.id)).forEach(o -> all.add(summary(s, o)));
            return Response.of(200);
        });
        return Pages.json(call, all);
    }

    private static ObjectNode summary(CloudState s, Organization org) {
        return CloudJson.reference(org)
                .put("displayName", org.name)
                .put("description", org.description)
                .put("isEnabled", true)
                .put(
                        "orgVdcCount",
                        s.vdcs.values().stream()
                                .filter(v -> v.orgId.equals(org.id))
                                .count())
                .put(
                        "catalogCount",
                        s.catalogs.values().stream()
                                .filter(c -> c.orgId.equals(org.id))
                                .count())
                .put(
                        "vappCount",
                        s.vapps.values().stream()
                                .filter(v -> s.orgOfVdc(v.vdcId).equals(org.id))
                                .count());
    }

    private static OrgView view(Call call, CloudState s) {
        return new OrgView(s, call.hrefs());
    }

    private Response admin(Call call) {
        return handlers.read(call, (s, access) -> {
            XmlElement root = XmlElement.vcloud("VCloud")
                    .attribute("name", handlers.cloud().config().name())
                    .attribute("href", call.hrefs().path("/api/admin/"))
                    .attribute("type", "application/vnd.vmware.admin.vcloud+xml")
                    .child("Description", "10.5.0.22080476 Thu Jul 06 10:26:54 UTC 2023");
            XmlElement orgs = XmlElement.vcloud("OrganizationReferences");
            s.orgs.values().stream()
                    .filter(o -> call.principal().sees(o.id))
                    .forEach(o -> orgs.add(call.hrefs()
                            .reference("OrganizationReference", o)
                            .attribute("href", call.hrefs().path("/api/admin/org/" + o.id))
                            .attribute("type", "application/vnd.vmware.admin.organization+xml")));
            return Response.ok(root.add(orgs));
        });
    }

    /** Everybody in the organization may use what is in it; finer sharing is not kept. */
    static Response controlAccess(Call call) {
        return Response.ok(XmlElement.vcloud("ControlAccessParams")
                .attribute("type", V + "controlAccess+xml")
                .child("IsSharedToEveryone", true)
                .child("EveryoneAccessLevel", "FullControl"));
    }

    private Response createCatalog(Call call) {
        XmlElement params = call.xml("AdminCatalog", "Catalog");
        String name = params.attribute("name")
                .filter(n -> !n.isBlank() && n.length() <= 128)
                .orElseThrow(() -> ApiException.badRequest("A catalog's name has 1 to 128 characters."));
        return handlers.update(call, (s, access) -> {
            Organization org = access.org(call.id("id"));
            if (s.catalogs.values().stream().anyMatch(c -> c.orgId.equals(org.id) && c.name.equals(name))) {
                throw ApiException.duplicateName(name);
            }
            Catalog catalog = new Catalog();
            catalog.name = name;
            catalog.description =
                    params.first("Description").map(XmlElement::text).orElse("");
            catalog.orgId = org.id;
            catalog.ownerId = call.principal().userId();
            s.catalogs.put(catalog.id, catalog);
            return Response.created(201, view(call, s).catalog(catalog, true));
        });
    }

    private Response updateCatalog(Call call, boolean admin) {
        XmlElement params = call.xml("AdminCatalog", "Catalog");
        return handlers.update(call, (s, access) -> {
            Catalog catalog = access.catalog(call.id("id"));
            params.attribute("name").filter(n -> !n.isBlank()).ifPresent(n -> catalog.name = n);
            params.first("Description").ifPresent(d -> catalog.description = d.text());
            catalog.version++;
            return Response.ok(view(call, s).catalog(catalog, admin));
        });
    }

    private Response deleteCatalog(Call call) {
        boolean force = call.query("recursive").map(Boolean::parseBoolean).orElse(false)
                || call.query("force").map(Boolean::parseBoolean).orElse(false);
        return handlers.task(call, (s, access) -> {
            Catalog catalog = access.catalog(call.id("id"));
            return handlers.deletions().delete(s, call.principal(), catalog, force);
        });
    }

    private Response publish(Call call) {
        XmlElement params = call.xml();
        return handlers.update(call, (s, access) -> {
            access.catalog(call.id("id")).published =
                    params.filled("IsPublished").map(Boolean::parseBoolean).orElse(false);
            return Response.of(204);
        });
    }

    private Response upload(Call call) {
        XmlElement params = call.xml();
        if (!params.name().equals("UploadVAppTemplateParams")) {
            throw ApiException.badRequest("This director takes vApp templates only.");
        }
        return handlers.update(call, (s, access) -> {
            Catalog catalog = access.catalog(call.id("id"));
            Template template = handlers.uploads()
                    .begin(
                            s,
                            call.principal(),
                            handlers.uploads().vdcFor(s, call.principal(), catalog, params),
                            java.util.Optional.of(catalog),
                            params);
            return Response.created(
                    201, view(call, s).catalogItem(s.itemFor(template.id).orElseThrow()));
        });
    }

    private Response capture(Call call) {
        XmlElement params = call.xml("CaptureVAppParams");
        return handlers.task(call, (s, access) -> {
            Catalog catalog = access.catalog(call.id("id"));
            Template template =
                    handlers.captures().capture(s, call.principal(), java.util.Optional.of(catalog), params);
            return runningTask(s, template.id);
        });
    }

    static Task runningTask(CloudState s, String entityId) {
        return s.tasksOf(entityId).stream().filter(Task::running).findFirst().orElseThrow();
    }

    private Response addItem(Call call) {
        XmlElement params = call.xml("CatalogItem");
        return handlers.update(call, (s, access) -> {
            Catalog catalog = access.catalog(call.id("id"));
            Template template = access.template(params.first("Entity")
                    .flatMap(e -> e.attribute("href"))
                    .flatMap(Hrefs::uuid)
                    .orElseThrow(() -> ApiException.badRequest("The catalog item names no entity.")));
            if (s.itemFor(template.id).isPresent()) {
                throw ApiException.badRequest("The vApp template \"" + template.name + "\" is in a catalog already.");
            }
            CatalogItem item = Captures.addItem(
                    s,
                    catalog,
                    params.attribute("name").orElse(template.name),
                    params.first("Description").map(XmlElement::text).orElse(""),
                    template);
            return Response.created(201, view(call, s).catalogItem(item));
        });
    }

    private Response updateItem(Call call) {
        XmlElement params = call.xml("CatalogItem");
        return handlers.update(call, (s, access) -> {
            CatalogItem item = access.catalogItem(call.id("id"));
            params.attribute("name").filter(n -> !n.isBlank()).ifPresent(n -> item.name = n);
            params.first("Description").ifPresent(d -> item.description = d.text());
            item.version++;
            return Response.ok(view(call, s).catalogItem(item));
        });
    }

    private Response deleteItem(Call call) {
        return handlers.update(call, (s, access) -> {
            handlers.deletions().delete(s, call.principal(), access.catalogItem(call.id("id")));
            return Response.of(204);
        });
    }

    private Response entity(Call call) {
        String urn = call.variable("urn");
        String id = call.id("urn");
        return handlers.read(call, (s, access) -> {
            Entity entity = find(s, access, id);
            return Response.ok(XmlElement.vcloud("Entity")
                    .attribute("name", entity.name)
                    .attribute("id", urn)
                    .attribute("href", call.hrefs().path("/api/entity/" + urn))
                    .attribute("type", V + "entity+xml")
                    .add(call.hrefs()
                            .link(
                                    "alternate",
                                    entity.kind().mediaType(),
                                    call.hrefs().of(entity))));
        });
    }

    private record Kind(Map<String, ? extends Entity> all, Function<String, ? extends Entity> find) {}

    private static Entity find(CloudState s, Access access, String id) {
        List<Kind> kinds = List.of(
                new Kind(s.orgs, access::org),
                new Kind(s.vdcs, access::vdc),
                new Kind(s.vapps, access::vapp),
                new Kind(s.vms, access::vm),
                new Kind(s.templates, access::template),
                new Kind(s.catalogs, access::catalog),
                new Kind(s.catalogItems, access::catalogItem),
                new Kind(s.orgNetworks, access::orgNetwork),
                new Kind(s.vappNetworks, access::vappNetwork),
                new Kind(s.edges, access::edge),
                new Kind(s.tasks, access::task));
        for (Kind kind : kinds) {
            if (kind.all.containsKey(id)) {
                return kind.find.apply(id);
            }
        }
        throw ApiException.forbidden(id);
    }

    /** A template's document; used where a template is the answer. */
    static XmlElement template(Call call, CloudState s, Template template) {
        return new TemplateView(s, call.hrefs()).template(template);
    }
}
