package org.stretchdeploy.director.internal.model;

/** An organization (tenant). The provider's own one is called System. */
public final class Organization extends Entity {
    public static final String SYSTEM = "System";

    public boolean isSystem() {
        return name.equals(SYSTEM);
    }

    @Override
    public Kind kind() {
        return Kind.ORG;
    }
}
