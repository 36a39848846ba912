package org.stretchdeploy.director.internal.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.stretchdeploy.director.internal.cloud.Access;
import org.stretchdeploy.director.internal.cloud.Locks;
import org.stretchdeploy.director.internal.cloud.Tasks;
import org.stretchdeploy.director.internal.cloud.VmSections;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.ApiVersion;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Right;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Entity;
import org.stretchdeploy.director.internal.model.MetadataEntry;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.view.VmSectionsView;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Metadata and product sections of entities. */
final class MetadataHandler {
    private static final String V = "application/vnd.vmware.vcloud.";
    private static final String SYSTEM = "SYSTEM";
    private static final int MAX_ENTRIES = 500;
    private static final ApiVersion TYPED_VALUES = new ApiVersion(5, 1);
    private static final Set<String> TYPES =
            Set.of("MetadataStringValue", "MetadataNumberValue", "MetadataBooleanValue", "MetadataDateTimeValue");
    private final Handlers handlers;

    /** Finds the entity of a path. */
    private interface Finder {
        Entity find(CloudState s, Access access, String id);
    }

    private static final Map<String, Finder> KINDS = kinds();

    MetadataHandler(Handlers handlers) {
        this.handlers = handlers;
    }

    private static Map<String, Finder> kinds() {
        Map<String, Finder> kinds = new LinkedHashMap<>();
        kinds.put("/api/vApp/vapp-{id}", (s, a, id) -> a.vapp(id));
        kinds.put("/api/vApp/vm-{id}", (s, a, id) -> a.vm(id));
        kinds.put("/api/vAppTemplate/vappTemplate-{id}", (s, a, id) -> a.template(id));
        kinds.put("/api/vAppTemplate/vm-{id}", (s, a, id) -> a.vm(id));
        kinds.put("/api/catalog/{id}", (s, a, id) -> a.catalog(id));
        kinds.put("/api/admin/catalog/{id}", (s, a, id) -> a.catalog(id));
        kinds.put("/api/catalogItem/{id}", (s, a, id) -> a.catalogItem(id));
        kinds.put("/api/network/{id}", MetadataHandler::network);
        kinds.put("/api/admin/network/{id}", MetadataHandler::network);
        kinds.put("/api/vdc/{id}", (s, a, id) -> a.vdc(id));
        kinds.put("/api/admin/vdc/{id}", (s, a, id) -> a.vdc(id));
        kinds.put("/api/org/{id}", (s, a, id) -> a.org(id));
        kinds.put("/api/admin/org/{id}", (s, a, id) -> a.org(id));
        return kinds;
    }

    private static Entity network(CloudState s, Access access, String id) {
        return s.orgNetworks.containsKey(id) ? access.orgNetwork(id) : access.vappNetwork(id);
    }

    void routes(Routes routes) {
        KINDS.forEach((base, finder) -> {
            routes.get(
                    base + "/metadata",
                    c -> handlers.read(c, (s, a) -> Response.ok(list(c, finder.find(s, a, c.id("id"))))));
            routes.post(base + "/metadata", Right.USE, c -> merge(c, finder));
            routes.get(base + "/metadata/{key}", c -> one(c, finder));
            routes.get(base + "/metadata/{domain}/{key}", c -> one(c, finder));
            routes.put(base + "/metadata/{key}", Right.USE, c -> putOne(c, finder));
            routes.put(base + "/metadata/{domain}/{key}", Right.USE, c -> putOne(c, finder));
            routes.delete(base + "/metadata/{key}", Right.USE, c -> deleteOne(c, finder));
            routes.delete(base + "/metadata/{domain}/{key}", Right.USE, c -> deleteOne(c, finder));
        });
        for (String base : List.of("/api/vApp/vm-{id}", "/api/vAppTemplate/vm-{id}")) {
            routes.get(base + "/productSections", this::products);
            routes.put(base + "/productSections", Right.USE, this::putProducts);
        }
        for (String base : List.of("/api/vApp/vapp-{id}", "/api/vAppTemplate/vappTemplate-{id}")) {
            routes.get(
                    base + "/productSections",
                    c -> handlers.read(c, (s, a) -> {
                        KINDS.get(base).find(s, a, c.id("id"));
                        return Response.ok(productList(c));
                    }));
        }
    }

    private static XmlElement list(Call call, Entity entity) {
        XmlElement root = XmlElement.vcloud("Metadata")
                .attribute("href", call.hrefs().path(call.path()))
                .attribute("type", V + "metadata+xml")
                .add(call.hrefs().link("add", V + "metadata+xml", call.path()));
        entity.metadata.values().forEach(e -> root.add(entry(call, e)));
        return root;
    }

    private static XmlElement entry(Call call, MetadataEntry e) {
        XmlElement element = XmlElement.vcloud("MetadataEntry")
                .attribute("href", call.hrefs().path(call.path() + "/" + Hrefs.encode(e.key())))
                .attribute("type", V + "metadata.value+xml");
        if (!e.domain().isEmpty()) {
            element.add(XmlElement.vcloud("Domain")
                    .attribute("visibility", e.visibility())
                    .setText(e.domain()));
        }
        return withValue(call, element.child("Key", e.key()), e);
    }

    /** Typed values exist since 5.1; clients of 1.5 look for the bare one. */
    private static XmlElement withValue(Call call, XmlElement element, MetadataEntry e) {
        if (!call.version().atLeast(TYPED_VALUES)) {
            return element.child("Value", e.value());
        }
        return element.add(XmlElement.vcloud("TypedValue")
                .attribute(Ns.XSI, "type", e.type())
                .child("Value", e.value()));
    }

    private Response one(Call call, Finder finder) {
        return handlers.read(call, (s, access) -> {
            MetadataEntry e = finder.find(s, access, call.id("id")).metadata.get(call.variable("key"));
            if (e == null) {
                throw ApiException.forbidden(call.variable("key"));
            }
            XmlElement root = XmlElement.vcloud("MetadataValue")
                    .attribute("href", call.hrefs().path(Hrefs.encodePath(call.path())))
                    .attribute("type", V + "metadata.value+xml");
            return Response.ok(withValue(call, root, e));
        });
    }

    private static MetadataEntry read(String key, XmlElement e) {
        XmlElement typed = e.first("TypedValue").orElseGet(() -> XmlElement.vcloud("TypedValue")
                .attribute(Ns.XSI, "type", "MetadataStringValue")
                .child("Value", e.textOf("Value").orElse("")));
        String type = typed.attributeOf(Ns.XSI, "type").orElse("MetadataStringValue");
        String plain = type.substring(type.indexOf(':') + 1);
        if (!TYPES.contains(plain)) {
            throw ApiException.badRequest("The metadata type \"" + type + "\" is unknown.");
        }
        if (key.isBlank() || key.length() > 256) {
            throw ApiException.badRequest("A metadata key has 1 to 256 characters.");
        }
        XmlElement domain = e.first("Domain").orElse(XmlElement.vcloud("Domain"));
        return new MetadataEntry(
                key,
                typed.first("Value").map(XmlElement::text).orElse(""),
                plain,
                domain.text().trim().toUpperCase(Locale.ROOT),
                domain.attribute("visibility").orElse("READWRITE"));
    }

    /** Entries of the domain SYSTEM are written by the provider only; tenants read them. */
    private static void requireWritable(Access access, Entity entity, String key, String domain) {
        MetadataEntry before = entity.metadata.get(key);
        boolean system =
                domain.equals(SYSTEM) || before != null && before.domain().equals(SYSTEM);
        if (system && !access.principal().isProvider()) {
            throw ApiException.noRight("Metadata System: edit");
        }
    }

    private static void put(Access access, Entity entity, MetadataEntry entry) {
        requireWritable(access, entity, entry.key(), entry.domain());
        entity.metadata.put(entry.key(), entry);
        if (entity.metadata.size() > MAX_ENTRIES) {
            throw ApiException.badRequest("An entity has at most " + MAX_ENTRIES + " metadata entries.");
        }
    }

    private Task done(CloudState s, Call call, Entity entity) {
        return handlers.done(
                s,
                call,
                Tasks.Spec.of(
                        "metadataUpdate",
                        "Updating metadata of",
                        "Updated metadata of",
                        "entity",
                        entity.ref(),
                        List.of()));
    }

    private Response merge(Call call, Finder finder) {
        XmlElement params = call.xml("Metadata");
        return handlers.task(call, (s, access) -> {
            Entity entity = finder.find(s, access, call.id("id"));
            params.all("MetadataEntry")
                    .forEach(e -> put(access, entity, read(e.textOf("Key").orElse(""), e)));
            return done(s, call, entity);
        });
    }

    private Response putOne(Call call, Finder finder) {
        XmlElement params = call.xml("MetadataValue");
        return handlers.task(call, (s, access) -> {
            Entity entity = finder.find(s, access, call.id("id"));
            put(access, entity, read(call.variable("key"), params));
            return done(s, call, entity);
        });
    }

    private Response deleteOne(Call call, Finder finder) {
        return handlers.task(call, (s, access) -> {
            Entity entity = finder.find(s, access, call.id("id"));
            requireWritable(access, entity, call.variable("key"), "");
            if (entity.metadata.remove(call.variable("key")) == null) {
                throw ApiException.forbidden(call.variable("key"));
            }
            return done(s, call, entity);
        });
    }

    private static XmlElement productList(Call call) {
        return XmlElement.vcloud("ProductSectionList")
                .attribute("href", call.hrefs().path(call.path() + "/"))
                .attribute("type", V + "productSections+xml")
                .add(call.hrefs().link("edit", V + "productSections+xml", call.path() + "/"));
    }

    private Response products(Call call) {
        return handlers.read(call, (s, access) -> {
            XmlElement list = productList(call);
            access.vm(call.id("id")).products.forEach(p -> list.add(VmSectionsView.product(p)));
            return Response.ok(list);
        });
    }

    private Response putProducts(Call call) {
        XmlElement params = call.xml("ProductSectionList");
        return handlers.task(call, (s, access) -> {
            Vm vm = access.vappVm(call.id("id"));
            List<String> locks = Locks.of(s, vm);
            vm.products = new java.util.ArrayList<>(VmSections.products(params.all(Ns.OVF, "ProductSection")));
            return handlers.done(
                    s, call, Tasks.Spec.of("vappUpdateVm", "Updating", "Updated", "Virtual Machine", vm.ref(), locks));
        });
    }
}
