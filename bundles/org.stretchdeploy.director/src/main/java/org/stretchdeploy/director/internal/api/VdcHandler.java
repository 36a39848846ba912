package org.stretchdeploy.director.internal.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.stretchdeploy.director.internal.cloud.Access;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.ApiVersion;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Right;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.Vdc;
import org.stretchdeploy.director.internal.view.VAppView;
import org.stretchdeploy.director.internal.view.VdcView;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Organization VDCs: their document, what is made in them, their capabilities. */
final class VdcHandler {
    private static final ApiVersion LAST_OLD_UPLOAD = new ApiVersion(33, 0);
    private final Handlers handlers;

    VdcHandler(Handlers handlers) {
        this.handlers = handlers;
    }

    void routes(Routes routes) {
        routes.get("/api/vdc/{id}", c -> get(c, false));
        routes.get("/api/admin/vdc/{id}", c -> get(c, true));
        String actions = "/api/vdc/{id}/action/";
        routes.post(actions + "composeVApp", Right.USE, c -> {
            XmlElement params = c.xml("ComposeVAppParams");
            return made(c, (s, vdc) -> handlers.compositions().compose(s, c.principal(), vdc, params));
        });
        routes.post(actions + "instantiateVAppTemplate", Right.USE, c -> {
            XmlElement params = c.xml("InstantiateVAppTemplateParams");
            return made(c, (s, vdc) -> handlers.compositions().instantiate(s, c.principal(), vdc, params));
        });
        routes.post(actions + "cloneVApp", Right.USE, c -> {
            XmlElement params = c.xml("CloneVAppParams");
            return made(c, (s, vdc) -> handlers.compositions().cloneVApp(s, c.principal(), vdc, params));
        });
        routes.add("POST", actions + "moveVApp", Right.USE, ApiVersion.V34, null, this::move);
        routes.add("POST", actions + "uploadVAppTemplate", Right.ADMINISTER, null, LAST_OLD_UPLOAD, this::upload);
        routes.post(actions + "captureVApp", Right.ADMINISTER, this::capture);
        routes.get("/api/vdcStorageProfile/{id}", this::storageProfile);
        routes.get("/api/admin/vdcStorageProfile/{id}", this::storageProfile);
        routes.get("/api/vdc/{id}/hwv/{name}", VdcHandler::hardwareVersion);
        routes.get("/cloudapi/1.0.0/vdcs", this::list);
        routes.get(
                "/cloudapi/1.0.0/vdcs/{id}",
                c -> handlers.read(c, (s, a) -> Response.json(200, summary(s, a.vdc(c.id("id"))))));
        routes.get("/cloudapi/1.0.0/vdcs/{id}/capabilities", this::capabilities);
    }

    private Response list(Call call) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        handlers.read(call, (s, access) -> {
            s.vdcs.values().stream().filter(v -> call.principal().sees(v.orgId)).forEach(v -> all.add(summary(s, v)));
            return Response.of(200);
        });
        return Pages.json(call, all);
    }

    private static ObjectNode summary(CloudState s, Vdc vdc) {
        ObjectNode node = CloudJson.reference(vdc);
        node.put("description", vdc.description);
        node.put("allocationType", "Flex");
        node.set("org", CloudJson.reference(s.orgs.get(vdc.orgId)));
        return node;
    }

    private VdcView view(Call call, CloudState s) {
        return new VdcView(s, call.hrefs(), handlers.cloud().host().capacity());
    }

    private Response get(Call call, boolean admin) {
        return handlers.read(call, (s, access) -> Response.ok(view(call, s).vdc(access.vdc(call.id("id")), admin)));
    }

    private interface Maker {
        VApp make(CloudState s, Vdc vdc);
    }

    private Response made(Call call, Maker maker) {
        return handlers.update(call, (s, access) -> {
            VApp vapp = maker.make(s, access.vdc(call.id("id")));
            return Response.created(201, new VAppView(s, call.hrefs()).vapp(vapp));
        });
    }

    private Response move(Call call) {
        XmlElement params = call.xml("MoveVAppParams");
        return handlers.task(
                call, (s, access) -> handlers.moves().move(s, call.principal(), access.vdc(call.id("id")), params));
    }

    private Response upload(Call call) {
        XmlElement params = call.xml("UploadVAppTemplateParams");
        return handlers.update(call, (s, access) -> {
            Template template =
                    handlers.uploads().begin(s, call.principal(), access.vdc(call.id("id")), Optional.empty(), params);
            return Response.created(201, OrgHandler.template(call, s, template));
        });
    }

    private Response capture(Call call) {
        XmlElement params = call.xml("CaptureVAppParams");
        return handlers.update(call, (s, access) -> {
            access.vdc(call.id("id"));
            Template template = handlers.captures().capture(s, call.principal(), Optional.empty(), params);
            return Response.created(201, OrgHandler.template(call, s, template));
        });
    }

    private Response storageProfile(Call call) {
        String id = call.id("id");
        return handlers.read(call, (s, access) -> {
            Vdc vdc = s.vdcs.values().stream()
                    .filter(v -> v.storageProfileId.equals(id))
                    .findFirst()
                    .orElseThrow(() -> ApiException.forbidden(id));
            access.vdc(vdc.id);
            return Response.ok(view(call, s).storageProfile(vdc));
        });
    }

    private static Response hardwareVersion(Call call) {
        String name = call.variable("name");
        if (!name.matches("vmx-\\d{2}")) {
            throw ApiException.notFound(call.path());
        }
        return Response.xml(
                200,
                XmlElement.vcloud("VirtualHardwareVersion")
                        .attribute("name", name)
                        .attribute("href", call.hrefs().path(call.path()))
                        .attribute("type", "application/vnd.vmware.vcloud.virtualHardwareVersion+xml")
                        .child("Name", name)
                        .child("maxCPUs", 128)
                        .child("maxMemorySizeMb", 6128 * 1024)
                        .add(XmlElement.vcloud("supportedOperatingSystems")));
    }

    private Response capabilities(Call call) {
        Vdc vdc = handlers.cloud().store().read(s -> new Access(s, call.principal()).vdc(call.id("id")));
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        capability(all, "networkProvider", "NSX_T", "String", "Networking");
        capability(all, "crossVdc", false, "Boolean", "Networking");
        capability(all, "vmAffinityRules", false, "Boolean", "Compute");
        capability(all, "vappNatNetworks", vdc.vappNatNetworks, "Boolean", "Networking");
        capability(all, "vappIsolatedNetworks", true, "Boolean", "Networking");
        return Pages.json(call, all);
    }

    private static void capability(ArrayNode all, String name, Object value, String type, String category) {
        all.addObject()
                .put("name", name)
                .put("description", name)
                .putPOJO("value", value)
                .put("type", type)
                .put("category", category);
    }
}
