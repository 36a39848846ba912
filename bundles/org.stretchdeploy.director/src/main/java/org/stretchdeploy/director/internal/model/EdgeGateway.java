package org.stretchdeploy.director.internal.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** An organization's edge gateway. Rules are kept as the JSON objects in which they were sent. */
public final class EdgeGateway extends Entity {
    public String vdcId = "";
    public String externalNetworkId = "";
    public String primaryIp = "";
    public List<String> extraIps = new ArrayList<>();
    public List<ObjectNode> natRules = new ArrayList<>();
    public List<ObjectNode> firewallRules = new ArrayList<>();
    public List<ObjectNode> tunnels = new ArrayList<>();
    public boolean defaultAllow;
    public boolean defaultLog;

    /** All addresses that the gateway has on its uplink. */
    public List<String> uplinkIps() {
        List<String> all = new ArrayList<>();
        all.add(primaryIp);
        all.addAll(extraIps);
        return all;
    }

    @Override
    public Kind kind() {
        return Kind.EDGE;
    }
}
