package org.stretchdeploy.director.internal.model;

/** What the director keeps of a GuestCustomizationSection. Passwords are not kept. */
public record GuestCustomization(
        boolean enabled,
        boolean changeSid,
        boolean adminPasswordEnabled,
        boolean adminPasswordAuto,
        boolean resetPasswordRequired,
        String script,
        String computerName) {

    public static GuestCustomization off(String computerName) {
        return new GuestCustomization(false, false, true, true, false, "", computerName);
    }
}
