package org.stretchdeploy.director.internal.model;

import java.util.Locale;

/** Roles in order of power. */
public enum Role {
    VAPP_AUTHOR("vApp Author"),
    ORG_ADMIN("Organization Administrator"),
    SYSTEM_ADMIN("System Administrator");

    public final String label;

    Role(String label) {
        this.label = label;
    }

    public boolean atLeast(Role other) {
        return compareTo(other) >= 0;
    }

    /** @throws IllegalArgumentException for an unknown role */
    public static Role parse(String label) {
        for (Role role : values()) {
            if (role.label.toLowerCase(Locale.ROOT).equals(label.toLowerCase(Locale.ROOT))) {
                return role;
            }
        }
        throw new IllegalArgumentException("the role '" + label + "' is unknown; use 'System Administrator', "
                + "'Organization Administrator' or 'vApp Author'");
    }
}
