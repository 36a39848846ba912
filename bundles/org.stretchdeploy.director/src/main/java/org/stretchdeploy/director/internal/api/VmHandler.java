package org.stretchdeploy.director.internal.api;

import java.util.List;
import org.stretchdeploy.director.host.Host;
import org.stretchdeploy.director.internal.cloud.Locks;
import org.stretchdeploy.director.internal.cloud.Reconfiguration;
import org.stretchdeploy.director.internal.cloud.Tasks;
import org.stretchdeploy.director.internal.cloud.VmSections;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Call;
import org.stretchdeploy.director.internal.http.Response;
import org.stretchdeploy.director.internal.http.Right;
import org.stretchdeploy.director.internal.http.Routes;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.view.HardwareView;
import org.stretchdeploy.director.internal.view.VAppView;
import org.stretchdeploy.director.internal.view.VmSectionsView;
import org.stretchdeploy.director.internal.xml.Ns;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Machines of vApps. */
final class VmHandler {
    private static final String BASE = "/api/vApp/vm-{id}";
    private static final String HARDWARE = BASE + "/virtualHardwareSection";
    private static final String RASD_ITEMS = "application/vnd.vmware.vcloud.rasdItemsList+xml";
    private final Handlers handlers;

    VmHandler(Handlers handlers) {
        this.handlers = handlers;
    }

    void routes(Routes routes) {
        routes.get(BASE, c -> handlers.read(c, (s, a) -> Response.ok(document(c, s, a.vappVm(c.id("id"))))));
        routes.put(BASE, Right.USE, this::reconfigure);
        routes.delete(
                BASE,
                Right.USE,
                c -> handlers.task(c, (s, a) -> handlers.deletions().delete(s, c.principal(), a.vappVm(c.id("id")))));
        routes.post(BASE + "/power/action/{action}", Right.USE, this::power);
        routes.post(BASE + "/action/deploy", Right.USE, this::deploy);
        routes.post(BASE + "/action/undeploy", Right.USE, this::undeploy);
        routes.post(BASE + "/action/reconfigureVm", Right.USE, this::reconfigure);
        routes.get(
                BASE + "/networkConnectionSection",
                c -> handlers.read(
                        c, (s, a) -> Response.ok(VmSectionsView.connections(c.hrefs(), a.vappVm(c.id("id"))))));
        routes.put(BASE + "/networkConnectionSection", Right.USE, this::connect);
        routes.get(
                BASE + "/guestCustomizationSection",
                c -> handlers.read(
                        c, (s, a) -> Response.ok(VmSectionsView.customization(c.hrefs(), a.vappVm(c.id("id"))))));
        routes.put(BASE + "/guestCustomizationSection", Right.USE, this::customize);
        routes.get(HARDWARE, c -> part(c, "VirtualHardwareSection", "virtualHardwareSection"));
        routes.get(
                HARDWARE + "/cpu", c -> handlers.read(c, (s, a) -> item(HardwareView.processor(a.vappVm(c.id("id"))))));
        routes.get(
                HARDWARE + "/memory", c -> handlers.read(c, (s, a) -> item(HardwareView.memory(a.vappVm(c.id("id"))))));
        routes.get(HARDWARE + "/disks", c -> items(c, List.of("5", "6", "17", "20")));
        routes.get(HARDWARE + "/networkCards", c -> items(c, List.of("10")));
        routes.get(HARDWARE + "/media", c -> items(c, List.of("14", "15")));
        routes.put(HARDWARE + "/cpu", Right.USE, this::hardware);
        routes.put(HARDWARE + "/memory", Right.USE, this::hardware);
        routes.put(HARDWARE, Right.USE, c -> {
            XmlElement section = c.xml("VirtualHardwareSection");
            return handlers.task(
                    c, (s, a) -> handlers.reconfiguration().hardware(s, c.principal(), a.vappVm(c.id("id")), section));
        });
        routes.put(HARDWARE + "/disks", Right.USE, c -> {
            XmlElement list = c.xml("RasdItemsList");
            return handlers.task(
                    c, (s, a) -> handlers.reconfiguration().disks(s, c.principal(), a.vappVm(c.id("id")), list));
        });
        routes.get(BASE + "/operatingSystemSection", c -> part(c, "OperatingSystemSection", "operatingSystemSection"));
        routes.get(BASE + "/runtimeInfoSection", c -> part(c, "RuntimeInfoSection", "virtualHardwareSection"));
        routes.get(BASE + "/vmCapabilities", c -> part(c, "VmCapabilities", "vmCapabilitiesSection"));
        routes.put(BASE + "/vmCapabilities", Right.USE, c -> {
            c.xml();
            return handlers.task(c, (s, a) -> updated(c, s, a.vappVm(c.id("id"))));
        });
    }

    private static XmlElement document(Call call, CloudState s, Vm vm) {
        return new VAppView(s, call.hrefs()).vm(vm);
    }

    private Response part(Call call, String element, String word) {
        return handlers.read(
                call,
                (s, access) -> VAppHandler.section(
                        document(call, s, access.vappVm(call.id("id"))).children().stream()
                                .filter(c -> c.name().equals(element))
                                .findFirst()
                                .orElseThrow(),
                        word));
    }

    private static Response item(XmlElement item) {
        return Response.xml(200, HardwareView.standalone(item), "application/vnd.vmware.vcloud.rasdItem+xml");
    }

    private Response items(Call call, List<String> types) {
        return handlers.read(call, (s, access) -> {
            XmlElement list = XmlElement.vcloud("RasdItemsList")
                    .attribute("href", call.hrefs().path(call.path()))
                    .attribute("type", RASD_ITEMS)
                    .add(call.hrefs().link("edit", RASD_ITEMS, call.path()));
            document(call, s, access.vappVm(call.id("id")))
                    .first(Ns.OVF, "VirtualHardwareSection")
                    .orElseThrow()
                    .all("Item")
                    .stream()
                    .filter(i -> types.contains(i.first(Ns.RASD, "ResourceType")
                            .map(XmlElement::text)
                            .orElse("")))
                    .forEach(i -> list.add(HardwareView.standalone(i)));
            return Response.ok(list);
        });
    }

    private Response power(Call call) {
        String action = call.variable("action");
        return handlers.task(call, (s, access) -> {
            Vm vm = access.vappVm(call.id("id"));
            return switch (action) {
                case "powerOn" -> handlers.power().deploy(s, call.principal(), vm, true);
                case "powerOff" -> handlers.power().stop(s, call.principal(), vm, Host.StopMode.POWER_OFF, false);
                case "shutdown" -> handlers.power().stop(s, call.principal(), vm, Host.StopMode.SHUTDOWN, false);
                case "reset", "reboot" ->
                    handlers.power()
                            .restart(
                                    s,
                                    call.principal(),
                                    vm.ref(),
                                    List.of(vm),
                                    Locks.of(s, vm),
                                    VAppHandler.mode(action.equals("reset")));
                default -> throw VAppHandler.unsupported(action);
            };
        });
    }

    private Response deploy(Call call) {
        boolean start = VAppHandler.powerOn(call);
        return handlers.task(
                call, (s, access) -> handlers.power().deploy(s, call.principal(), access.vappVm(call.id("id")), start));
    }

    private Response undeploy(Call call) {
        Host.StopMode mode = VAppHandler.undeployMode(call);
        return handlers.task(call, (s, access) -> handlers.power()
                .stop(s, call.principal(), access.vappVm(call.id("id")), mode, true));
    }

    private Response reconfigure(Call call) {
        XmlElement params = call.xml("Vm");
        return handlers.task(call, (s, access) -> handlers.reconfiguration()
                .vm(s, call.principal(), access.vappVm(call.id("id")), params));
    }

    private Response connect(Call call) {
        XmlElement section = call.xml("NetworkConnectionSection");
        return handlers.task(call, (s, access) -> handlers.reconfiguration()
                .connections(s, call.principal(), access.vappVm(call.id("id")), section));
    }

    private Response hardware(Call call) {
        XmlElement item = call.xml("Item");
        return handlers.task(call, (s, access) -> {
            Vm vm = access.vappVm(call.id("id"));
            if (vm.poweredOn) {
                throw ApiException.badRequest("The VM \"" + vm.name + "\" must be powered off for this change.");
            }
            Reconfiguration.hardwareItem(vm, item);
            Reconfiguration.requireSize(vm);
            return updated(call, s, vm);
        });
    }

    private Response customize(Call call) {
        XmlElement section = call.xml("GuestCustomizationSection");
        return handlers.task(call, (s, access) -> {
            Vm vm = access.vappVm(call.id("id"));
            vm.customization = VmSections.customization(section, vm.customization);
            return updated(call, s, vm);
        });
    }

    private org.stretchdeploy.director.internal.model.Task updated(Call call, CloudState s, Vm vm) {
        List<String> locks = Locks.of(s, vm);
        return handlers.done(
                s, call, Tasks.Spec.of("vappUpdateVm", "Updating", "Updated", "Virtual Machine", vm.ref(), locks));
    }
}
