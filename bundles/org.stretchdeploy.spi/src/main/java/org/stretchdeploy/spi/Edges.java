package org.stretchdeploy.spi;

import org.stretchdeploy.api.edge.EdgeServices;

/** Services of edges: of vApp networks and of organization edge gateways. */
public interface Edges {
    /** Reads all services of an edge with their version. */
    Versioned read(EdgeReference edge);

    /**
     * Makes the services what is given, changing nothing that is equal already and keeping everything of the cloud's own
     * that this model does not show.
     *
     * @param version what the caller has read; CONFLICT when the edge has changed since
     */
    CloudTask apply(EdgeReference edge, EdgeServices wanted, String version);

    /** @param version differs when the services differ (an ETag or a digest) */
    record Versioned(EdgeServices services, String version) {}

    /** Which edge. */
    sealed interface EdgeReference {}

    /** The edge of a routed vApp network. */
    record VAppEdge(ObjectId vApp, String network) implements EdgeReference {}

    /** An organization's edge gateway. */
    record OrgEdge(ObjectId edgeGateway) implements EdgeReference {}
}
