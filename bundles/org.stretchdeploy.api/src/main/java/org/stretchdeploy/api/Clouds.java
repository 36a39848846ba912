package org.stretchdeploy.api;

import java.util.List;

/** The registered clouds. */
public interface Clouds {
    /**
     * Logs in once to prove the data and then stores them, the password encrypted.
     *
     * @throws StretchException USER for an unknown vendor, CONFLICT for a taken name, DENIED for a wrong password,
     *     EXTERNAL when the cloud cannot be reached; nothing is stored then
     */
    CloudCheck add(CloudRegistration registration, Secret password);

    List<CloudRegistration> list();

    /** @throws StretchException NOT_FOUND; CONFLICT while an operation or a stretched vApp uses the cloud */
    void remove(CloudName name);

    /** @throws StretchException NOT_FOUND */
    CloudCheck check(CloudName name);

    /** Names of the vendors whose adapters are installed. */
    List<String> vendors();

    /**
     * The vApps of a cloud, for completion and menus.
     *
     * @throws StretchException NOT_FOUND, EXTERNAL
     */
    List<VAppSummary> vApps(CloudName name);

    /** @param state the cloud's power state word; @param stretched true while one of its VMs is stretched by us */
    record VAppSummary(String vdc, String name, String state, List<String> vms, boolean stretched) {}
}
