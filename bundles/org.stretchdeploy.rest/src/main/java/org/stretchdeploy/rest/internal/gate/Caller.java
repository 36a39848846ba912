package org.stretchdeploy.rest.internal.gate;

import java.security.Principal;
import java.util.Optional;

/**
 * Who calls.
 *
 * @param role the strongest role; empty when the login has none of ours
 */
public record Caller(String name, Optional<Role> role) implements Principal {
    @Override
    public String getName() {
        return name;
    }

    public boolean may(Role needed) {
        return role.isPresent() && role.get().covers(needed);
    }
}
