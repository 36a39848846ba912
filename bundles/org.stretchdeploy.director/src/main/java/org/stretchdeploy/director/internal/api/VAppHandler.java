package org.stretchdeploy.director.internal.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.internal.cloud.Downloads;
import org.stretchdeploy.director.internal.cloud.Locks;
import org.stretchdeploy.director.internal.cloud.NetworkConfigs;
import org.stretchdeploy.director.internal.cloud.Reconfiguration;
import org.stretchdeploy.director.internal.cloud.Tasks;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Right;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Kind;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.view.NetworkView;
import org.stretchdeploy.director.internal.view.VAppView;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** vApps. */
final class VAppHandler {
    private static final String BASE = "/api/vApp/vapp-{id}";
    private final Handlers handlers;

    VAppHandler(Handlers handlers) {
        this.handlers = handlers;
    }

    void routes(Routes routes) {
        routes.get(BASE, c -> handlers.read(c, (s, a) -> Response.ok(view(c, s).vapp(a.vapp(c.id("id"))))));
        routes.put(BASE, Right.USE, this::update);
        routes.delete(
                BASE,
                Right.USE,
                c -> handlers.task(c, (s, a) -> handlers.deletions().delete(s, c.principal(), a.vapp(c.id("id")))));
        routes.post(BASE + "/power/action/{action}", Right.USE, this::power);
        routes.post(BASE + "/action/deploy", Right.USE, this::deploy);
        routes.post(BASE + "/action/undeploy", Right.USE, this::undeploy);
        routes.post(BASE + "/action/recomposeVApp", Right.USE, this::recompose);
        routes.post(
                BASE + "/action/enableDownload",
                Right.USE,
                c -> handlers.task(c, (s, a) -> handlers.downloads().enable(s, c.principal(), a.vapp(c.id("id")))));
        routes.post(BASE + "/action/disableDownload", Right.USE, this::disableDownload);
        routes.get(
                BASE + "/networkConfigSection",
                c -> handlers.read(
                        c,
                        (s, a) ->
                                Response.ok(new NetworkView(s, c.hrefs()).section(Kind.VAPP, a.vapp(c.id("id")).id))));
        routes.put(BASE + "/networkConfigSection", Right.USE, this::networks);
        routes.get(
                BASE + "/networkSection",
                c -> handlers.read(c, (s, a) -> {
                    VApp vapp = a.vapp(c.id("id"));
                    return section(view(c, s).networkSection(vapp.id, c.hrefs().of(vapp)), "networkSection");
                }));
        routes.get(
                BASE + "/leaseSettingsSection",
                c -> handlers.read(c, (s, a) -> Response.ok(view(c, s).lease(a.vapp(c.id("id"))))));
        routes.put(BASE + "/leaseSettingsSection", Right.USE, c -> setting(c, Reconfiguration::lease));
        routes.get(
                BASE + "/startupSection",
                c -> handlers.read(c, (s, a) -> section(view(c, s).startup(a.vapp(c.id("id"))), "startupSection")));
        routes.put(BASE + "/startupSection", Right.USE, c -> setting(c, Reconfiguration::startup));
        routes.get(BASE + "/owner", this::owner);
        routes.get(BASE + "/controlAccess", OrgHandler::controlAccess);
        routes.post(BASE + "/action/controlAccess", Right.USE, OrgHandler::controlAccess);
        routes.get(
                BASE + "/ovf",
                c -> handlers.read(
                        c,
                        (s, a) -> Response.bytes(
                                200,
                                Downloads.write(s, a.vapp(c.id("id")).ref(), List.of(), true)
                                        .getBytes(StandardCharsets.UTF_8),
                                "text/xml")));
    }

    private static VAppView view(Call call, CloudState s) {
        return new VAppView(s, call.hrefs());
    }

    static Response section(XmlElement section, String word) {
        return Response.xml(200, section, "application/vnd.vmware.vcloud." + word + "+xml");
    }

    private Response power(Call call) {
        String action = call.variable("action");
        return handlers.task(call, (s, access) -> {
            VApp vapp = access.vapp(call.id("id"));
            return switch (action) {
                case "powerOn" -> handlers.power().deploy(s, call.principal(), vapp, true);
                case "powerOff" -> handlers.power().stop(s, call.principal(), vapp, Host.StopMode.POWER_OFF, false);
                case "shutdown" -> handlers.power().stop(s, call.principal(), vapp, Host.StopMode.SHUTDOWN, false);
                case "reset", "reboot" ->
                    handlers.power()
                            .restart(
                                    s,
                                    call.principal(),
                                    vapp.ref(),
                                    s.vmsOf(vapp.id),
                                    Locks.of(s, vapp),
                                    mode(action.equals("reset")));
                default -> throw unsupported(action);
            };
        });
    }

    static Host.StopMode mode(boolean hard) {
        return hard ? Host.StopMode.POWER_OFF : Host.StopMode.SHUTDOWN;
    }

    static ApiException unsupported(String action) {
        if (!action.equals("suspend") && !action.equals("discardSuspendedState")) {
            return ApiException.notFound(action);
        }
        return ApiException.badRequest("The operation \"" + action + "\" is not supported by this director.");
    }

    private Response deploy(Call call) {
        boolean start = powerOn(call);
        return handlers.task(
                call, (s, access) -> handlers.power().deploy(s, call.principal(), access.vapp(call.id("id")), start));
    }

    static boolean powerOn(Call call) {
        return call.optionalXml()
                .flatMap(p -> p.attribute("powerOn"))
                .map(Boolean::parseBoolean)
                .orElse(true);
    }

    private Response undeploy(Call call) {
        Host.StopMode mode = undeployMode(call);
        return handlers.task(call, (s, access) -> {
            VApp vapp = access.vapp(call.id("id"));
            return handlers.power().stop(s, call.principal(), vapp, mode, true);
        });
    }

    static Host.StopMode undeployMode(Call call) {
        String word =
                call.optionalXml().flatMap(p -> p.filled("UndeployPowerAction")).orElse("powerOff");
        return switch (word) {
            case "powerOff", "force", "default" -> Host.StopMode.POWER_OFF;
            case "shutdown" -> Host.StopMode.SHUTDOWN;
            case "suspend" -> throw unsupported("suspend");
            default -> throw ApiException.badRequest("The power action \"" + word + "\" is unknown.");
        };
    }

    private Response recompose(Call call) {
        XmlElement params = call.xml("RecomposeVAppParams");
        return handlers.task(call, (s, access) -> handlers.compositions()
                .recompose(s, call.principal(), access.vapp(call.id("id")), params));
    }

    private Response disableDownload(Call call) {
        return handlers.update(call, (s, access) -> {
            handlers.downloads().disable(s, access.vapp(call.id("id")).id);
            return Response.of(204);
        });
    }

    private Response update(Call call) {
        XmlElement params = call.xml("VApp");
        return handlers.task(call, (s, access) -> {
            VApp vapp = access.vapp(call.id("id"));
            List<String> locks = Locks.of(s, vapp);
            Optional<String> name = params.attribute("name").filter(n -> !n.isBlank());
            name.filter(n -> !n.equals(vapp.name)).ifPresent(n -> {
                if (s.vapps.values().stream().anyMatch(v -> v.vdcId.equals(vapp.vdcId) && v.name.equals(n))) {
                    throw ApiException.duplicateName(n);
                }
                vapp.name = n;
            });
            params.first("Description").ifPresent(d -> vapp.description = d.text());
            return handlers.done(
                    s,
                    call,
                    Tasks.Spec.of("vdcUpdateVapp", "Updating", "Updated", "Virtual Application", vapp.ref(), locks));
        });
    }

    private interface Setting {
        void apply(VApp vapp, XmlElement section);
    }

    private Response setting(Call call, Setting setting) {
        XmlElement section = call.xml();
        return handlers.task(call, (s, access) -> {
            VApp vapp = access.vapp(call.id("id"));
            List<String> locks = Locks.of(s, vapp);
            setting.apply(vapp, section);
            return handlers.done(
                    s,
                    call,
                    Tasks.Spec.of("vdcUpdateVapp", "Updating", "Updated", "Virtual Application", vapp.ref(), locks));
        });
    }

    private Response networks(Call call) {
        XmlElement section = call.xml("NetworkConfigSection");
        return handlers.task(call, (s, access) -> {
            VApp vapp = access.vapp(call.id("id"));
            List<String> locks = Locks.of(s, vapp);
            new NetworkConfigs(s, s.vdcs.get(vapp.vdcId)).replaceAll(vapp.id, section);
            return networksChanged(handlers, s, call, vapp, locks);
        });
    }

    /** The task that brings the host to a vApp's changed networks. */
    static Task networksChanged(Handlers handlers, CloudState s, Call call, VApp vapp, List<String> locks) {
        String id = vapp.id;
        return handlers.cloud()
                .tasks()
                .start(
                        s,
                        call.principal(),
                        Tasks.Spec.of(
                                "vdcUpdateVappNetworkSection",
                                "Updating network configuration of",
                                "Updated network configuration of",
                                "Virtual Application",
                                vapp.ref(),
                                locks),
                        run -> {
                            handlers.cloud().provisioner().reconcile(id);
                            return state -> {};
                        });
    }

    private Response owner(Call call) {
        return handlers.read(call, (s, access) -> {
            XmlElement vapp = view(call, s).vapp(access.vapp(call.id("id")));
            return Response.ok(vapp.first("Owner").orElseThrow());
        });
    }
}
