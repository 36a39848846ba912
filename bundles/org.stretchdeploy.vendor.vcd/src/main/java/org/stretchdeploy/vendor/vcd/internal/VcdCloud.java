package org.stretchdeploy.vendor.vcd.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.stretchdeploy.spi.Capability;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.Edges;
import org.stretchdeploy.spi.Inventory;
import org.stretchdeploy.spi.OrgVdc;
import org.stretchdeploy.spi.TaskStatus;
import org.stretchdeploy.spi.Tunnels;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.vendor.vcd.internal.http.Api;

/** A Cloud Director that we are logged in to. Thread-safe. */
final class VcdCloud implements Cloud {
    private final Api api;
    private final Set<Capability> capabilities;
    private final VcdInventory inventory;
    private final VcdVApps vApps;
    private final VcdCatalogs catalogs;
    private final VcdEdges edges;
    private final Optional<Tunnels> tunnels;
    private final VcdTasks tasks;

    VcdCloud(Api api) {
        this.api = api;
        Entities entities = new Entities(api);
        // Before API 36 the NAT and L2 VPN documents of NSX-T edges had other fields.
        List<JsonNode> nsxtEdges = api.version().atLeast(36, 0) ? VdcReader.edges(api) : List.of();
        boolean routed = new VdcReader(entities).all().stream().anyMatch(OrgVdc::routedVAppNetworks);
        this.capabilities = capabilities(routed, !nsxtEdges.isEmpty());
        this.inventory = new VcdInventory(entities, !nsxtEdges.isEmpty());
        this.vApps = new VcdVApps(entities);
        this.catalogs = new VcdCatalogs(entities);
        this.edges = new VcdEdges(entities, !nsxtEdges.isEmpty());
        this.tunnels = nsxtEdges.isEmpty() ? Optional.empty() : Optional.of(new VcdTunnels(entities));
        this.tasks = new VcdTasks(entities);
    }

    private static Set<Capability> capabilities(boolean routedVAppNetworks, boolean nsxtEdges) {
        Set<Capability> all = EnumSet.allOf(Capability.class);
        if (!routedVAppNetworks) {
            all.removeAll(Set.of(Capability.ROUTED_VAPP_NETWORK, Capability.VAPP_EDGE_SERVICES));
        }
        if (!nsxtEdges) {
            all.removeAll(Set.of(Capability.EDGE_GATEWAY_NAT, Capability.L2_VPN));
        }
        return Set.copyOf(all);
    }

    @Override
    public Info info() {
        String product = "VMware Cloud Director " + api.version().product();
        return new Info(product, api.version().toString(), api.clockSkew(), api.roles());
    }

    @Override
    public Set<Capability> capabilities() {
        return capabilities;
    }

    @Override
    public Inventory inventory() {
        return inventory;
    }

    @Override
    public VApps vApps() {
        return vApps;
    }

    @Override
    public Catalogs catalogs() {
        return catalogs;
    }

    @Override
    public Edges edges() {
        return edges;
    }

    @Override
    public Optional<Tunnels> tunnels() {
        return tunnels;
    }

    @Override
    public TaskStatus status(CloudTask task) {
        return tasks.status(task);
    }

    @Override
    public void cancel(CloudTask task) {
        tasks.cancel(task);
    }

    @Override
    public void close() {
        api.close();
    }
}
