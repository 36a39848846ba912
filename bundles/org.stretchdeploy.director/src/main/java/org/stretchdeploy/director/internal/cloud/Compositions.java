package org.stretchdeploy.director.internal.cloud;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.stretchdeploy.director.internal.http.ApiException;
import org.stretchdeploy.director.internal.http.Hrefs;
import org.stretchdeploy.director.internal.http.Principal;
import org.stretchdeploy.director.internal.model.CloudState;
import org.stretchdeploy.director.internal.model.Task;
import org.stretchdeploy.director.internal.model.Template;
import org.stretchdeploy.director.internal.model.VApp;
import org.stretchdeploy.director.internal.model.VAppNetwork;
import org.stretchdeploy.director.internal.model.Vdc;
import org.stretchdeploy.director.internal.model.Vm;
import org.stretchdeploy.director.internal.xml.XmlElement;

/** Makes vApps and brings machines into them. Every method is called inside an update and starts a task. */
public final class Compositions {
    private final Cloud cloud;
    private final Power power;
    private final Deletions deletions;

    public Compositions(Cloud cloud, Power power, Deletions deletions) {
        this.cloud = cloud;
        this.power = power;
        this.deletions = deletions;
    }

    /** ComposeVAppParams. */
    public VApp compose(CloudState s, Principal by, Vdc vdc, XmlElement params) {
        VApp vapp = fresh(s, by, vdc, params);
        networks(s, vdc, vapp, params);
        MachinePlan plan = new MachinePlan(s, new Access(s, by), vapp);
        items(params).forEach(plan::add);
        created(params, plan);
        plan.requireRoom(vdc);
        Tasks.Spec spec = Tasks.Spec.of(
                "vdcComposeVapp", "Composing", "Composed", "Virtual Application", vapp.ref(), withTarget(plan, vapp));
        start(s, by, spec, vapp, plan, params, List.of());
        return vapp;
    }

    /** InstantiateVAppTemplateParams. */
    public VApp instantiate(CloudState s, Principal by, Vdc vdc, XmlElement params) {
        Access access = new Access(s, by);
        String id = sourceId(params);
        Template template = access.template(id);
        if (template.status != 8) {
            throw ApiException.badRequest("The vApp template \"" + template.name + "\" is not ready.");
        }
        boolean delete = flag(params.filled("IsSourceDelete"), false);
        List<String> extraLocks = new ArrayList<>();
        if (delete) {
            extraLocks.addAll(Locks.of(s, template));
        }
        VApp vapp = fresh(s, by, vdc, params);
        if (section(params).isPresent()) {
            networks(s, vdc, vapp, params);
        } else {
            inheritNetworks(s, vdc, vapp, template.id);
        }
        return fromContainer(s, by, vdc, vapp, template.id, params, delete, extraLocks);
    }

    /** CloneVAppParams. */
    public VApp cloneVApp(CloudState s, Principal by, Vdc vdc, XmlElement params) {
        VApp source = new Access(s, by).vapp(sourceId(params));
        boolean delete = flag(params.filled("IsSourceDelete"), false);
        Locks.of(s, source);
        VApp vapp = fresh(s, by, vdc, params);
        if (section(params).isPresent()) {
            networks(s, vdc, vapp, params);
        } else {
            inheritNetworks(s, vdc, vapp, source.id);
        }
        return fromContainer(s, by, vdc, vapp, source.id, params, delete, List.of(source.id));
    }

    private VApp fromContainer(
            CloudState s,
            Principal by,
            Vdc vdc,
            VApp vapp,
            String sourceId,
            XmlElement params,
            boolean delete,
            List<String> extraLocks) {
        boolean template = s.templates.containsKey(sourceId);
        MachinePlan plan = new MachinePlan(s, new Access(s, by), vapp);
        Map<String, SourcedItem> byVm = new LinkedHashMap<>();
        items(params).forEach(i -> Hrefs.uuid(i.source()).ifPresent(id -> byVm.put(id, i)));
        boolean customize = template && s.templates.get(sourceId).customizeOnInstantiate;
        for (Vm vm : s.vmsOf(sourceId)) {
            SourcedItem item = byVm.getOrDefault(vm.id, SourcedItem.whole(vm.id, delete && !template));
            plan.addVm(customize ? Captures.anonymous(s, vm) : vm, item);
        }
        plan.requireRoom(vdc);
        List<String> locks = withTarget(plan, vapp);
        locks.addAll(extraLocks);
        Tasks.Spec spec = template
                ? Tasks.Spec.of("vdcInstantiateVapp", "Creating", "Created", "Virtual Application", vapp.ref(), locks)
                : Tasks.Spec.of("vdcCopyVapp", "Copying", "Copied", "Virtual Application", vapp.ref(), locks);
        start(s, by, spec, vapp, plan, params, delete ? List.of(sourceId) : List.of());
        return vapp;
    }

    private void start(
            CloudState s,
            Principal by,
            Tasks.Spec spec,
            VApp vapp,
            MachinePlan plan,
            XmlElement params,
            List<String> deleteAfterwards) {
        boolean on = flag(params.attribute("powerOn"), true) && !plan.isEmpty();
        boolean deploy = on || flag(params.attribute("deploy"), true) && !plan.isEmpty();
        if (deploy) {
            plan.requireStartable();
        }
        String vappId = vapp.id;
        Set<String> touched = plan.touchedVApps();
        cloud.tasks().start(s, by, spec, run -> {
            run.onFailureState(state -> {
                VApp made = state.vapps.get(vappId);
                if (made != null && made.progress == VApp.Progress.CREATING) {
                    made.progress = VApp.Progress.FAILED;
                }
            });
            run.atEnd(() -> touched.forEach(cloud.provisioner()::reconcile));
            plan.makeDisks(run, cloud.host());
            return arrive(run, vappId, plan, deploy, on, state -> {
                state.vapps.get(vappId).progress = VApp.Progress.READY;
                deleteAfterwards.forEach(id -> deletions.forgetSource(state, run, id));
            });
        });
    }

    /** Commits the machines; when they are to be switched on, that happens after they are on record. */
    private java.util.function.Consumer<CloudState> arrive(
            TaskRun run,
            String vappId,
            MachinePlan plan,
            boolean deploy,
            boolean on,
            java.util.function.Consumer<CloudState> last) {
        if (!deploy) {
            return plan.commit().andThen(last);
        }
        cloud.store().change(state -> {
            plan.commit().accept(state);
            last.accept(state);
            plan.vmIds().forEach(id -> state.vms.get(id).deployed = true);
            if (on) {
                Vdc vdc = state.vdcs.get(state.vapps.get(vappId).vdcId);
                Limits.requireMemory(
                        state,
                        vdc,
                        plan.vmIds().stream()
                                .mapToLong(id -> state.vms.get(id).memoryMb)
                                .sum());
            }
        });
        run.committed();
        power.powerOn(run, vappId, on ? plan.vmIds() : List.of());
        return state -> {};
    }

    /** RecomposeVAppParams. */
    public Task recompose(CloudState s, Principal by, VApp vapp, XmlElement params) {
        List<String> locks = new ArrayList<>(Locks.of(s, vapp));
        Vdc vdc = s.vdcs.get(vapp.vdcId);
        Access access = new Access(s, by);
        params.attribute("name").filter(n -> !n.equals(vapp.name)).ifPresent(n -> {
            requireFreeName(s, vdc, n);
            vapp.name = n;
        });
        params.first("Description").ifPresent(d -> vapp.description = d.text());
        section(params).ifPresent(c -> new NetworkConfigs(s, vdc).replaceAll(vapp.id, c));
        MachinePlan plan = new MachinePlan(s, access, vapp);
        List<String> gone = new ArrayList<>();
        for (XmlElement item : params.all("DeleteItem")) {
            Vm vm = access.vappVm(Hrefs.uuid(item.attribute("href").orElse("")).orElse(""));
            if (!vm.containerId.equals(vapp.id)) {
                throw ApiException.badRequest("The VM \"" + vm.name + "\" is not in the vApp.");
            }
            Deletions.requireUndeployed(vm);
            plan.leaving(vm);
            gone.add(vm.id);
        }
        items(params).forEach(plan::add);
        created(params, plan);
        plan.requireRoom(vdc);
        plan.locks().stream().filter(l -> !locks.contains(l)).forEach(locks::add);
        boolean on = flag(params.attribute("powerOn"), true) && !plan.isEmpty();
        boolean deploy = on || flag(params.attribute("deploy"), true) && !plan.isEmpty();
        if (deploy) {
            plan.requireStartable();
        }
        Tasks.Spec spec = Tasks.Spec.of(
                "vdcRecomposeVapp", "Recomposing", "Recomposed", "Virtual Application", vapp.ref(), locks);
        String vappId = vapp.id;
        Set<String> touched = plan.touchedVApps();
        return cloud.tasks().start(s, by, spec, run -> {
            run.atEnd(() -> touched.forEach(cloud.provisioner()::reconcile));
            plan.makeDisks(run, cloud.host());
            return arrive(
                    run, vappId, plan, deploy, on, state -> gone.forEach(id -> deletions.forgetVm(state, run, id)));
        });
    }

    private VApp fresh(CloudState s, Principal by, Vdc vdc, XmlElement params) {
        VApp vapp = new VApp();
        vapp.name = params.attribute("name")
                .filter(n -> !n.isBlank() && n.length() <= 128)
                .orElseThrow(() -> ApiException.badRequest("A vApp's name has 1 to 128 characters."));
        requireFreeName(s, vdc, vapp.name);
        vapp.vdcId = vdc.id;
        vapp.ownerId = by.userId();
        vapp.description = params.first("Description").map(XmlElement::text).orElse("");
        s.vapps.put(vapp.id, vapp);
        return vapp;
    }

    static void requireFreeName(CloudState s, Vdc vdc, String name) {
        if (s.vapps.values().stream().anyMatch(v -> v.vdcId.equals(vdc.id) && v.name.equals(name))) {
            throw ApiException.duplicateName(name);
        }
    }

    private static List<String> withTarget(MachinePlan plan, VApp vapp) {
        List<String> all = new ArrayList<>(plan.locks());
        all.add(vapp.id);
        return all;
    }

    private static String sourceId(XmlElement params) {
        return params.first("Source")
                .flatMap(r -> r.attribute("href").or(() -> r.attribute("id")))
                .flatMap(Hrefs::uuid)
                .orElseThrow(() -> ApiException.badRequest("The request names no source."));
    }

    private static List<SourcedItem> items(XmlElement params) {
        return params.all("SourcedItem").stream().map(SourcedItem::read).toList();
    }

    /** The CreateItem elements: machines with empty disks. */
    private static void created(XmlElement params, MachinePlan plan) {
        for (XmlElement item : params.all("CreateItem")) {
            Vm vm = new Vm();
            vm.name = item.attribute("name").orElse("");
            Reconfiguration.read(vm, item);
            vm.disks.replaceAll(d -> d.withDiskId(UUID.randomUUID().toString()));
            plan.addEmpty(vm, item.first("NetworkConnectionSection").map(NicRequest::read));
        }
    }

    private static Optional<XmlElement> section(XmlElement params) {
        return params.first("InstantiationParams").flatMap(p -> p.first("NetworkConfigSection"));
    }

    private static void networks(CloudState s, Vdc vdc, VApp vapp, XmlElement params) {
        section(params).ifPresent(c -> new NetworkConfigs(s, vdc).replaceAll(vapp.id, c));
        params.first("InstantiationParams")
                .flatMap(p -> p.first("LeaseSettingsSection"))
                .ifPresent(l -> Reconfiguration.lease(vapp, l));
    }

    /** The networks of a template or vApp, as far as the VDC has their parents; one without a parent becomes isolated. */
    private static void inheritNetworks(CloudState s, Vdc vdc, VApp vapp, String sourceId) {
        for (VAppNetwork source : s.networksOf(sourceId)) {
            VAppNetwork network = Captures.copyOf(source, vapp.id);
            boolean parentHere = s.orgNetwork(source.parentId)
                    .map(p -> p.vdcId.equals(vdc.id)
                            || p.shared && s.orgOfVdc(p.vdcId).equals(vdc.orgId))
                    .orElse(false);
            if (!parentHere || !vdc.vappNatNetworks && network.fenceMode == VAppNetwork.FenceMode.NAT_ROUTED) {
                network.fenceMode = VAppNetwork.FenceMode.ISOLATED;
                network.parentId = "";
                network.firewall = null;
                network.nat = null;
                network.routing = null;
            }
            if (network.scopes.isEmpty()) {
                continue;
            }
            s.vappNetworks.put(network.id, network);
            Addresses.takeExternalIp(s, network);
        }
    }

    private static boolean flag(Optional<String> text, boolean otherwise) {
        return text.map(Boolean::parseBoolean).orElse(otherwise);
    }
}
