package org.stretchdeploy.api;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A wish to stretch deploy.
 *
 * @param vApp          name of the vApp in the source cloud
 * @param sourceVdc     its organization VDC, needed only when the name is there in several
 * @param vms           names of the VMs to move; empty: all of them
 * @param targetVdc     organization VDC in the target, needed only when there are several
 * @param sourceUplink  organization VDC network in the source that the edge appliance dials out on; chosen by the plan if absent
 * @param targetUplink  the same in the target
 * @param copyMode      whether the source VM is copied (default) or taken out (saves storage)
 * @param acceptedLosses ids of warnings and losses of the plan that the user consents to; {@code *} is all
 * @param trial        present: the machines return by themselves unless the deploy is committed in time
 * @param onFailure    what becomes of the whole when one of several VMs fails
 * @param gate         what has to hold of the VMs of one start order before those of the next are started
 * @param transport    what is to carry the frames of the tunnel that the deploy opens; absent: as the controller is set
 */
public record StretchRequest(
        CloudName source,
        Optional<String> sourceVdc,
        String vApp,
        List<String> vms,
        CloudName target,
        Optional<String> targetVdc,
        Optional<String> sourceUplink,
        Optional<String> targetUplink,
        CopyMode copyMode,
        List<String> acceptedLosses,
        Optional<TrialRequest> trial,
        OnFailure onFailure,
        Gate gate,
        Optional<TunnelTransport> transport) {

    /** How the VM gets out of the source vApp. */
    public enum CopyMode {
        COPY,
        MOVE
    }

    public StretchRequest {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(copyMode, "copyMode");
        if (vApp == null || vApp.isBlank() || vApp.length() > 128) {
            throw StretchException.user("missing-vapp", "Give the name of the vApp to move (1 to 128 characters).");
        }
        if (source.equals(target)) {
            throw StretchException.user(
                    "same-cloud",
                    "Source and target are the same cloud; choose another target for " + Quoted.quote(vApp) + ".");
        }
        vms = List.copyOf(vms);
        if (vms.stream().distinct().count() != vms.size()) {
            throw StretchException.user("duplicate-vm", "A VM is named twice in the request.");
        }
        acceptedLosses = List.copyOf(acceptedLosses);
        Objects.requireNonNull(trial, "trial");
        Objects.requireNonNull(onFailure, "onFailure");
        Objects.requireNonNull(gate, "gate");
        Objects.requireNonNull(transport, "transport");
    }

    /** For good, not on trial; a failure takes everything back; the transport as the controller is set. */
    public StretchRequest(
            CloudName source,
            Optional<String> sourceVdc,
            String vApp,
            List<String> vms,
            CloudName target,
            Optional<String> targetVdc,
            Optional<String> sourceUplink,
            Optional<String> targetUplink,
            CopyMode copyMode,
            List<String> acceptedLosses) {
        this(
                source,
                sourceVdc,
                vApp,
                vms,
                target,
                targetVdc,
                sourceUplink,
                targetUplink,
                copyMode,
                acceptedLosses,
                Optional.empty(),
                OnFailure.ROLLBACK,
                Gate.STANDARD,
                Optional.empty());
    }

    /** The same on trial. */
    public StretchRequest onTrial(Optional<TrialRequest> wanted) {
        return with(wanted, onFailure, gate, transport);
    }

    /** The same with another answer to the failure of a member. */
    public StretchRequest onFailure(OnFailure wanted) {
        return with(trial, wanted, gate, transport);
    }

    /** The same with another gate between start orders. */
    public StretchRequest gate(Gate wanted) {
        return with(trial, onFailure, wanted, transport);
    }

    /** The same over another transport. */
    public StretchRequest transport(Optional<TunnelTransport> wanted) {
        return with(trial, onFailure, gate, wanted);
    }

    private StretchRequest with(
            Optional<TrialRequest> onTrial, OnFailure answer, Gate between, Optional<TunnelTransport> carrier) {
        return new StretchRequest(
                source,
                sourceVdc,
                vApp,
                vms,
                target,
                targetVdc,
                sourceUplink,
                targetUplink,
                copyMode,
                acceptedLosses,
                onTrial,
                answer,
                between,
                carrier);
    }

    /** One VM or the whole vApp (no VM named) with the plan choosing everything else. */
    public static StretchRequest of(CloudName source, String vApp, List<String> vms, CloudName target) {
        return new StretchRequest(
                source,
                Optional.empty(),
                vApp,
                vms,
                target,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                CopyMode.COPY,
                List.of("*"));
    }
}
