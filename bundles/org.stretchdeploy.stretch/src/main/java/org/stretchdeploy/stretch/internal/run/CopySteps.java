package org.stretchdeploy.stretch.internal.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.stretchdeploy.spi.Catalogs;
import org.stretchdeploy.spi.Cloud;
import org.stretchdeploy.spi.CloudException;
import org.stretchdeploy.spi.ObjectId;
import org.stretchdeploy.spi.PowerState;
import org.stretchdeploy.spi.Tag;
import org.stretchdeploy.spi.VApps;
import org.stretchdeploy.spi.Vm;
import org.stretchdeploy.stretch.internal.model.Relocation;
import org.stretchdeploy.workflow.StepResult;
import org.stretchdeploy.workflow.StepScope;

/** Phase 2 and the first half of phase 3: the VMs become an OVF package, which becomes a vApp in the other cloud. */
public final class CopySteps<I> {
    private static final Duration POLL = Duration.ofMillis(300);
    private static final String TEMPLATE = "package";
    private static final String REFETCH = "refetch";

    private final Parts parts;
    private final Function<I, Relocation> relocation;

    public CopySteps(Parts parts, Function<I, Relocation> relocation) {
        this.parts = parts;
        this.relocation = relocation;
    }

    private Cloud from(StepScope<I> scope) {
        return parts.cloud(relocation.apply(scope.input()).from());
    }

    private Cloud to(StepScope<I> scope) {
        return parts.cloud(relocation.apply(scope.input()).to());
    }

    private static Tag tag(StepScope<?> scope, String purpose) {
        return new Tag(scope.operationId().value(), purpose);
    }

    /** 2.1 */
    public StepResult createTemporaryVApp(StepScope<I> scope) {
        Relocation r = relocation.apply(scope.input());
        Cloud cloud = from(scope);
        Work work = new Work(scope, cloud);
        var spec = new VApps.VAppSpec(
                "stretch-copy-" + scope.operationId(), "Temporary vApp of Stretch Deploy", List.of());
        return work.owner(
                        "create", () -> cloud.vApps().create(new ObjectId(r.fromVdc()), spec, tag(scope, "copy-vapp")))
                .<StepResult>map(id -> StepResult.done("copyVApp", id))
                .orElseGet(work::pause);
    }

    public StepResult deleteTemporaryVApp(StepScope<I> scope) {
        return deleteVApp(scope, from(scope), "copyVApp", "copy-vapp");
    }

    static StepResult deleteVApp(StepScope<?> scope, Cloud cloud, String output, String purpose) {
        Work work = new Work(scope, cloud);
        if (!work.stopped()) {
            return work.pause();
        }
        Optional<ObjectId> vApp =
                scope.output(output, String.class).map(ObjectId::new).or(() -> Found.byTag(cloud, tag(scope, purpose)));
        return vApp.isEmpty()
                        || work.done("delete-" + purpose, () -> cloud.vApps().delete(vApp.get()))
                ? StepResult.done()
                : work.pause();
    }

    /** 2.2 The guest is asked to stop, so that its disks are complete. */
    public StepResult stopVm(StepScope<I> scope, Relocation.Item item) {
        Cloud cloud = from(scope);
        ObjectId id = new ObjectId(item.vm());
        Work work = new Work(scope, cloud);
        if (!work.done("shutdown", () -> cloud.vApps().shutdown(id))
                || !work.done("power-off", () -> cloud.vApps().powerOff(id))) {
            return work.pause();
        }
        Vm vm = Found.requireVm(
                cloud, new ObjectId(relocation.apply(scope.input()).fromVApp()), item.name());
        return Found.off(vm) ? StepResult.done() : work.pause();
    }

    public StepResult startVmAgain(StepScope<I> scope, Relocation.Item item) {
        if (!item.wasOn()) {
            return StepResult.done();
        }
        Cloud cloud = from(scope);
        Work work = new Work(scope, cloud);
        ObjectId home = new ObjectId(relocation.apply(scope.input()).fromVApp());
        return work.idle(home) && started(work, cloud, new ObjectId(item.vm()), () -> {})
                ? StepResult.done()
                : work.pause();
    }

    /** 2.2 A copy with the same MAC addresses, on no network. */
    public StepResult copyVm(StepScope<I> scope, Relocation.Item item) {
        Cloud cloud = from(scope);
        Work work = new Work(scope, cloud);
        ObjectId copyVApp = new ObjectId(scope.require("copyVApp", String.class));
        Vm original = Found.requireVm(
                cloud, new ObjectId(relocation.apply(scope.input()).fromVApp()), item.name());
        var wanted = new VApps.VmSpec(
                original.id(),
                item.name(),
                VApps.Mode.COPY,
                original.description(),
                onNoNetwork(original.nics()),
                Optional.of(original.localId()));
        return work.done("copy", () -> cloud.vApps().addVm(copyVApp, wanted, tag(scope, "copy-vm." + item.number())))
                ? StepResult.done()
                : work.pause();
    }

    /** Waits until nobody reads the original any more; the copy goes with its vApp. */
    public StepResult stopCopying(StepScope<I> scope, Relocation.Item item) {
        Work work = new Work(scope, from(scope));
        return work.stopped() && work.idle(new ObjectId(scope.require("copyVApp", String.class)))
                ? StepResult.done()
                : work.pause();
    }

    static List<Vm.Nic> onNoNetwork(List<Vm.Nic> nics) {
        List<Vm.Nic> off = new ArrayList<>();
        for (Vm.Nic n : nics) {
            off.add(new Vm.Nic(
                    n.index(), "", n.mac(), Optional.empty(), Vm.Allocation.NONE, false, n.primary(), n.adapter()));
        }
        return off;
    }

    /** 2.3 */
    public StepResult capture(StepScope<I> scope) {
        Cloud cloud = from(scope);
        Work work = new Work(scope, cloud);
        Optional<String> catalog = catalog(work, scope, cloud);
        if (catalog.isEmpty()) {
            return work.pause();
        }
        ObjectId vApp = new ObjectId(scope.require("copyVApp", String.class));
        Optional<String> template = work.owner("capture", () -> cloud.catalogs()
                .capture(new ObjectId(catalog.get()), vApp, TEMPLATE, tag(scope, "captured")));
        if (template.isEmpty()) {
            return work.pause();
        }
        String id = template.get().isEmpty() ? captured(cloud, catalog.get()) : template.get();
        return StepResult.done("fromCatalog", catalog.get()).with("captured", id);
    }

    private static String captured(Cloud cloud, String catalog) {
        return cloud.catalogs()
                .template(new ObjectId(catalog), TEMPLATE)
                .map(t -> t.id().value())
                .orElseThrow(() -> new CloudException(
                        "template-not-found",
                        CloudException.Category.EXTERNAL,
                        "The cloud says that the capture is done, but the template is not in the catalog."));
    }

    private static Optional<String> catalog(Work work, StepScope<?> scope, Cloud cloud) {
        return work.owner("catalog", () -> cloud.catalogs()
                .createCatalog(ApplianceSteps.catalogName(scope.operationId().value()), tag(scope, "catalog")));
    }

    /** Deletes the operation's catalog with everything in it. */
    static StepResult deleteCatalog(StepScope<?> scope, Cloud cloud) {
        Work work = new Work(scope, cloud);
        if (!work.stopped()) {
            return work.pause();
        }
        Optional<ObjectId> catalog = Found.byTag(cloud, tag(scope, "catalog"));
        return catalog.isEmpty()
                        || work.done("delete-catalog", () -> cloud.catalogs().deleteCatalog(catalog.get()))
                ? StepResult.done()
                : work.pause();
    }

    public StepResult deleteFromCatalog(StepScope<I> scope) {
        return deleteCatalog(scope, from(scope));
    }

    public StepResult deleteToCatalog(StepScope<I> scope) {
        return deleteCatalog(scope, to(scope));
    }

    /** 2.3 */
    public StepResult openExport(StepScope<I> scope) {
        Cloud cloud = from(scope);
        Work work = new Work(scope, cloud);
        return work.done("export", () -> cloud.catalogs().openExport(captured(scope)))
                ? StepResult.done()
                : work.pause();
    }

    private ObjectId captured(StepScope<I> scope) {
        return new ObjectId(scope.require("captured", String.class));
    }

    /** 2.4 Source cloud to our node: verified and signed there. */
    public StepResult publish(StepScope<I> scope) {
        boolean complete = parts.packages().publish(packageId(scope), from(scope), captured(scope), progress(scope));
        return complete ? StepResult.done() : StepResult.again(POLL);
    }

    private static String packageId(StepScope<?> scope) {
        return scope.operationId().value();
    }

    private static PackageNode.Progress progress(StepScope<?> scope) {
        return (done, total, text) -> scope.progress(done, total, "bytes", text);
    }

    public StepResult discardPackage(StepScope<I> scope) {
        parts.packages().discard(packageId(scope));
        return StepResult.done();
    }

    /** 2.4 Our node to the target cloud. */
    public StepResult transfer(StepScope<I> scope) {
        Cloud cloud = to(scope);
        Work work = new Work(scope, cloud);
        Optional<String> catalog = catalog(work, scope, cloud);
        if (catalog.isEmpty()) {
            return work.pause();
        }
        if (scope.noted(REFETCH, Boolean.class).orElse(false)) {
            if (!parts.packages().publish(packageId(scope), from(scope), captured(scope), progress(scope))) {
                return StepResult.again(POLL);
            }
            scope.note(REFETCH, false);
        }
        try {
            return parts.packages()
                    .transfer(
                            packageId(scope),
                            cloud,
                            new ObjectId(catalog.get()),
                            TEMPLATE,
                            tag(scope, "imported"),
                            progress(scope))
                    .<StepResult>map(template -> StepResult.done("imported", template.value()))
                    .orElseGet(() -> StepResult.again(POLL));
        } catch (CloudException e) {
            if (!e.code().equals(PackageNode.NOT_STAGED)) {
                throw e;
            }
            // Another node had fetched it and handed the operation on; the export is open until the operation ends.
            scope.note(REFETCH, true);
            return StepResult.again(POLL);
        }
    }

    /** 2.5 */
    public StepResult imported(StepScope<I> scope) {
        Catalogs.Upload state = to(scope).catalogs().upload(new ObjectId(scope.require("imported", String.class)));
        return switch (state.state()) {
            case READY -> StepResult.done();
            case FAILED ->
                StepResult.failed(
                        "import-failed",
                        "The target cloud did not accept the package: "
                                + state.failure().orElse("no reason given"));
            case PENDING -> {
                scope.progress(state.percent(), 100, "percent", "the cloud imports the package");
                yield StepResult.again(POLL);
            }
        };
    }

    /** 3.1 */
    public StepResult instantiate(StepScope<I> scope) {
        Relocation r = relocation.apply(scope.input());
        Cloud cloud = to(scope);
        Work work = new Work(scope, cloud);
        ObjectId template = new ObjectId(scope.require("imported", String.class));
        String name = "stretch-arrival-" + scope.operationId();
        return work.owner("instantiate", () -> cloud.vApps()
                        .instantiate(new ObjectId(r.toVdc()), name, template, tag(scope, "arrival-vapp")))
                .<StepResult>map(id -> StepResult.done("arrivalVApp", id))
                .orElseGet(work::pause);
    }

    public StepResult deleteArrivalVApp(StepScope<I> scope) {
        return deleteVApp(scope, to(scope), "arrivalVApp", "arrival-vapp");
    }

    /** 3.2 Takes a VM out of the arrival vApp into its place. */
    public StepResult place(
            StepScope<I> scope,
            Relocation.Item item,
            ObjectId vApp,
            String description,
            List<Vm.Nic> nics,
            String localId) {
        Cloud cloud = to(scope);
        Work work = new Work(scope, cloud);
        ObjectId arrival = new ObjectId(scope.require("arrivalVApp", String.class));
        boolean placed = work.done("move", () -> {
            Optional<Vm> there = Found.vm(cloud, arrival, item.name());
            if (there.isEmpty() && Found.vm(cloud, vApp, item.name()).isPresent()) {
                return org.stretchdeploy.spi.CloudTask.done();
            }
            ObjectId source = Found.requireVm(cloud, arrival, item.name()).id();
            var wanted =
                    new VApps.VmSpec(source, item.name(), VApps.Mode.MOVE, description, nics, Optional.of(localId));
            return cloud.vApps().addVm(vApp, wanted, tag(scope, "placed-vm." + item.number()));
        });
        if (!placed) {
            return work.pause();
        }
        Vm vm = Found.requireVm(cloud, vApp, item.name());
        if (!work.done("describe", () -> cloud.vApps().describeVm(vm.id(), item.name(), description))
                || !work.done("nics", () -> cloud.vApps().setNics(vm.id(), nics))) {
            return work.pause();
        }
        return StepResult.done("placed." + item.number(), vm.id().value());
    }

    /** Deletes a VM that was placed; it is off or is switched off. */
    public StepResult displace(StepScope<I> scope, Relocation.Item item, ObjectId vApp) {
        Cloud cloud = to(scope);
        Work work = new Work(scope, cloud);
        if (!work.idle(vApp)) {
            return work.pause();
        }
        Optional<Vm> vm = Found.vm(cloud, vApp, item.name());
        if (vm.isEmpty()) {
            return StepResult.done();
        }
        ObjectId id = vm.get().id();
        return work.done("power-off", () -> cloud.vApps().powerOff(id))
                        && work.done("delete", () -> cloud.vApps().deleteVm(id))
                ? StepResult.done()
                : work.pause();
    }

    /**
     * 3.4
     *
     * @param check runs at the last moment before the machine is started
     */
    public StepResult start(StepScope<I> scope, ObjectId vm, Runnable check) {
        Cloud cloud = to(scope);
        Work work = new Work(scope, cloud);
        return started(work, cloud, vm, check) ? StepResult.done() : work.pause();
    }

    /** Whether it runs; somebody else may have been quicker, and a cloud may refuse to start what runs. */
    private static boolean started(Work work, Cloud cloud, ObjectId vm, Runnable check) {
        try {
            return work.done("power-on", () -> {
                check.run();
                return cloud.vApps().powerOn(vm);
            });
        } catch (CloudException e) {
            if (e.code().equals(DeploySteps.FENCE_BROKEN)
                    || !cloud.inventory().running(Set.of(vm)).contains(vm)) {
                throw e;
            }
            return true;
        }
    }

    static ObjectId placed(StepScope<?> scope, Relocation.Item item) {
        return new ObjectId(scope.require("placed." + item.number(), String.class));
    }

    /** Off, and no start of it under way. */
    public StepResult stopStarted(StepScope<I> scope, ObjectId vm, ObjectId vApp) {
        Cloud cloud = to(scope);
        Work work = new Work(scope, cloud);
        return work.idle(vApp) && work.done("power-off", () -> cloud.vApps().powerOff(vm))
                ? StepResult.done()
                : work.pause();
    }

    /** Waits until every VM that ran is seen to run in its new place. */
    public StepResult allRun(StepScope<I> scope, ObjectId vApp) {
        Relocation r = relocation.apply(scope.input());
        Cloud cloud = to(scope);
        for (Relocation.Item item : r.items()) {
            if (item.wasOn() && Found.requireVm(cloud, vApp, item.name()).state() != PowerState.ON) {
                return StepResult.again(POLL);
            }
        }
        return StepResult.done();
    }
}
