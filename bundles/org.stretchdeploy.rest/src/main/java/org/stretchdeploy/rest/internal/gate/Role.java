package org.stretchdeploy.rest.internal.gate;

import java.util.Locale;
import java.util.Optional;

/** What a login may do; each role may also do what the ones before it may. The names are Karaf's role names. */
public enum Role {
    /** Reads, plans, checks. */
    VIEWER,
    /** Deploys, returns, cancels, retries. */
    OPERATOR,
    /** Registers and removes clouds. */
    ADMIN;

    public boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }

    /** The word used in users.properties. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> ofWord(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
