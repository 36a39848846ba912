package org.stretchdeploy.stretch.internal.run;

import java.util.function.UnaryOperator;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.edge.CanonicalForm;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.Edges;

/** Changes an edge's services from what is there now, so that a person's change in between is kept. */
final class EdgeWork {
    private EdgeWork() {}

    /** Whether the edge is as wanted; a change by somebody else in the middle makes it read and try again. */
    static boolean done(
            Work work, String piece, Cloud cloud, Edges.EdgeReference edge, UnaryOperator<EdgeServices> wanted) {
        return work.done(piece, () -> change(cloud, edge, wanted, work.undoing()));
    }

    private static CloudTask change(
            Cloud cloud, Edges.EdgeReference edge, UnaryOperator<EdgeServices> wanted, boolean anyhow) {
        Edges.Versioned now = cloud.edges().read(edge);
        EdgeServices then = wanted.apply(now.services());
        // an undo applies also what seems to be there: a change of ours whose reply was lost may still be under way
        if (CanonicalForm.equal(now.services(), then) && !anyhow) {
            return CloudTask.done();
        }
        try {
            return cloud.edges().apply(edge, then, now.version());
        } catch (CloudException e) {
            if (e.category() == CloudException.Category.CONFLICT) {
                throw new CloudException(
                        e.code(),
                        CloudException.Category.TRANSIENT,
                        "Somebody changed the edge at the same moment; it is read again.",
                        e.retryAfter(),
                        e);
            }
            throw e;
        }
    }
}
