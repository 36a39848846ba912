package org.stretchdeploy.ovf;

import java.util.Locale;
import java.util.Optional;

/**
 * A NIC, seen through its {@link HardwareItem}.
 *
 * @param instanceId id of the item
 * @param index place on the machine, from 0
 * @param mac MAC address in lower case with colons, if the descriptor keeps it
 * @param network name of the network, if it is connected to one
 * @param model adapter type, for instance {@code VMXNET3}
 * @param connected whether the cable is in at start
 */
public record NetworkAdapter(
        String instanceId,
        int index,
        Optional<String> mac,
        Optional<String> network,
        Optional<String> model,
        boolean connected) {
    static NetworkAdapter from(HardwareItem item) {
        return new NetworkAdapter(
                item.instanceId(),
                item.number("AddressOnParent").orElse(0),
                item.text("Address").map(a -> a.toLowerCase(Locale.ROOT).replace('-', ':')),
                item.text("Connection"),
                item.text("ResourceSubType"),
                item.text("AutomaticAllocation").map(Boolean::parseBoolean).orElse(true));
    }
}
