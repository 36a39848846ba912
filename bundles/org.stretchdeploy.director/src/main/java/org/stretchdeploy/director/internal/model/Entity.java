package org.stretchdeploy.director.internal.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** What every entity has. */
public abstract class Entity {
    /** Lower-case uuid. */
    public String id = UUID.randomUUID().toString();

    public String name = "";
    public String description = "";
    /** Milliseconds since 1970. */
    public long created = System.currentTimeMillis();

    public Map<String, MetadataEntry> metadata = new LinkedHashMap<>();

    /** The media-type word and URN word of this kind. */
    public abstract Kind kind();

    public Ref ref() {
        return new Ref(kind(), id, name);
    }
}
