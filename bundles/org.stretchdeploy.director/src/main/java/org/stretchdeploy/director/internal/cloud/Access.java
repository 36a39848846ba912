package org.stretchdeploy.director.internal.cloud;

import java.util.Map;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Principal;
import org.stretchdeploy.director.internal.model.Catalog;
import org.stretchdeploy.director.internal.model.CatalogItem;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.EdgeGateway;
import org.stretchdeploy.director.internal.model.Entity;
import org.stretchdeploy.director.internal.model.OrgNetwork;
import org.stretchdeploy.director.internal.model.Organization;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.model.Vdc;
import org.stretchdeploy.director.internal.model.Vm;

/**
 * Finds entities for somebody. What does not exist and what belongs to another organization get the same answer, 403.
 */
public record Access(CloudState state, Principal principal) {

    public Organization org(String id) {
        return seen(state.orgs, id, id);
    }

    public Vdc vdc(String id) {
        Vdc vdc = state.vdcs.get(id);
        return seen(state.vdcs, id, vdc == null ? "" : vdc.orgId);
    }

    public VApp vapp(String id) {
        VApp vapp = state.vapps.get(id);
        return seen(state.vapps, id, vapp == null ? "" : state.orgOfVdc(vapp.vdcId));
    }

    public Vm vm(String id) {
        Vm vm = state.vms.get(id);
        return seen(state.vms, id, vm == null ? "" : orgOf(vm));
    }

    /** A machine of a vApp, not one of a template. */
    public Vm vappVm(String id) {
        Vm vm = vm(id);
        if (vm.inTemplate) {
            throw ApiException.forbidden(id);
        }
        return vm;
    }

    public VAppNetwork vappNetwork(String id) {
        VAppNetwork network = state.vappNetworks.get(id);
        return seen(
                state.vappNetworks, id, network == null ? "" : state.orgOfVdc(state.vdcOfContainer(network.ownerId)));
    }

    public OrgNetwork orgNetwork(String id) {
        OrgNetwork network = state.orgNetworks.get(id);
        return seen(state.orgNetworks, id, network == null ? "" : state.orgOfVdc(network.vdcId));
    }

    public EdgeGateway edge(String id) {
        EdgeGateway edge = state.edges.get(id);
        return seen(state.edges, id, edge == null ? "" : state.orgOfVdc(edge.vdcId));
    }

    public Catalog catalog(String id) {
        Catalog catalog = state.catalogs.get(id);
        return seen(state.catalogs, id, catalog == null ? "" : catalog.orgId);
    }

    public CatalogItem catalogItem(String id) {
        CatalogItem item = state.catalogItems.get(id);
        Catalog catalog = item == null ? null : state.catalogs.get(item.catalogId);
        return seen(state.catalogItems, id, catalog == null ? "" : catalog.orgId);
    }

    public Template template(String id) {
        Template template = state.templates.get(id);
        return seen(state.templates, id, template == null ? "" : state.orgOfVdc(template.vdcId));
    }

    public Task task(String id) {
        Task task = state.tasks.get(id);
        return seen(state.tasks, id, task == null ? "" : task.orgId);
    }

    public boolean sees(Vm vm) {
        return principal.sees(orgOf(vm));
    }

    private String orgOf(Vm vm) {
        return state.orgOfVdc(state.vdcOfContainer(vm.containerId));
    }

    private <T extends Entity> T seen(Map<String, T> all, String id, String orgId) {
        T entity = all.get(id);
        if (entity == null || !principal.sees(orgId)) {
            throw ApiException.forbidden(id);
        }
        return entity;
    }
}
