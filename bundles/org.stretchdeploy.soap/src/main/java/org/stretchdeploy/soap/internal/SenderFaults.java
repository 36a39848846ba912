package org.stretchdeploy.soap.internal;

import java.util.EnumSet;
import java.util.Set;
import org.apache.cxf.binding.soap.Soap12;
import org.apache.cxf.interceptor.Fault;
import org.apache.cxf.message.Message;
import org.apache.cxf.phase.AbstractPhaseInterceptor;
import org.apache.cxf.phase.Phase;
import org.stretchdeploy.soap.internal.v1.FaultKind;
import org.stretchdeploy.soap.internal.v1.StretchFault_Exception;

/** Says Sender, not Receiver, when the caller can mend it (SOAP 1.2 part 1, section 5.4.6). */
final class SenderFaults extends AbstractPhaseInterceptor<Message> {
    private static final Set<FaultKind> OURS = EnumSet.of(FaultKind.EXTERNAL, FaultKind.INTERNAL);

    SenderFaults() {
        super(Phase.PRE_LOGICAL);
    }

    @Override
    public void handleMessage(Message message) {
        Exception thrown = message.getContent(Exception.class);
        if (thrown instanceof Fault fault
                && fault.getCause() instanceof StretchFault_Exception told
                && !OURS.contains(told.getFaultInfo().getKind())) {
            fault.setFaultCode(Soap12.getInstance().getSender());
        }
    }
}
