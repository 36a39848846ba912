package org.stretchdeploy.director.internal.http;

import org.stretchdeploy.director.internal.model.Role;

/** What a route demands of the account that calls it. */
public enum Right {
    /** No login. */
    ANONYMOUS(null),
    /** Looking at what the account's organization has. */
    READ(Role.VAPP_AUTHOR),
    /** Working with vApps and machines. */
    USE(Role.VAPP_AUTHOR),
    /** Catalogs, networks and edge gateways. */
    ADMINISTER(Role.ORG_ADMIN),
    PROVIDE(Role.SYSTEM_ADMIN);

    private final Role least;

    Right(Role least) {
        this.least = least;
    }

    boolean grantedTo(Principal principal) {
        return least == null || principal != null && principal.role().atLeast(least);
    }
}
