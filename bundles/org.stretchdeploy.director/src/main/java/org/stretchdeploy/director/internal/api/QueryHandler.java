package org.stretchdeploy.director.internal.api;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** The query service. */
final class QueryHandler {
    private static final String V = "application/vnd.vmware.vcloud.query.";
    private static final List<String> FORMATS = List.of("references", "records", "idrecords");
    private final Handlers handlers;

    /** @param record name of a hit's element; {@code reference} in the references format */
    private record Type(String record, String reference, Function<QueryRecords, Stream<QueryRecords.Row>> rows) {}

    private static final Map<String, Type> TYPES = types();

    QueryHandler(Handlers handlers) {
        this.handlers = handlers;
    }

    private static Map<String, Type> types() {
        Map<String, Type> types = new LinkedHashMap<>();
        both(types, "vApp", "adminVApp", "VApp", QueryRecords::vapps);
        types.put("vm", new Type("VMRecord", "VMReference", QueryRecords::vms));
        types.put("adminVM", new Type("AdminVMRecord", "AdminVMReference", QueryRecords::vms));
        both(types, "vAppTemplate", "adminVAppTemplate", "VAppTemplate", QueryRecords::templates);
        both(types, "catalog", "adminCatalog", "Catalog", QueryRecords::catalogs);
        both(types, "catalogItem", "adminCatalogItem", "CatalogItem", QueryRecords::catalogItems);
        types.put("orgVdc", new Type("OrgVdcRecord", "OrgVdcReference", q -> q.vdcs(false)));
        types.put("adminOrgVdc", new Type("AdminVdcRecord", "AdminVdcReference", q -> q.vdcs(true)));
        types.put("orgVdcNetwork", new Type("OrgVdcNetworkRecord", "OrgVdcNetworkReference", q -> q.orgNetworks("")));
        types.put("orgNetwork", new Type("OrgNetworkRecord", "OrgNetworkReference", q -> q.orgNetworks("")));
        both(types, "vAppNetwork", "adminVAppNetwork", "VAppNetwork", QueryRecords::vappNetworks);
        types.put("edgeGateway", new Type("EdgeGatewayRecord", "EdgeGatewayReference", q -> q.edges("")));
        both(
                types,
                "orgVdcStorageProfile",
                "adminOrgVdcStorageProfile",
                "OrgVdcStorageProfile",
                QueryRecords::storageProfiles);
        types.put("organization", new Type("OrgRecord", "OrgReference", QueryRecords::orgs));
        both(types, "task", "adminTask", "Task", QueryRecords::tasks);
        both(types, "user", "adminUser", "User", QueryRecords::users);
        both(types, "media", "adminMedia", "Media", q -> Stream.empty());
        types.put("event", new Type("EventRecord", "EventReference", q -> Stream.empty()));
        types.put("disk", new Type("DiskRecord", "DiskReference", q -> Stream.empty()));
        return types;
    }

    private static void both(
            Map<String, Type> types,
            String name,
            String adminName,
            String element,
            Function<QueryRecords, Stream<QueryRecords.Row>> rows) {
        types.put(name, new Type(element + "Record", element + "Reference", rows));
        types.put(adminName, new Type("Admin" + element + "Record", "Admin" + element + "Reference", rows));
    }

    void routes(Routes routes) {
        routes.get("/api/query", this::query);
        Map<String, String> aliases = new LinkedHashMap<>();
        aliases.put("/api/vApps/query", "vApp");
        aliases.put("/api/vms/query", "vm");
        aliases.put("/api/vAppTemplates/query", "vAppTemplate");
        aliases.put("/api/catalogs/query", "catalog");
        aliases.put("/api/catalogItems/query", "catalogItem");
        aliases.put("/api/mediaList/query", "media");
        aliases.put("/api/admin/users/query", "user");
        aliases.put("/api/admin/vdcs/query", "adminOrgVdc");
        aliases.put("/api/admin/orgs/query", "organization");
        aliases.forEach((path, type) -> routes.get(path, c -> records(c, type, TYPES.get(type))));
        routes.get("/api/admin/vdc/{id}/edgeGateways", c -> ofVdc(c, "edgeGateway", QueryRecords::edges));
        routes.get("/api/admin/vdc/{id}/networks", c -> ofVdc(c, "orgVdcNetwork", QueryRecords::orgNetworks));
    }

    private interface VdcRows {
        Stream<QueryRecords.Row> of(QueryRecords records, String vdcId);
    }

    private Response ofVdc(Call call, String type, VdcRows rows) {
        String id = call.id("id");
        handlers.read(call, (s, access) -> {
            access.vdc(id);
            return Response.of(200);
        });
        Type base = TYPES.get(type);
        return records(call, type, new Type(base.record(), base.reference(), q -> rows.of(q, id)));
    }

    private Response query(Call call) {
        Optional<String> name = call.query("type").filter(t -> !t.isEmpty());
        if (name.isEmpty()) {
            return list(call);
        }
        Type type = TYPES.get(name.get());
        if (type == null) {
            throw ApiException.badRequest("The query type \"" + name.get() + "\" is unknown.");
        }
        return records(call, name.get(), type);
    }

    private static Response list(Call call) {
        XmlElement root = XmlElement.vcloud("QueryList")
                .attribute("href", call.hrefs().path("/api/query"))
                .attribute("type", V + "queryList+xml");
        for (String type : TYPES.keySet()) {
            for (String format : FORMATS) {
                root.add(call.hrefs()
                        .link("down", V + format + "+xml", "/api/query?type=" + type + "&format=" + format, type));
            }
        }
        return Response.ok(root);
    }

    private Response records(Call call, String name, Type type) {
        String format = call.query("format").orElse("records");
        if (!FORMATS.contains(format)) {
            throw ApiException.badRequest("The query format \"" + format + "\" is unknown.");
        }
        int size = Pages.number(call, "pageSize", Pages.DEFAULT_SIZE, Pages.MAX_SIZE);
        int page = Pages.number(call, "page", 1, Integer.MAX_VALUE);
        Fiql filter = Fiql.parse(call.query("filter").orElse(""));
        return handlers.read(call, (s, access) -> {
            List<QueryRecords.Row> hits = new ArrayList<>();
            type.rows()
                    .apply(new QueryRecords(s, access, call.hrefs()))
                    .filter(r -> filter.matches(field -> field(r, field)))
                    .forEach(hits::add);
            call.query("sortAsc").ifPresent(f -> hits.sort(order(f)));
            call.query("sortDesc").ifPresent(f -> hits.sort(order(f).reversed()));
            XmlElement root = root(call, name, format, hits.size(), page, size);
            hits.stream().skip((long) (page - 1) * size).limit(size).forEach(r -> root.add(hit(call, type, format, r)));
            return Response.ok(root);
        });
    }

    private static Optional<String> field(QueryRecords.Row row, String name) {
        if (name.equals("href")) {
            return Optional.of(row.href());
        }
        return Optional.ofNullable(
                        row.attributes().getOrDefault(name, row.hidden().get(name)))
                .map(Object::toString);
    }

    private static Comparator<QueryRecords.Row> order(String name) {
        return (a, b) -> {
            Object x = a.attributes().getOrDefault(name, "");
            Object y = b.attributes().getOrDefault(name, "");
            if (x instanceof Number m && y instanceof Number n) {
                return Long.compare(m.longValue(), n.longValue());
            }
            return x.toString().compareTo(y.toString());
        };
    }

    /** At 1.5 each kind had a list element of its own. */
    private static String references(Call call, String name) {
        boolean oldest = call.version().major() < 5;
        return oldest ? name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1) + "References" : "References";
    }

    private static XmlElement root(Call call, String name, String format, int total, int page, int size) {
        XmlElement root = XmlElement.vcloud(format.equals("references") ? references(call, name) : "QueryResultRecords")
                .attribute("total", total)
                .attribute("pageSize", size)
                .attribute("page", page)
                .attribute("name", name)
                .attribute("href", address(call, name, format, page, size))
                .attribute("type", V + format + "+xml");
        for (String other : FORMATS) {
            if (!other.equals(format)) {
                root.add(call.hrefs().link("alternate", V + other + "+xml", address(call, name, other, page, size)));
            }
        }
        int pages = Math.max(1, (total + size - 1) / size);
        if (page > 1) {
            root.add(call.hrefs().link("firstPage", V + format + "+xml", address(call, name, format, 1, size)));
            root.add(call.hrefs()
                    .link("previousPage", V + format + "+xml", address(call, name, format, page - 1, size)));
        }
        if (page < pages) {
            root.add(call.hrefs().link("nextPage", V + format + "+xml", address(call, name, format, page + 1, size)));
            root.add(call.hrefs().link("lastPage", V + format + "+xml", address(call, name, format, pages, size)));
        }
        return root;
    }

    private static String address(Call call, String name, String format, int page, int size) {
        boolean general = call.path().equals("/api/query");
        StringBuilder address = new StringBuilder(call.hrefs().path(call.path()))
                .append(general ? "?type=" + name + "&" : "?")
                .append("page=" + page + "&pageSize=" + size + "&format=" + format);
        for (String kept : List.of("filter", "filterEncoded", "sortAsc", "sortDesc", "fields", "links")) {
            call.query(kept)
                    .ifPresent(v -> address.append('&').append(kept).append('=').append(Hrefs.encode(v)));
        }
        return address.toString();
    }

    private static XmlElement hit(Call call, Type type, String format, QueryRecords.Row row) {
        if (format.equals("references")) {
            return XmlElement.vcloud(type.reference())
                    .attribute("href", row.href())
                    .attribute("name", row.attributes().get("name"))
                    .attribute(
                            "id",
                            row.hidden().getOrDefault("id", row.attributes().get("id")))
                    .attribute("type", row.entity().kind().mediaType());
        }
        Optional<Set<String>> wanted =
                call.query("fields").filter(f -> !f.isEmpty()).map(f -> Set.of(f.split(",")));
        boolean ids = format.equals("idrecords");
        XmlElement record = XmlElement.vcloud(type.record());
        if (ids) {
            record.attribute(
                    "id", row.hidden().getOrDefault("id", row.attributes().get("id")));
        } else {
            record.attribute("href", row.href());
        }
        row.attributes().forEach((name, value) -> {
            boolean asked = wanted.map(w -> w.contains(name)).orElse(true);
            if (asked && !value.toString().isEmpty() && !(ids && name.equals("id"))) {
                record.attribute(name, value);
            }
        });
        if (call.query("links").map(Boolean::parseBoolean).orElse(false)) {
            record.add(call.hrefs().link("alternate", row.entity().kind().mediaType(), row.href()));
        }
        return record;
    }
}
