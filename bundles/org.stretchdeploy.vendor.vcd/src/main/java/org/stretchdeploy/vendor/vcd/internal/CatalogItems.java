package org.stretchdeploy.vendor.vcd.internal;

import java.util.Optional;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** Finds items of catalogs and what they hold. Thread-safe. */
final class CatalogItems {
    private final Entities entities;
    private final Api api;

    CatalogItems(Entities entities) {
        this.entities = entities;
        this.api = entities.api();
    }

    /** The item of that name, read fresh. */
    Optional<Elem> item(String catalogPath, String name) {
        return api.find(catalogPath)
                .flatMap(catalog -> catalog.at("CatalogItems"))
                .flatMap(items -> items.children("CatalogItem").stream()
                        .filter(item -> item.attribute("name").equals(name))
                        .findFirst())
                .flatMap(item -> api.find(entities.id(item).value()));
    }

    /** The template behind the item of that name. */
    Optional<Elem> template(String catalogPath, String name) {
        return item(catalogPath, name).flatMap(this::templateOf);
    }

    Optional<Elem> templateOf(Elem item) {
        return item.at("Entity")
                .map(entity -> entities.id(entity).value())
                .filter(path -> path.startsWith("/api/vAppTemplate/"))
                .flatMap(api::find);
    }

    /** Path of the item that holds a template, when the template still has one. */
    Optional<String> itemOf(Elem template) {
        return template.children("Link").stream()
                .map(link -> link.attribute("href"))
                .filter(href -> href.contains("/api/catalogItem/"))
                .map(href -> entities.id(href).value())
                .filter(path -> path.matches("/api/catalogItem/[0-9a-f-]{36}"))
                .findFirst()
                .or(() -> itemByQuery(template));
    }

    private Optional<String> itemByQuery(Elem template) {
        String templateId = Entities.uuid(entities.id(template).value());
        return api
                .query(
                        "catalogItem",
                        "CatalogItemRecord",
                        Optional.of(Api.Filter.of("name", template.attribute("name"))))
                .stream()
                .filter(record -> record.attribute("entity").endsWith(templateId))
                .map(record -> entities.id(record).value())
                .findFirst();
    }
}
