package org.stretchdeploy.director.internal.model;

/** A reference to an entity, kept with the name it had. */
public record Ref(Kind kind, String id, String name) {}
