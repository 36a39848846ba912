package org.stretchdeploy.director.internal.model;

import java.util.ArrayList;
import java.util.List;

/** A network of an organization VDC. */
public final class OrgNetwork extends Entity {
    public String vdcId = "";
    /** Empty on an isolated or direct network. */
    public String edgeId = "";
    /** The external network of a direct network, else empty. */
    public String directId = "";

    public List<IpScope> scopes = new ArrayList<>();
    public boolean shared;
    public int version;

    public boolean routed() {
        return !edgeId.isEmpty();
    }

    public IpScope scope() {
        return scopes.get(0);
    }

    @Override
    public Kind kind() {
        return Kind.ORG_NETWORK;
    }
}
