package org.stretchdeploy.soap.internal;

import java.util.EnumSet;
import java.util.Set;
import org.apache.cxf.binding.soap.Soap12;
import org.apache.cxf.binding.soap.SoapMessage;
import org.apache.cxf.binding.soap.SoapVersion;
import org.apache.cxf.interceptor.Fault;
import org.apache.cxf.message.Message;
import org.apache.cxf.phase.AbstractPhaseInterceptor;
import org.apache.cxf.phase.Phase;
import org.stretchdeploy.soap.internal.v1.FaultKind;
import org.stretchdeploy.soap.internal.v1.StretchFault_Exception;

/**
 * Says that the sender, not the receiver, is at fault when the caller can mend it: Sender in SOAP 1.2 (part 1, section
 * 5.4.6), Client in SOAP 1.1 (section 4.4.1).
 */
final class SenderFaults extends AbstractPhaseInterceptor<Message> {
    private static final Set<FaultKind> OURS =
            EnumSet.of(FaultKind.EXTERNAL, FaultKind.UNAVAILABLE, FaultKind.INTERNAL);

    SenderFaults() {
        super(Phase.PRE_LOGICAL);
    }

    @Override
    public void handleMessage(Message message) {
        Exception thrown = message.getContent(Exception.class);
        if (thrown instanceof Fault fault
                && fault.getCause() instanceof StretchFault_Exception told
                && !OURS.contains(told.getFaultInfo().getKind())) {
            SoapVersion version = message instanceof SoapMessage soap ? soap.getVersion() : Soap12.getInstance();
            fault.setFaultCode(version.getSender());
        }
    }
}
