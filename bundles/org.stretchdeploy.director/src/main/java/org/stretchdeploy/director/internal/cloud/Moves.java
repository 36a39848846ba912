package org.stretchdeploy.director.internal.cloud;

import java.util.List;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.http.Principal;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.model.Vdc;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Moves a whole vApp between VDCs of one organization. */
public final class Moves {
    private final Cloud cloud;

    public Moves(Cloud cloud) {
        this.cloud = cloud;
    }

    /** MoveVAppParams; called inside an update. */
    public Task move(CloudState s, Principal by, Vdc vdc, XmlElement params) {
        VApp vapp = new Access(s, by)
                .vapp(params.first("Source")
                        .flatMap(r -> r.attribute("href"))
                        .flatMap(Hrefs::uuid)
                        .orElseThrow(() -> ApiException.badRequest("The request names no source vApp.")));
        List<String> locks = Locks.of(s, vapp);
        if (!s.orgOfVdc(vapp.vdcId).equals(vdc.orgId)) {
            throw ApiException.badRequest("A vApp moves between VDCs of one organization only.");
        }
        if (s.deployed(vapp)) {
            throw ApiException.badRequest("The vApp \"" + vapp.name + "\" is running. Stop the vApp and try again.");
        }
        Compositions.requireFreeName(s, vdc, vapp.name);
        Limits.requireStorage(
                s, vdc, s.vmsOf(vapp.id).stream().mapToLong(Vm::diskBytes).sum());
        for (VAppNetwork network : s.networksOf(vapp.id)) {
            boolean parentThere = network.parentId.isEmpty()
                    || s.orgNetwork(network.parentId)
                            .map(p -> p.vdcId.equals(vdc.id) || p.shared)
                            .orElse(false);
            if (!parentThere) {
                throw ApiException.badRequest(
                        "The parent of network \"" + network.name + "\" is not in VDC " + vdc.name + ".");
            }
        }
        Tasks.Spec spec = Tasks.Spec.of("vdcMoveVapp", "Moving", "Moved", "Virtual Application", vapp.ref(), locks);
        String id = vapp.id;
        String target = vdc.id;
        return cloud.tasks().start(s, by, spec, run -> state -> state.vapps.get(id).vdcId = target);
    }
}
