package org.stretchdeploy.stretch.internal.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.stretchdeploy.spi.Vm;

/**
 * Machines that start together: those of one start order.
 *
 * @param place 1, 2, 3… among the tiers of the operation
 * @param gate  what has to hold before the next tier starts; absent for the last one and for operations of old
 */
public record Tier<V>(int place, int order, List<V> machines, Optional<GatePlan> gate, List<Member> waitedFor) {
    /** A machine that somebody waits for. */
    public record Member(String name, List<Vm.Nic> nics, Optional<StartPlan> start) {
        int delaySeconds() {
            return start.map(StartPlan::delaySeconds).orElse(0);
        }

        boolean waitingForGuest() {
            return start.filter(StartPlan::waitingForGuest).isPresent();
        }
    }

    /** How a plan tells what it knows of a machine. */
    public interface Reader<V> {
        int order(V vm);

        Member member(V vm);
    }

    /** The machines by order; a gate stands between two tiers when there is something to wait for. */
    public static <V> List<Tier<V>> of(List<V> machines, Optional<GatePlan> gate, Reader<V> reader) {
        Map<Integer, List<V>> byOrder = new TreeMap<>();
        machines.forEach(vm -> byOrder.computeIfAbsent(reader.order(vm), k -> new ArrayList<>())
                .add(vm));
        List<Tier<V>> tiers = new ArrayList<>();
        for (Map.Entry<Integer, List<V>> each : byOrder.entrySet()) {
            int place = tiers.size() + 1;
            List<Member> waitedFor = each.getValue().stream()
                    .map(reader::member)
                    .filter(m -> m.start().filter(StartPlan::byHand).isEmpty())
                    .toList();
            Tier<V> tier = new Tier<>(place, each.getKey(), each.getValue(), Optional.empty(), waitedFor);
            boolean gated = place < byOrder.size()
                    && !waitedFor.isEmpty()
                    && gate.filter(g -> tier.delaySeconds() > 0
                                    || waitedFor.stream().anyMatch(m -> g.power(m.name())))
                            .isPresent();
            tiers.add(gated ? new Tier<>(place, each.getKey(), each.getValue(), gate, waitedFor) : tier);
        }
        return tiers;
    }

    /** The longest start delay of its machines. */
    public int delaySeconds() {
        return waitedFor.stream().mapToInt(Member::delaySeconds).max().orElse(0);
    }

    /** What is left of the delay when every guest that is waited for has said that it is ready. */
    public int delayWithoutGuests() {
        return waitedFor.stream()
                .filter(m -> !m.waitingForGuest())
                .mapToInt(Member::delaySeconds)
                .max()
                .orElse(0);
    }

    public String names() {
        return String.join(", ", waitedFor.stream().map(Member::name).toList());
    }
}
