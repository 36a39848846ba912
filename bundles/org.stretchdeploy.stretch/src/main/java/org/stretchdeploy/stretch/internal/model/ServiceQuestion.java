package org.stretchdeploy.stretch.internal.model;

import java.util.List;
import org.stretchdeploy.api.Gate;

/**
 * A service that a gate waits for, as it is journalled (ADR 0034).
 *
 * @param port TCP port; 0 asks by ping
 * @param from free addresses of the network that the edge appliance may ask from
 */
public record ServiceQuestion(String vm, String network, String address, String mac, int port, List<String> from) {
    public ServiceQuestion {
        from = List.copyOf(from);
    }

    /** In the words of a gate. */
    public String service() {
        return new Gate.Check(port == 0 ? Gate.Kind.PING : Gate.Kind.TCP, port).toString();
    }

    public String id(String prefix) {
        return prefix + "-" + network + "-" + address + "-" + port;
    }
}
