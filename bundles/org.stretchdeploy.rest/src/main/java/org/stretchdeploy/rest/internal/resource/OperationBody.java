package org.stretchdeploy.rest.internal.resource;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.stretchdeploy.api.CloudName;
import org.stretchdeploy.api.Gate;
import org.stretchdeploy.api.OnFailure;
import org.stretchdeploy.api.Operation;
import org.stretchdeploy.api.Quoted;
import org.stretchdeploy.api.ReturnRequest;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.api.StretchRequest;
import org.stretchdeploy.api.TargetWrites;
import org.stretchdeploy.api.TrialRequest;
import org.stretchdeploy.api.TunnelTransport;

/**
 * A wish to deploy or return; the same body asks for the plan and starts the operation.
 *
 * @param kind           {@code deploy} or {@code return}
 * @param vms            names of VMs; empty or left out: all
 * @param target         for deploy only, as are all fields up to {@code copyMode}
 * @param copyMode       {@code copy} (when left out) or {@code move}
 * @param transport      for deploy only: what carries the frames of the tunnel that it opens
 * @param trial          for deploy only: the machines return by themselves after this time unless it is committed
 * @param trialWrites    for deploy only: what becomes of that which they wrote in the target then
 * @param onFailure      what becomes of the whole when one VM fails
 * @param gate           what has to hold of the VMs of one start order before those of the next are started, see {@link Gate#of}
 * @param gateTimeout    how long that may take
 * @param writes         for return only: whether what they wrote in the target comes home
 * @param acceptedLosses ids of warnings and losses that the caller consents to; {@code *} is all
 */
@Schema(
        name = "OperationBody",
        requiredProperties = {"kind", "source", "vApp"})
public record OperationBody(
        @Schema(allowableValues = {"deploy", "return"}) String kind,
        @Schema(example = "private") String source,

        @Schema(description = "organization VDC, when the vApp's name is there in several; deploy only")
        String sourceVdc,

        @Schema(example = "shop") String vApp,
        @Schema(example = "[\"web\"]") List<String> vms,

        @Schema(example = "public", description = "needed for deploy, not for return")
        String target,

        @Schema(description = "deploy only") String targetVdc,
        @Schema(description = "deploy only") String sourceUplink,
        @Schema(description = "deploy only") String targetUplink,

        @Schema(
                allowableValues = {"copy", "move"},
                description = "deploy only")
        String copyMode,

        @Schema(
                allowableValues = {"auto", "tls", "datagram"},
                description =
                        "deploy only: what carries the frames of the tunnel that it opens: TLS over TCP, datagrams"
                                + " over UDP, or datagrams while packets are lost (auto); as the controller is set when left"
                                + " out")
        String transport,

        @Schema(
                example = "30m",
                description = "deploy only: on trial for 90s, 30m, 2h, 1d or an ISO 8601 duration; the machines return"
                        + " by themselves then, unless the deploy is committed")
        String trial,

        @Schema(
                allowableValues = {"keep", "discard"},
                description = "deploy only, with a trial: what becomes of that which was written in the target; keep"
                        + " when left out")
        String trialWrites,

        @Schema(
                allowableValues = {"stop", "rollback"},
                description = "when a VM fails, stop the rest or roll back the whole; rollback when left out")
        String onFailure,

        @ArraySchema(
                arraySchema =
                        @Schema(
                                example = "[\"network\",\"db=tcp:5432\"]",
                                description =
                                        "what has to hold of the VMs of one start order before those of the next are started:"
                                                + " they run and answer where they answered before (network, when left out), they run (power),"
                                                + " nothing (none), and beyond network: their TCP port is open (tcp:PORT) or they answer a ping"
                                                + " where they did before. One word for all VMs, and one with VM= before it for each that"
                                                + " differs; a text alone is a list of one"),
                schema = @Schema(example = "tcp:5432"))
        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        List<String> gate,

        @Schema(example = "2m", description = "how long the gate may take, 1s to 1h; 2m when left out")
        String gateTimeout,

        @Schema(
                allowableValues = {"keep", "discard"},
                description = "return only: what becomes of that which was written in the target; keep when left out")
        String writes,

        List<String> acceptedLosses) {

    Operation.Kind parsedKind() {
        for (Operation.Kind known : Operation.Kind.values()) {
            if (known.name().equalsIgnoreCase(kind)) {
                return known;
            }
        }
        throw StretchException.user(
                "invalid-kind", "The kind of an operation is deploy or return, not " + Quoted.quote(kind) + ".");
    }

    StretchRequest deployRequest() {
        refuse("writes", writes, "deploy");
        return new StretchRequest(
                new CloudName(source),
                Optional.ofNullable(sourceVdc),
                vApp,
                listOf(vms, "vms"),
                new CloudName(target),
                Optional.ofNullable(targetVdc),
                Optional.ofNullable(sourceUplink),
                Optional.ofNullable(targetUplink),
                parsedCopyMode(),
                listOf(acceptedLosses, "acceptedLosses"),
                TrialRequest.of(Optional.ofNullable(trial), Optional.ofNullable(trialWrites)),
                parsedOnFailure(),
                gates(),
                Optional.ofNullable(transport).map(TunnelTransport::of));
    }

    ReturnRequest returnRequest() {
        refuse("target", target, "return");
        refuse("sourceVdc", sourceVdc, "return");
        refuse("targetVdc", targetVdc, "return");
        refuse("sourceUplink", sourceUplink, "return");
        refuse("targetUplink", targetUplink, "return");
        refuse("copyMode", copyMode, "return");
        refuse("transport", transport, "return");
        refuse("trial", trial, "return");
        refuse("trialWrites", trialWrites, "return");
        return new ReturnRequest(
                new CloudName(source),
                vApp,
                listOf(vms, "vms"),
                listOf(acceptedLosses, "acceptedLosses"),
                writes == null ? TargetWrites.KEEP : TargetWrites.of(writes),
                gates(),
                parsedOnFailure());
    }

    private Gate gates() {
        return Gate.of(gate == null ? List.of() : gate, Optional.ofNullable(gateTimeout));
    }

    private OnFailure parsedOnFailure() {
        return onFailure == null ? OnFailure.ROLLBACK : OnFailure.of(onFailure);
    }

    private StretchRequest.CopyMode parsedCopyMode() {
        if (copyMode == null) {
            return StretchRequest.CopyMode.COPY;
        }
        try {
            return StretchRequest.CopyMode.valueOf(copyMode.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw StretchException.user(
                    "invalid-copy-mode", "The copy mode is copy or move, not " + Quoted.quote(copyMode) + ".");
        }
    }

    private static List<String> listOf(List<String> given, String field) {
        if (given == null) {
            return List.of();
        }
        if (given.stream().anyMatch(text -> text == null || text.isBlank() || text.length() > 128)) {
            throw StretchException.user(
                    "invalid-field", "Every entry of " + field + " is a text of 1 to 128 characters.");
        }
        return List.copyOf(given);
    }

    private static void refuse(String field, Object value, String kind) {
        if (value != null) {
            throw StretchException.user(
                    "unexpected-field", "The field " + field + " means nothing for a " + kind + "; leave it out.");
        }
    }
}
