package org.stretchdeploy.director.internal.http;

import org.stretchdeploy.director.internal.model.Role;

/**
 * Who asks.
 *
 * @param orgId       the account's organization
 * @param tenantOrgId organization that a provider acts in, empty for none
 */
public record Principal(
        String sessionId, String userId, String userName, String orgId, String orgName, Role role, String tenantOrgId) {

    public boolean isProvider() {
        return role == Role.SYSTEM_ADMIN;
    }

    /** True when entities of that organization are visible to this account. */
    public boolean sees(String otherOrgId) {
        if (isProvider()) {
            return tenantOrgId.isEmpty() || tenantOrgId.equals(otherOrgId) || orgId.equals(otherOrgId);
        }
        return orgId.equals(otherOrgId);
    }

    Principal actingIn(String tenant) {
        return new Principal(sessionId, userId, userName, orgId, orgName, role, tenant);
    }
}
