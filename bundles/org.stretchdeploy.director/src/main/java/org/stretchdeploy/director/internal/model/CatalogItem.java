package org.stretchdeploy.director.internal.model;

/** An entry of a catalog that points to a template. */
public final class CatalogItem extends Entity {
    public String catalogId = "";
    public String templateId = "";
    public int version = 1;

    @Override
    public Kind kind() {
        return Kind.CATALOG_ITEM;
    }
}
