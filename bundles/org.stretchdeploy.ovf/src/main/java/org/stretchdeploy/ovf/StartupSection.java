package org.stretchdeploy.ovf;

import java.util.List;

/**
 * Order of starting and stopping the members of a collection.
 *
 * @param info text for people
 * @param items one per member
 * @param extensions what is kept beyond the specification
 */
public record StartupSection(String info, List<Item> items, Extensions extensions) {
    public StartupSection {
        items = List.copyOf(items);
    }

    /**
     * How one member starts and stops.
     *
     * @param id id of the member
     * @param order members with the same number go together, lower ones first; 0 means at any time
     * @param startAction {@code powerOn} or {@code none}
     * @param startDelaySeconds seconds to wait before the next order
     * @param waitingForGuest whether to wait until the guest says that it is ready
     * @param stopAction {@code powerOff}, {@code guestShutdown} or {@code none}
     * @param stopDelaySeconds seconds to wait before the next order
     * @param extensions what is kept beyond the specification
     */
    public record Item(
            String id,
            int order,
            String startAction,
            int startDelaySeconds,
            boolean waitingForGuest,
            String stopAction,
            int stopDelaySeconds,
            Extensions extensions) {}
}
