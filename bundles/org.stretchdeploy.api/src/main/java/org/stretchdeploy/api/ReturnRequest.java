package org.stretchdeploy.api;

import java.util.List;
import java.util.Objects;

/**
 * A wish to bring stretched VMs home.
 *
 * @param source         the cloud they came from
 * @param vApp           name of the vApp they belong to there
 * @param vms            names of the VMs; empty: all that are stretched
 * @param acceptedLosses as in {@link StretchRequest}
 */
public record ReturnRequest(CloudName source, String vApp, List<String> vms, List<String> acceptedLosses) {
    public ReturnRequest {
        Objects.requireNonNull(source, "source");
        if (vApp == null || vApp.isBlank() || vApp.length() > 128) {
            throw StretchException.user(
                    "missing-vapp", "Give the name of the vApp to bring back (1 to 128 characters).");
        }
        vms = List.copyOf(vms);
        acceptedLosses = List.copyOf(acceptedLosses);
    }
}
