package org.stretchdeploy.workflow.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.stretchdeploy.workflow.OperationId;
import org.stretchdeploy.workflow.Row;
import org.stretchdeploy.workflow.Workflow;

/**
 * What a node keeps of an operation between two turns of it, so that a poll does not read the whole journal again. It is
 * never the truth: what is journalled does not change, so a fold that is read on equals one that is made anew, and
 * anything that goes wrong in a turn throws it away.
 *
 * @param input of the operation, decoded
 * @param rows  the table for that input
 */
record Ongoing<I>(Workflow<I> workflow, OperationFold fold, I input, List<Row<I>> rows) {

    /** The operations of one node. Thread-safe: who takes one out has it alone. */
    static final class Shelf {
        private final Map<OperationId, Ongoing<?>> all = new ConcurrentHashMap<>();

        /** Takes out what was kept for this very workflow; code that was replaced meanwhile starts anew. */
        @SuppressWarnings("unchecked")
        <I> Optional<Ongoing<I>> take(OperationId id, Workflow<I> workflow) {
            Ongoing<?> kept = all.remove(id);
            return kept != null && kept.workflow() == workflow ? Optional.of((Ongoing<I>) kept) : Optional.empty();
        }

        void keep(Ongoing<?> ongoing) {
            all.put(ongoing.fold().id, ongoing);
        }

        void forget(OperationId id) {
            all.remove(id);
        }
    }
}
