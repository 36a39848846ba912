package org.stretchdeploy.soap.internal;

import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stretchdeploy.api.StretchException;
import org.stretchdeploy.soap.internal.v1.FaultKind;
import org.stretchdeploy.soap.internal.v1.StretchFault;
import org.stretchdeploy.soap.internal.v1.StretchFault_Exception;

/** Failures as the contract's fault, with the same codes as in REST; nothing internal is told. */
final class Faults {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    private Faults() {}

    static StretchFault_Exception of(RuntimeException thrown) {
        if (thrown instanceof StretchException failure) {
            var fault = fault(FaultKind.valueOf(failure.kind().name()), failure.code(), failure.getMessage());
            failure.findings().forEach(finding -> fault.getFinding().add(CloudAnswers.finding(finding)));
            return new StretchFault_Exception(fault.getMessage(), fault);
        }
        String incident = UUID.randomUUID().toString().substring(0, 8);
        LOG.error("event=request-failed code=internal incident={}", incident, thrown);
        var fault = fault(
                FaultKind.INTERNAL,
                "internal",
                "The request failed; the log has details under incident " + incident + ".");
        return new StretchFault_Exception(fault.getMessage(), fault);
    }

    private static StretchFault fault(FaultKind kind, String code, String message) {
        var fault = new StretchFault();
        fault.setKind(kind);
        fault.setCode(code);
        fault.setMessage(message);
        return fault;
    }
}
