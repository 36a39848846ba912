package org.stretchdeploy.director.internal.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.stretchdeploy.director.internal.cloud.Access;
import org.stretchdeploy.director.internal.cloud.Downloads;
import org.stretchdeploy.director.internal.cloud.Locks;
import org.stretchdeploy.director.internal.cloud.Tasks;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Right;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.view.NetworkView;
import org.stretchdeploy.director.internal.view.TemplateView;
import org.stretchdeploy.director.internal.view.VAppView;
import org.stretchdeploy.director.internal.view.VmSectionsView;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** vApp templates and their machines. */
final class TemplateHandler {
    private static final String BASE = "/api/vAppTemplate/vappTemplate-{id}";
    private static final String VM = "/api/vAppTemplate/vm-{id}";
    private final Handlers handlers;

    TemplateHandler(Handlers handlers) {
        this.handlers = handlers;
    }

    void routes(Routes routes) {
        routes.get(
                BASE, c -> handlers.read(c, (s, a) -> Response.ok(OrgHandler.template(c, s, a.template(c.id("id"))))));
        routes.put(BASE, Right.ADMINISTER, this::update);
        routes.delete(
                BASE,
                Right.ADMINISTER,
                c -> handlers.task(c, (s, a) -> handlers.deletions().delete(s, c.principal(), a.template(c.id("id")))));
        routes.post(
                BASE + "/action/enableDownload",
                Right.USE,
                c -> handlers.task(c, (s, a) -> handlers.downloads().enable(s, c.principal(), a.template(c.id("id")))));
        routes.post(
                BASE + "/action/disableDownload",
                Right.USE,
                c -> handlers.update(c, (s, a) -> {
                    handlers.downloads().disable(s, a.template(c.id("id")).id);
                    return Response.of(204);
                }));
        routes.get(
                BASE + "/ovf",
                c -> handlers.read(
                        c,
                        (s, a) -> Response.bytes(
                                200,
                                Downloads.write(s, a.template(c.id("id")).ref(), List.of(), true)
                                        .getBytes(StandardCharsets.UTF_8),
                                "text/xml")));
        routes.get(
                BASE + "/networkConfigSection",
                c -> handlers.read(
                        c,
                        (s, a) -> Response.ok(
                                new NetworkView(s, c.hrefs()).section(Kind.TEMPLATE, a.template(c.id("id")).id))));
        routes.get(
                BASE + "/networkSection",
                c -> handlers.read(c, (s, a) -> {
                    Template template = a.template(c.id("id"));
                    return VAppHandler.section(
                            new VAppView(s, c.hrefs())
                                    .networkSection(template.id, c.hrefs().of(template)),
                            "networkSection");
                }));
        routes.get(BASE + "/customizationSection", c -> part(c, "CustomizationSection"));
        routes.get(BASE + "/owner", c -> part(c, "Owner"));
        routes.get(VM, c -> handlers.read(c, (s, a) -> Response.ok(view(c, s).vm(vm(a, c)))));
        routes.get(
                VM + "/networkConnectionSection",
                c -> handlers.read(c, (s, a) -> Response.ok(VmSectionsView.connections(c.hrefs(), vm(a, c)))));
        routes.get(
                VM + "/guestCustomizationSection",
                c -> handlers.read(c, (s, a) -> Response.ok(VmSectionsView.customization(c.hrefs(), vm(a, c)))));
        routes.get(
                VM + "/virtualHardwareSection",
                c -> handlers.read(
                        c,
                        (s, a) -> VAppHandler.section(
                                view(c, s).vm(vm(a, c)).children().stream()
                                        .filter(e -> e.name().equals("VirtualHardwareSection"))
                                        .findFirst()
                                        .orElseThrow(),
                                "virtualHardwareSection")));
    }

    private static TemplateView view(Call call, CloudState s) {
        return new TemplateView(s, call.hrefs());
    }

    private static Vm vm(Access access, Call call) {
        Vm vm = access.vm(call.id("id"));
        if (!vm.inTemplate) {
            throw ApiException.forbidden(vm.id);
        }
        return vm;
    }

    private Response part(Call call, String name) {
        return handlers.read(
                call,
                (s, access) -> Response.ok(OrgHandler.template(call, s, access.template(call.id("id")))
                        .first(name)
                        .orElseThrow(() -> ApiException.notFound(call.path()))));
    }

    private Response update(Call call) {
        XmlElement params = call.xml("VAppTemplate");
        return handlers.task(call, (s, access) -> {
            Template template = access.template(call.id("id"));
            List<String> locks = Locks.of(s, template);
            params.attribute("name").filter(n -> !n.isBlank()).ifPresent(n -> template.name = n);
            params.first("Description").ifPresent(d -> template.description = d.text());
            return handlers.done(
                    s,
                    call,
                    Tasks.Spec.of(
                            "vdcUpdateTemplate",
                            "Updating",
                            "Updated",
                            "Virtual Application Template",
                            template.ref(),
                            locks));
        });
    }
}
