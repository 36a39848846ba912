package org.stretchdeploy.director.internal.model;

/** A catalog of templates and media. */
public final class Catalog extends Entity {
    public String orgId = "";
    public String ownerId = "";
    public boolean published;
    public int version = 1;

    @Override
    public Kind kind() {
        return Kind.CATALOG;
    }
}
