package org.stretchdeploy.vendor.vcd.internal;

import static org.stretchdeploy.vendor.vcd.internal.map.Requests.media;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.CloudTask;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.vendor.vcd.internal.http.Api;
import org.stretchdeploy.vendor.vcd.internal.http.Reply;
import org.stretchdeploy.vendor.vcd.internal.map.Nics;
import org.stretchdeploy.vendor.vcd.internal.map.Requests;
import org.stretchdeploy.vendor.vcd.internal.map.Tasks;
import org.stretchdeploy.vendor.vcd.internal.map.VAppDocuments;
import org.stretchdeploy.vendor.vcd.internal.map.Vms;
import org.stretchdeploy.vendor.vcd.internal.xml.Elem;

/** Makes, starts, stops and deletes vApps. Thread-safe. */
final class VAppLifecycle {
    private static final Duration CLEARING = Duration.ofSeconds(30);

    private final Entities entities;
    private final Api api;
    private final VAppNetworking networking;
    private final ShortWaits waits;

    VAppLifecycle(Entities entities, VAppNetworking networking) {
        this.entities = entities;
        this.api = entities.api();
        this.networking = networking;
        this.waits = new ShortWaits(entities, new VcdTasks(entities));
    }

    CloudTask create(ObjectId vdc, VApps.VAppSpec spec, Tag tag) {
        String vdcPath = entities.path(vdc, "/api/vdc/");
        return existing(vdc, spec.name(), tag).orElseGet(() -> {
            Elem body = Requests.compose(spec, tag, name -> networking.parentHref(vdcPath, name));
            return make(vdc, spec.name(), tag, vdcPath + "/action/composeVApp", "composeVAppParams", body);
        });
    }

    CloudTask instantiate(ObjectId vdc, String name, ObjectId template, Tag tag) {
        String vdcPath = entities.path(vdc, "/api/vdc/");
        return existing(vdc, name, tag).orElseGet(() -> {
            Elem source = api.get(entities.path(template, "/api/vAppTemplate/vappTemplate-"));
            List<Requests.TemplateVm> vms = VAppDocuments.vms(source).stream()
                    .map(vm -> new Requests.TemplateVm(
                            vm.attribute("href"), vm.attribute("name"), Nics.detached(Vms.nics(vm))))
                    .toList();
            Elem body = Requests.instantiate(name, source.attribute("href"), tag, vms);
            String path = vdcPath + "/action/instantiateVAppTemplate";
            return make(vdc, name, tag, path, "instantiateVAppTemplateParams", body);
        });
    }

    /** Sends the request; when its outcome is unknown the tag tells whether it was carried out. */
    private CloudTask make(ObjectId vdc, String name, Tag tag, String path, String media, Elem body) {
        try {
            Reply reply = api.write("POST", path, media(media), body);
            return started(reply.xml());
        } catch (CloudException e) {
            return existing(vdc, name, tag, e).orElseThrow(() -> e);
        }
    }

    private Optional<CloudTask> existing(ObjectId vdc, String name, Tag tag, CloudException why) {
        boolean unknown =
                why.category() == CloudException.Category.EXTERNAL || why.code().equals("DUPLICATE_NAME");
        return unknown ? existing(vdc, name, tag) : Optional.empty();
    }

    private CloudTask started(Elem vApp) {
        ObjectId owner = entities.id(vApp);
        return Tasks.in(vApp)
                .map(task -> entities.work(task).running(Optional.of(owner)))
                .orElseGet(() -> CloudTask.done(owner));
    }

    /** What an earlier call with the tag has made, or is still making. */
    private Optional<CloudTask> existing(ObjectId vdc, String name, Tag tag) {
        List<Elem> sameName = api.query("vApp", "VAppRecord", Optional.of(Api.Filter.of("name", name))).stream()
                .filter(record -> record.attribute("name").equals(name))
                .filter(record -> sameVdc(record, vdc))
                .flatMap(record -> api.find(entities.id(record).value()).stream())
                .toList();
        Optional<Elem> ours = sameName.stream()
                .filter(vApp -> vApp.rawText("Description").contains(tag.text()))
                .findFirst();
        if (ours.isEmpty() && !sameName.isEmpty()) {
            throw new CloudException(
                    "DUPLICATE_NAME",
                    CloudException.Category.CONFLICT,
                    "A vApp of the name \"" + name + "\" exists already in this virtual data center.");
        }
        return ours.filter(vApp -> !clearedAway(vApp)).map(vApp -> entities.settled(vApp, entities.id(vApp)));
    }

    /** A vApp whose creation has failed is of no use; it makes room for a new attempt. */
    private boolean clearedAway(Elem vApp) {
        if (vApp.numberAttribute("status", 0) >= 0 || Tasks.unfinishedOf(vApp).isPresent()) {
            return false;
        }
        waits.finish(api.write("DELETE", entities.id(vApp).value()), CLEARING);
        return true;
    }

    private static boolean sameVdc(Elem record, ObjectId vdc) {
        String of = record.attribute("vdc");
        return of.isEmpty() || Entities.uuid(of).equals(Entities.uuid(vdc.value()));
    }

    CloudTask delete(ObjectId id) {
        String path = entities.vApp(id);
        Optional<Elem> vApp = api.find(path);
        if (vApp.isEmpty()) {
            return CloudTask.done(id);
        }
        if (vApp.get().attribute("deployed").equals("true")) {
            Reply reply = api.write(
                    "POST", path + "/action/undeploy", media("undeployVAppParams"), Requests.undeploy("force"));
            return entities.work(reply)
                    .map(work -> work.then(Work.Next.DELETE, path).running(Optional.of(id)))
                    .orElseGet(() -> entities.task(api.write("DELETE", path), id));
        }
        return entities.task(api.write("DELETE", path), id);
    }

    CloudTask powerOn(ObjectId id) {
        String path = entities.vApp(id);
        Elem vApp = api.get(path);
        if (Vms.state(vApp) == PowerState.ON) {
            return entities.settled(vApp, id);
        }
        String action = path + "/power/action/powerOn";
        Reply reply = api.tryWrite("POST", action);
        if (reply.ok()) {
            return entities.task(reply, id);
        }
        CloudException refusal = api.refusal(action, reply);
        boolean nothingToStart = reply.status() == 400
                && refusal.category() == CloudException.Category.USER
                && VAppDocuments.vms(vApp).isEmpty();
        if (nothingToStart) {
            return CloudTask.done(id);
        }
        throw refusal;
    }

    CloudTask undeploy(ObjectId id) {
        String path = entities.vApp(id);
        Optional<Elem> vApp = api.find(path);
        if (vApp.isEmpty() || !vApp.get().attribute("deployed").equals("true")) {
            return vApp.map(elem -> entities.settled(elem, id)).orElseGet(() -> CloudTask.done(id));
        }
        return entities.task(
                api.write(
                        "POST", path + "/action/undeploy", media("undeployVAppParams"), Requests.undeploy("powerOff")),
                id);
    }
}
