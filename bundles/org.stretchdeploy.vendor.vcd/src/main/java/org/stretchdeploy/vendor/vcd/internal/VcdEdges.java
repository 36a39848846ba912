package org.stretchdeploy.vendor.vcd.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.stretchdeploy.api.edge.EdgeServices;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.Edges;

/** The role: edges of vApp networks and of organizations. Thread-safe. */
final class VcdEdges implements Edges {
    private final VAppEdgeRole vApp;
    private final OrgEdgeRole organization;

    VcdEdges(Entities entities, boolean orgEdges) {
        this.vApp = new VAppEdgeRole(entities);
        this.organization = new OrgEdgeRole(entities, orgEdges);
    }

    @Override
    public Versioned read(EdgeReference edge) {
        return edge instanceof VAppEdge vAppEdge
                ? versioned(vApp.read(vAppEdge))
                : versioned(organization.read((OrgEdge) edge));
    }

    @Override
    public CloudTask apply(EdgeReference edge, EdgeServices wanted, String version) {
        return edge instanceof VAppEdge vAppEdge
                ? vApp.apply(vAppEdge, wanted, version)
                : organization.apply((OrgEdge) edge, wanted, version);
    }

    private static Versioned versioned(EdgeServices services) {
        return new Versioned(services, version(services));
    }

    /** SHA-256 of the services as they are read: equal for equal services, in this process and any other. */
    static String version(EdgeServices services) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(services.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static CloudException changedMeanwhile() {
        return new CloudException(
                "edge-changed",
                CloudException.Category.CONFLICT,
                "The services of the edge were changed since they were read; read them again and plan anew.");
    }
}
