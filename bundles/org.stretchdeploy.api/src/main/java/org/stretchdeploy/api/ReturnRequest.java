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
 * @param writes         whether what they wrote in the target comes home with them
 * @param gate           what has to hold of the VMs of one start order before those of the next are started at home
 * @param onFailure      what becomes of the whole when one of several VMs fails
 */
public record ReturnRequest(
        CloudName source,
        String vApp,
        List<String> vms,
        List<String> acceptedLosses,
        TargetWrites writes,
        Gate gate,
        OnFailure onFailure) {
    public ReturnRequest {
        Objects.requireNonNull(source, "source");
        if (vApp == null || vApp.isBlank() || vApp.length() > 128) {
            throw StretchException.user(
                    "missing-vapp", "Give the name of the vApp to bring back (1 to 128 characters).");
        }
        vms = List.copyOf(vms);
        acceptedLosses = List.copyOf(acceptedLosses);
        Objects.requireNonNull(writes, "writes");
        Objects.requireNonNull(gate, "gate");
        Objects.requireNonNull(onFailure, "onFailure");
    }

    /** A failure takes everything back. */
    public ReturnRequest(
            CloudName source,
            String vApp,
            List<String> vms,
            List<String> acceptedLosses,
            TargetWrites writes,
            Gate gate) {
        this(source, vApp, vms, acceptedLosses, writes, gate, OnFailure.ROLLBACK);
    }

    /** With the standard gate. */
    public ReturnRequest(
            CloudName source, String vApp, List<String> vms, List<String> acceptedLosses, TargetWrites writes) {
        this(source, vApp, vms, acceptedLosses, writes, Gate.STANDARD);
    }

    /** With everything that they wrote in the target. */
    public ReturnRequest(CloudName source, String vApp, List<String> vms, List<String> acceptedLosses) {
        this(source, vApp, vms, acceptedLosses, TargetWrites.KEEP);
    }
}
